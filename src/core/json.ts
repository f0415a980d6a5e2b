/** JSON values: types, access to members, and the differences between two values. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
/** A JSON object, with every key, known to an SDK or not. Never changed in place. */
export type JsonObject = { readonly [key: string]: Json | undefined };

/** One difference between the actual and the expected value. An undefined side is absent. */
export interface Difference {
  /** For example, `TokenValidityUnits.AccessToken` or `ExplicitAuthFlows[1]`. */
  readonly path: string;
  readonly actual: Json | undefined;
  readonly expected: Json | undefined;
  /** Its meaning, in one sentence for people. */
  readonly means?: string;
}

/** Rules for equality. Without a rule, only equal values are equal, in any order of keys and list items. */
export interface DiffRules {
  /** Top-level keys to leave out. */
  readonly ignored?: ReadonlySet<string>;
  /** null means absent. */
  readonly nullIsAbsent?: boolean;
  /** Paths of objects that say nothing without members. An empty one equals an absent one. */
  readonly emptyIsAbsent?: ReadonlySet<string>;
  /** A list differs as a whole, not item by item. */
  readonly wholeLists?: boolean;
  /** Differences in the order of the keys of `expected`, not sorted. */
  readonly keepsOrder?: boolean;
}

/** Whether a value is an object, not null and not a list. The value comes from JSON.parse or is a Json. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is a list. Array.isArray does not narrow to read-only arrays. */
export function isList<T>(value: T): value is Extract<T, readonly unknown[]> {
  return Array.isArray(value);
}

/**
 * Every difference between `actual` and `expected`, sorted by key.
 * The order of keys and lists does not matter. AWS promises no order for tags, flows, attributes, or statements.
 */
export function differences(
  actual: Json | undefined,
  expected: Json | undefined,
  rules: DiffRules = {},
  path = '',
): Difference[] {
  const [one, other] = rules.nullIsAbsent ? [actual ?? undefined, expected ?? undefined] : [actual, expected];
  const isEmptyAbsent = rules.emptyIsAbsent?.has(path) === true && (isJsonObject(one) || isJsonObject(other));
  if (isEmptyAbsent || (isJsonObject(one) && isJsonObject(other)))
    return memberDifferences(isJsonObject(one) ? one : {}, isJsonObject(other) ? other : {}, rules, path);
  if (isList(one) && isList(other)) return itemDifferences(one, other, rules, path);
  return Object.is(one, other) ? [] : [{ path, actual: one, expected: other }];
}

function itemDifferences(
  actual: readonly Json[],
  expected: readonly Json[],
  rules: DiffRules,
  path: string,
): Difference[] {
  if (canonical(actual) === canonical(expected)) return [];
  if (rules.wholeLists || actual.length !== expected.length) return [{ path, actual, expected }];
  return actual.flatMap((item, index) => differences(item, expected[index], rules, `${path}[${index}]`));
}

function memberDifferences(
  actual: JsonObject,
  expected: JsonObject,
  rules: DiffRules,
  path: string,
): Difference[] {
  const keys = [...new Set([...Object.keys(expected), ...Object.keys(actual)])];
  return (rules.keepsOrder ? keys : keys.sort()).flatMap((key) =>
    path === '' && rules.ignored?.has(key)
      ? []
      : differences(own(actual, key), own(expected, key), rules, path === '' ? key : `${path}.${key}`),
  );
}

/**
 * Returns equal text for values with the same meaning.
 * Sorts keys and lists, and omits null and undefined members.
 */
export function canonical(value: Json | undefined): string {
  if (isList(value)) return `[${value.map(canonical).sort().join()}]`;
  if (!isJsonObject(value)) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value)
    .filter(([, item]) => item !== null && item !== undefined)
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${members.sort().join()}}`;
}

/** The JSON form of an object, without undefined members and classes. Throws if it is not an object. */
export function toJsonObject(value: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  if (!isJsonObject(copy)) throw new TypeError('not a JSON object');
  return copy;
}

/** Parses the text of a JSON object. Undefined if it's anything else. */
export function parseObject(text: string): JsonObject | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isJsonObject(value) ? value : undefined;
}

/** The object under `key`. Undefined if there is none. */
export function objectAt(json: JsonObject | undefined, key: string): JsonObject | undefined {
  const value = own(json, key);
  return isJsonObject(value) ? value : undefined;
}

/** The string under `key`. Undefined if there is none. */
export function stringAt(json: JsonObject | undefined, key: string): string | undefined {
  const value = own(json, key);
  return typeof value === 'string' ? value : undefined;
}

/** The number under `key`. Undefined if there is none. */
export function numberAt(json: JsonObject | undefined, key: string): number | undefined {
  const value = own(json, key);
  return typeof value === 'number' ? value : undefined;
}

/** The strings of the list under `key`. Undefined if there is no list. */
export function stringsAt(json: JsonObject | undefined, key: string): readonly string[] | undefined {
  const value = own(json, key);
  return isList(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

/** A copy with `key` set, or removed if the value is undefined. Other keys keep their order. */
export function withKey(json: JsonObject, key: string, value: Json | undefined): JsonObject {
  const rest = Object.entries(json).filter(([name]) => name !== key);
  // Uses fromEntries because a tag may be called __proto__, and an assignment would lose it.
  return Object.fromEntries(value === undefined ? rest : [...rest, [key, value]]);
}

function own(json: JsonObject | undefined, key: string): Json | undefined {
  return json !== undefined && Object.hasOwn(json, key) ? json[key] : undefined;
}
