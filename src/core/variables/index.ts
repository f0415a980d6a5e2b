/** Types and values of the variables of a migration, derived from their declarations. */
import * as z from 'zod/mini';
import type { Declaration } from './definition.ts';
import { variables } from './definitions.ts';
import { asBoolean, asNumber, parsePairs } from './schemas.ts';

type Variables = typeof variables;
export type VarName = keyof Variables;
/** The values of all variables, by name. */
export type Vars = { [K in VarName]: z.output<ReturnType<Variables[K]['schema']>> };

type NamesWith<Key extends keyof Declaration> = {
  [K in VarName]: Variables[K] extends Readonly<Record<Key, true>> ? K : never;
}[VarName];
/** Always has a value when a step is planned. */
export type KnownName = NamesWith<'known'>;
/** Has a value even without input. */
export type DefaultedName = {
  [K in VarName]: Variables[K] extends { readonly default: unknown } ? K : never;
}[VarName];

/** Input of a step before any output exists: all known variables, and the others if given. */
export type Inputs = Readonly<Pick<Vars, KnownName> & Partial<Vars>>;

/** Can be given by a flag. */
export type FlagName = {
  [K in VarName]: Variables[K] extends { readonly flag: string } ? K : never;
}[VarName];

/** Decides what happens to users. --accept is no such decision: it lets one run continue. */
export type DecisionName = Exclude<
  {
    [K in VarName]: Variables[K] extends { readonly group: 'Users and attributes' } ? K : never;
  }[VarName],
  'ACCEPT'
>;

export const names: readonly VarName[] = Object.keys(variables).filter(isVarName);

function isVarName(name: string): name is VarName {
  return Object.hasOwn(variables, name);
}

const declarations: { readonly [K in VarName]: Declaration<z.ZodMiniType<Vars[K]>> } = variables;

/** One declaration, with every member of the interface. Missing members are undefined. */
export function declarationOf<K extends VarName>(name: K): Declaration<z.ZodMiniType<Vars[K]>> {
  return declarations[name];
}

function isDefaulted(name: VarName): name is DefaultedName {
  return declarationOf(name).default !== undefined;
}

export const defaultedNames: readonly DefaultedName[] = names.filter(isDefaulted);

export const trackedNames: readonly VarName[] = names.filter((name) => declarationOf(name).tracked);

/** For example, COGNITO_MIGRATE_ROLE_PATH for ROLE_PATH. */
export function envOf(name: VarName): string {
  return declarationOf(name).env ?? `COGNITO_MIGRATE_${name}`;
}

/** For example, `--role-path` from `--role-path <path>`. */
export function flagOf(name: VarName): string | undefined {
  return declarationOf(name).flag?.split(' ')[0];
}

export const isFlagName = (name: VarName): name is FlagName => flagOf(name) !== undefined;

/** Whether this text of a flag or variable takes back what an earlier run was told. */
export const isClearing = (name: VarName, raw: unknown): boolean =>
  declarationOf(name).clearable === true && (raw === 'none' || (isStringList(raw) && raw.join() === 'none'));

export type Parsed<K extends VarName> = { readonly value: Vars[K] } | { readonly problem: string };

/** A sentence about the value at this place: `--mfa must be …`, or `--name: an ARN looks like …`. */
export const problemAt = (place: string, problem: string): string =>
  problem.startsWith('must ') ? `${place} ${problem}` : `${place}: ${problem}`;

/** The value, or the problem with it, in the words of the declaration. */
export function parseVariable<K extends VarName>(name: K, raw: unknown): Parsed<K> {
  return parseWith(declarationOf(name).schema(), name, raw);
}

/**
 * The same for a value from a state file.
 * Earlier versions may have accepted values that this one refuses.
 */
export function parseStored<K extends VarName>(name: K, raw: unknown): Parsed<K> {
  const { schema, stored = schema } = declarationOf(name);
  return parseWith(stored(), name, raw);
}

/** The same for a value from a JSON file, which has its own types for lists and numbers. */
export function parseJsonValue<K extends VarName>(name: K, raw: unknown): Parsed<K> {
  const { expected, isFit } = jsonTypeOf(declarationOf(name));
  if (!isFit(raw)) return { problem: `must be ${expected}` };
  return resultOf(declarationOf(name).schema(), raw);
}

interface JsonType {
  readonly expected: string;
  readonly isFit: (raw: unknown) => boolean;
}

function jsonTypeOf({ parse, repeatable }: Declaration): JsonType {
  if (parse === parsePairs)
    return {
      expected: 'an object of strings, with no "=" and no outer spaces in its names',
      isFit: (raw) => isStringRecord(raw) && Object.keys(raw).every(isNameOfPair),
    };
  if (repeatable) return { expected: 'a list of strings', isFit: isStringList };
  if (parse === asBoolean) return { expected: 'true or false', isFit: (raw) => typeof raw === 'boolean' };
  if (parse === asNumber) return { expected: 'a number', isFit: (raw) => typeof raw === 'number' };
  return { expected: 'a string', isFit: (raw) => typeof raw === 'string' };
}

function parseWith<K extends VarName>(schema: z.ZodMiniType<Vars[K]>, name: K, raw: unknown): Parsed<K> {
  const { parse } = declarationOf(name);
  const text = typeof raw === 'string' || isStringList(raw);
  return resultOf(schema, text && parse ? parse(raw) : raw);
}

function resultOf<K extends VarName>(schema: z.ZodMiniType<Vars[K]>, raw: unknown): Parsed<K> {
  const result = z.safeParse(schema, raw);
  if (!result.success) return { problem: result.error.issues.map((issue) => issue.message).join('; ') };
  return { value: result.data };
}

function isStringList(raw: unknown): raw is string[] {
  return Array.isArray(raw) && raw.every((item) => typeof item === 'string');
}

const isStringRecord = (raw: unknown): raw is Readonly<Record<string, string>> =>
  typeof raw === 'object' && raw !== null && !Array.isArray(raw) && isStringList(Object.values(raw));

/** Whether `name=value` of a flag has that very name. Commands that the program prints hold it in that form. */
const isNameOfPair = (name: string): boolean => name !== '' && name === name.trim() && !name.includes('=');

/** Whether all of these variables have a value. Narrows the type. */
export function has<N extends VarName>(
  vars: Partial<Vars>,
  wanted: readonly N[],
): vars is Partial<Vars> & Pick<Vars, N> {
  return wanted.every((name) => vars[name] !== undefined);
}
