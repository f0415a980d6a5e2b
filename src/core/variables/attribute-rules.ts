/** The rules of --map, --drop, and --set, as people write them. */
import * as z from 'zod/mini';

/** Claims of a token have such names, so people take them for attributes. */
const isReserved = (name: string): boolean => /^cognito:/i.test(name);

const refusal =
  'Amazon Cognito manages attributes that begin with "cognito:": no rule can read or write them';

/** Earlier versions took any name. */
export const anyRenames = z.record(z.string(), z.string('old=new is wanted'));
export const anyValues = z.record(z.string(), z.string('name=value is wanted'));
export const anyNames = z.readonly(z.array(z.string()));

/** Old attribute → new attribute. */
export const renames = z
  .record(z.string(), z.string('old=new is wanted'))
  .check(z.refine((rules) => !Object.entries(rules).flat().some(isReserved), refusal));
/** New attribute → value. */
export const fixedValues = z
  .record(z.string(), z.string('name=value is wanted'))
  .check(z.refine((rules) => !Object.keys(rules).some(isReserved), refusal));
/** Old attributes. */
export const attributeNames = z
  .readonly(z.array(z.string()))
  .check(z.refine((names) => !names.some(isReserved), refusal));
