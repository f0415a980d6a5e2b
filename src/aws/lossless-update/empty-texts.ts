import { isObject, type JsonValue, type RawJson } from './json.ts';

/**
 * Takes out texts that are empty where AWS's model asks for at least one character. An engine that imitates AWS
 * may show unset texts like that, and refuse them when they are sent back.
 * @param paths members whose text may not be empty, joined by dots.
 */
export function withoutEmptyTexts(json: RawJson, paths: ReadonlySet<string>, path = ''): RawJson {
  const kept = Object.entries(json).flatMap(([key, value]): [string, JsonValue][] => {
    const at = path === '' ? key : `${path}.${key}`;
    if (value === '' && paths.has(at)) return [];
    if (!isObject(value)) return [[key, value]];
    const inner = withoutEmptyTexts(value, paths, at);
    // A structure of nothing but empty texts has never been set.
    const isEmptied = Object.keys(inner).length === 0 && Object.keys(value).length > 0;
    return isEmptied ? [] : [[key, inner]];
  });
  return Object.fromEntries(kept);
}
