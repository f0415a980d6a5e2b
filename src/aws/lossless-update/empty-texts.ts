import { isJsonObject, type Json, type JsonObject } from '../../core/json.ts';

/**
 * Removes empty texts from members for which AWS's model requires at least one character.
 * An emulator of AWS may return unset texts as empty, and refuse them when they are sent back.
 * @param paths Members whose text must not be empty, with their keys joined by dots.
 */
export function withoutEmptyTexts(json: JsonObject, paths: ReadonlySet<string>, path = ''): JsonObject {
  const kept = Object.entries(json).flatMap(([key, value]): [string, Json | undefined][] => {
    const at = path === '' ? key : `${path}.${key}`;
    if (value === '' && paths.has(at)) return [];
    if (!isJsonObject(value)) return [[key, value]];
    const inner = withoutEmptyTexts(value, paths, at);
    // A structure that holds only empty texts was never set.
    const isEmptied = Object.keys(inner).length === 0 && Object.keys(value).length > 0;
    return isEmptied ? [] : [[key, inner]];
  });
  return Object.fromEntries(kept);
}
