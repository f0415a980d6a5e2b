/** Fills the named placeholders of a JSON document in templates/. */
import { isList, type Json, type JsonObject } from '../core/json.ts';

const placeholder = /\$\{([A-Z][A-Z0-9_]*)\}/g;
const onePlaceholder = /^\$\{([A-Z][A-Z0-9_]*)\}$/;

/**
 * Replaces every `${NAME}`.
 * A text that is exactly one placeholder may become any JSON value. A placeholder without a value, or a value
 * without a placeholder, is a bug in the program, so it throws. IAM's own policy variables
 * (`${aws:username}`) are lowercase and stay.
 */
export function fill(template: JsonObject, values: Readonly<Record<string, Json>>): JsonObject {
  const used = new Set<string>();
  const take = (name: string): Json => {
    const value = values[name];
    if (value === undefined) throw new Error(`template: no value for the placeholder ${name}`);
    used.add(name);
    return value;
  };
  const fillText = (text: string): string =>
    text.replace(placeholder, (_whole, name: string) => {
      const value = take(name);
      if (typeof value !== 'string') throw new Error(`template: ${name} is no text, but stands in a text`);
      return value;
    });
  const fillAny = (value: Json): Json => {
    if (typeof value === 'string') {
      const [whole, name = ''] = onePlaceholder.exec(value) ?? [];
      return whole === undefined ? fillText(value) : take(name);
    }
    if (value === null || typeof value !== 'object') return value;
    return isList(value) ? value.map(fillAny) : fillObject(value);
  };
  const fillObject = (object: JsonObject): JsonObject =>
    Object.fromEntries(
      Object.entries(object).map(([key, value]) => [
        fillText(key),
        value === undefined ? undefined : fillAny(value),
      ]),
    );
  const filled = fillObject(template);
  const unused = Object.keys(values).filter((name) => !used.has(name));
  if (unused.length > 0) throw new Error(`template: no placeholder for ${unused.join(', ')}`);
  return filled;
}

/** Fills an object whose values are all text. */
export function fillTexts(
  template: Readonly<Record<string, string>>,
  values: Readonly<Record<string, string>>,
): Record<string, string> {
  return Object.fromEntries(
    Object.entries(fill(template, values)).map(([key, value]) => [key, String(value)]),
  );
}
