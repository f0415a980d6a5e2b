/** The variables of a migration as types and values, made from their declarations. */
import * as z from 'zod/mini';
import type { Declaration } from './definition.ts';
import { variables } from './definitions.ts';

type Variables = typeof variables;
export type VarName = keyof Variables;
/** The values of all variables, by name. */
export type Vars = { [K in VarName]: z.output<Variables[K]['schema']> };

type NamesWith<Key extends keyof Declaration> = {
  [K in VarName]: Variables[K] extends Readonly<Record<Key, true>> ? K : never;
}[VarName];
/** Always there when a step is planned. */
export type KnownName = NamesWith<'known'>;
/** Has a value even when nobody gives one. */
export type DefaultedName = {
  [K in VarName]: Variables[K] extends { readonly default: unknown } ? K : never;
}[VarName];

/** What a step may look at before any output exists: all known variables, the others where given. */
export type Inputs = Readonly<Pick<Vars, KnownName> & Partial<Vars>>;

export const names: readonly VarName[] = Object.keys(variables).filter(isVarName);

function isVarName(name: string): name is VarName {
  return Object.hasOwn(variables, name);
}

const declarations: { readonly [K in VarName]: Declaration<z.ZodMiniType<Vars[K]>> } = variables;

/** One declaration, with every member of the interface (those it lacks are undefined). */
export function declarationOf<K extends VarName>(name: K): Declaration<z.ZodMiniType<Vars[K]>> {
  return declarations[name];
}

function isDefaulted(name: VarName): name is DefaultedName {
  return declarationOf(name).default !== undefined;
}

export const defaultedNames: readonly DefaultedName[] = names.filter(isDefaulted);

export const trackedNames: readonly VarName[] = names.filter((name) => declarationOf(name).tracked);

/** COGNITO_MIGRATE_ROLE_PATH for ROLE_PATH. */
export function envOf(name: VarName): string {
  return declarationOf(name).env ?? `COGNITO_MIGRATE_${name}`;
}

/** `--role-path` of `--role-path <path>`. */
export function flagOf(name: VarName): string | undefined {
  return declarationOf(name).flag?.split(' ')[0];
}

/** Whether these words of a flag or a variable take back what was brought along. */
export const isClearing = (name: VarName, raw: unknown): boolean =>
  raw === 'none' && declarationOf(name).clearable === true;

type Parsed<K extends VarName> = { readonly value: Vars[K] } | { readonly problem: string };

/** The value, or the reason why it is none, in the declaration's own words. */
export function parseVariable<K extends VarName>(name: K, raw: unknown): Parsed<K> {
  return parseWith(declarationOf(name).schema, name, raw);
}

/** The same for a value that a state file holds: an earlier version may have taken what this one refuses. */
export function parseStored<K extends VarName>(name: K, raw: unknown): Parsed<K> {
  const { schema, stored = schema } = declarationOf(name);
  return parseWith(stored, name, raw);
}

function parseWith<K extends VarName>(schema: z.ZodMiniType<Vars[K]>, name: K, raw: unknown): Parsed<K> {
  const { parse } = declarationOf(name);
  const text = typeof raw === 'string' || isStringList(raw);
  const result = z.safeParse(schema, text && parse ? parse(raw) : raw);
  if (!result.success) return { problem: result.error.issues.map((issue) => issue.message).join('; ') };
  return { value: result.data };
}

function isStringList(raw: unknown): raw is string[] {
  return Array.isArray(raw) && raw.every((item) => typeof item === 'string');
}

/** Whether all of these are there; afterwards the compiler knows it too. */
export function has<N extends VarName>(
  vars: Partial<Vars>,
  wanted: readonly N[],
): vars is Partial<Vars> & Pick<Vars, N> {
  return wanted.every((name) => vars[name] !== undefined);
}
