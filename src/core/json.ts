/** JSON values, and the differences between two of them. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** One difference between the found and the wanted value. An undefined side is absent. */
export interface Difference {
  /** For example, `TokenValidityUnits.AccessToken` or `ExplicitAuthFlows[1]`. */
  readonly path: string;
  readonly found: Json | undefined;
  readonly wanted: Json | undefined;
  /** Its meaning, in one sentence for people. */
  readonly means?: string;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Every difference between `found` and `wanted`. The order of keys and lists does not matter.
 * AWS promises no order for tags, flows, attributes, or statements.
 */
export function differences(found: Json | undefined, wanted: Json | undefined, path = ''): Difference[] {
  if (isList(found) && isList(wanted) && canonical(found) === canonical(wanted)) return [];
  if (isObject(found) && isObject(wanted)) {
    const keys = [...new Set([...Object.keys(found), ...Object.keys(wanted)])].sort();
    return keys.flatMap((key) => differences(found[key], wanted[key], path === '' ? key : `${path}.${key}`));
  }
  if (isList(found) && isList(wanted) && found.length === wanted.length) {
    return found.flatMap((item, index) => differences(item, wanted[index], `${path}[${index}]`));
  }
  if (isList(found) && isList(wanted)) return [{ path, found, wanted }];
  return Object.is(found, wanted) ? [] : [{ path, found, wanted }];
}

/**
 * Returns equal text for values with the same meaning.
 * Sorts keys and lists, and omits null and undefined members.
 */
export function canonical(value: Json | undefined): string {
  if (isList(value)) return `[${value.map(canonical).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined';
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

/** Whether parsed JSON is an object, not a list or a single value. */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
