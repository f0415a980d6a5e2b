/** Replaces texts in JSON that have another form in the target language. */
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

/** The contents of a JSON file. */
export const jsonFile = (value: object): string => `${jsonText(value, 2)}\n`;
