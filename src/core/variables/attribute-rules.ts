/** The rules of --map, --drop, --set, and --forward-client-metadata, as people write them. */
import * as z from 'zod/mini';

/** Token claims have such names, so people mistake them for attributes. */
const isReserved = (name: string): boolean => /^cognito:/i.test(name);

const refusal =
  'Amazon Cognito manages attributes that begin with "cognito:": no rule can read or write them';

/** Earlier versions accepted any name. */
export const anyRenames = z.record(z.string(), z.string('old=new is wanted'));
export const anyValues = z.record(z.string(), z.string('name=value is wanted'));
export const anyNames = z.readonly(z.array(z.string()));

/** Maps old attributes to new attributes. */
export const renames = z
  .record(z.string(), z.string('old=new is wanted'))
  .check(z.refine((rules) => !Object.entries(rules).flat().some(isReserved), refusal));
/** Maps new attributes to values. */
export const fixedValues = z
  .record(z.string(), z.string('name=value is wanted'))
  .check(z.refine((rules) => !Object.keys(rules).some(isReserved), refusal));
/** Old attributes. */
export const attributeNames = z
  .readonly(z.array(z.string()))
  .check(z.refine((names) => !names.some(isReserved), refusal));

/**
 * Keys of ClientMetadata for the old pool's triggers.
 * The function itself sends `source`, by which those triggers know it.
 */
export const metadataKeys = z
  .readonly(z.array(z.string().check(z.regex(/^[^\p{Cc}]{1,256}$/u, 'a key has 1 to 256 characters'))))
  .check(
    z.refine((keys) => keys.length <= 10, 'at most 10 keys are forwarded'),
    z.refine((keys) => !keys.includes('source'), 'the function itself sends "source"'),
  );
