/** Replaces texts in JSON that have another form in the target language. */
import { createHash } from 'node:crypto';
import { isList, type Json, type JsonObject } from '../../core/json.ts';
import { jsonText } from '../../core/printable.ts';

/** The same JSON with every string value replaced. */
export function mapTexts(value: JsonObject, replace: (text: string) => Json): JsonObject {
  const any = (one: Json): Json => {
    if (typeof one === 'string') return replace(one);
    if (one === null || typeof one !== 'object') return one;
    return isList(one) ? one.map(any) : object(one);
  };
  const object = (one: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(one).map(([key, member]) => [key, member === undefined ? undefined : any(member)]),
    );
  return object(value);
}

/**
 * What keeps two names apart whose other signs an identifier can't have: nothing for words with hyphens, otherwise a hash.
 * Groups of users have names of every kind.
 */
export const suffixOf = (name: string): string =>
  /^[a-z][a-z0-9]*(-[a-z][a-z0-9]*)*$/.test(name)
    ? ''
    : createHash('sha256').update(name).digest('hex').slice(0, 8);

/** The contents of a JSON file. */
export const jsonFile = (value: object): string => `${jsonText(value, 2)}\n`;
