/** JSON from the wire, with every key that AWS sent, known to the SDK or not. */
export type JsonValue =
  | null
  | boolean
  | number
  | string
  | readonly JsonValue[]
  | { readonly [key: string]: JsonValue };

/** A JSON object from the wire. Never changed in place. */
export type RawJson = { readonly [key: string]: JsonValue };

/**
 * Whether a value is an object, not null and not an array.
 * The value must come from JSON.parse or be a JsonValue already.
 */
export function isObject(value: unknown): value is RawJson {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Parses the text of a JSON object. Undefined if it's anything else. */
export function parseObject(text: string): RawJson | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  return isObject(value) ? value : undefined;
}

/** The object under `key`. Undefined if there is none. */
export function objectAt(json: RawJson | undefined, key: string): RawJson | undefined {
  const value = own(json, key);
  return isObject(value) ? value : undefined;
}

/** The string under `key`. Undefined if there is none. */
export function stringAt(json: RawJson | undefined, key: string): string | undefined {
  const value = own(json, key);
  return typeof value === 'string' ? value : undefined;
}

/** The number under `key`. Undefined if there is none. */
export function numberAt(json: RawJson | undefined, key: string): number | undefined {
  const value = own(json, key);
  return typeof value === 'number' ? value : undefined;
}

/** The strings of the list under `key`. Undefined if there is no list. */
export function stringsAt(json: RawJson | undefined, key: string): readonly string[] | undefined {
  const value = own(json, key);
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : undefined;
}

/** A copy with `key` set, or removed if the value is undefined. Other keys keep their order. */
export function withKey(json: RawJson, key: string, value: JsonValue | undefined): RawJson {
  const rest = Object.entries(json).filter(([name]) => name !== key);
  // Uses fromEntries because a tag may be called __proto__, and an assignment would lose it.
  return Object.fromEntries(value === undefined ? rest : [...rest, [key, value]]);
}

function own(json: RawJson | undefined, key: string): JsonValue | undefined {
  return json !== undefined && Object.hasOwn(json, key) ? json[key] : undefined;
}
