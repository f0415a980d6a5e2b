/** The test's own comparison: it shares nothing with the program's, so that the two cannot be wrong together. */
import type { Json, JsonObject } from '../../src/sandbox/operation.ts';

/** Every leaf under its path; an empty object or list is a leaf of its own. */
export function leaves(value: Json | undefined, path = ''): Map<string, string> {
  const found = new Map<string, string>();
  if (value === undefined || value === null) return found;
  const entries = Array.isArray(value)
    ? [...value.entries()]
    : typeof value === 'object'
      ? Object.entries(value)
      : [];
  for (const [key, inner] of entries)
    for (const [at, leaf] of leaves(inner, `${path}/${key}`)) found.set(at, leaf);
  if (entries.length === 0) found.set(path, JSON.stringify(value));
  return found;
}

/** Paths at which two configurations are not the same. */
export function lost(before: JsonObject, after: JsonObject): string[] {
  const [one, other] = [leaves(before), leaves(after)];
  return [...new Set([...one.keys(), ...other.keys()])].filter((path) => one.get(path) !== other.get(path));
}

/** A copy without some top-level keys. */
export function without(json: JsonObject, ...keys: string[]): JsonObject {
  return Object.fromEntries(Object.entries(json).filter(([key]) => !keys.includes(key)));
}

export function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}
