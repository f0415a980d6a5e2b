/** JSON values, and where two of them differ. */

export type Json = null | boolean | number | string | readonly Json[] | JsonObject;
export type JsonObject = { readonly [key: string]: Json | undefined };

/** One place where what is found is not what is wanted; an undefined side is absent. */
export interface Difference {
  /** `TokenValidityUnits.AccessToken`, `ExplicitAuthFlows[1]`. */
  readonly path: string;
  readonly found: Json | undefined;
  readonly wanted: Json | undefined;
  /** What it means, in a sentence for people. */
  readonly means?: string;
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Json | undefined): value is readonly Json[] {
  return Array.isArray(value);
}

/**
 * Every place where `found` and `wanted` differ. Neither the order of keys nor that of lists counts: AWS promises none for
 * tags, flows, attributes, or statements.
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

/** Text that is equal for values that mean the same: keys and lists are sorted, null and undefined members are left out. */
export function canonical(value: Json | undefined): string {
  if (isList(value)) return `[${value.map(canonical).sort().join()}]`;
  if (!isObject(value)) return JSON.stringify(value) ?? 'undefined';
  const members = Object.entries(value)
    .filter(([, item]) => item !== null && item !== undefined)
    .map(([key, item]) => `${JSON.stringify(key)}:${canonical(item)}`);
  return `{${members.sort().join()}}`;
}

/** The JSON form of data that is an object: no undefined members, no classes. Throws for what is no object. */
export function toJsonObject(value: object): JsonObject {
  const copy: unknown = JSON.parse(JSON.stringify(value));
  if (!isJsonObject(copy)) throw new TypeError('not a JSON object');
  return copy;
}

/** Whether parsed JSON is an object (and not a list or a single value). */
export function isJsonObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
