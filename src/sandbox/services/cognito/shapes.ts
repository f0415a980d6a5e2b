/** The shapes of structured members, and the check of an input against them. */
import type { Json, JsonObject } from '../../operation.ts';
import { invalidMember, invalidParameter, serialization } from './errors.ts';
import { isObject } from './input.ts';

export type Shape =
  | 'string'
  | 'boolean'
  | 'integer'
  | { readonly oneOf: readonly string[] }
  | { readonly pattern: RegExp }
  | { readonly range: readonly [number, number] }
  | { readonly list: Shape }
  | { readonly map: Shape }
  | Struct
  /** Any value. Only for the future fields of a setting. */
  | 'any';

export interface Struct {
  readonly members: Readonly<Record<string, Shape>>;
}

export type OnUnknown = 'refused' | 'ignored';

function text(value: Json, path: string): string {
  if (typeof value === 'string') return value;
  throw serialization(`Member ${path} can not be converted to a String`);
}

function integer(value: Json, path: string): number {
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw serialization(`Member ${path} can not be converted to an Integer`);
}

function constrained(value: Json, shape: Exclude<Shape, string | Struct>, path: string, on: OnUnknown): Json {
  if ('oneOf' in shape) {
    const word = text(value, path);
    if (shape.oneOf.includes(word)) return word;
    throw invalidMember(word, path, `Member must satisfy enum value set: [${shape.oneOf.join(', ')}]`);
  }
  if ('pattern' in shape) {
    const word = text(value, path);
    if (shape.pattern.test(word)) return word;
    throw invalidMember(
      word,
      path,
      `Member must satisfy regular expression pattern: ${shape.pattern.source}`,
    );
  }
  if ('range' in shape) {
    const [min, max] = shape.range;
    const number = integer(value, path);
    if (number < min)
      throw invalidMember(String(number), path, `Member must have value greater than or equal to ${min}`);
    if (number > max)
      throw invalidMember(String(number), path, `Member must have value less than or equal to ${max}`);
    return number;
  }
  if ('list' in shape) {
    if (!Array.isArray(value)) throw serialization(`Member ${path} can not be converted to a List`);
    return value.map((item) => conform(item, shape.list, path, on));
  }
  if (!isObject(value)) throw serialization(`Member ${path} can not be converted to a Map`);
  return Object.fromEntries(
    Object.entries(value).map(([key, item]) => [key, conform(item, shape.map, `${path}.${key}`, on)]),
  );
}

/** `value` as the service accepts it: checked, without nulls. */
export function conform(value: Json, shape: Shape, path: string, on: OnUnknown): Json {
  if (shape === 'any') return value;
  if (shape === 'string') return text(value, path);
  if (shape === 'integer') return integer(value, path);
  if (shape === 'boolean') {
    if (typeof value === 'boolean') return value;
    throw serialization(`Member ${path} can not be converted to a Boolean`);
  }
  if (!('members' in shape)) return constrained(value, shape, path, on);
  if (!isObject(value)) throw serialization(`Member ${path} can not be converted to a Structure`);
  return conformMembers(value, shape, path, on);
}

/** The checked members of a structure, or of a whole request if the path is empty. */
export function conformMembers(value: JsonObject, shape: Struct, path: string, on: OnUnknown): JsonObject {
  const result: JsonObject = {};
  for (const [name, item] of Object.entries(value)) {
    if (item === null) continue;
    const member = path === '' ? name : `${path}.${name}`;
    const memberShape = Object.hasOwn(shape.members, name) ? shape.members[name] : undefined;
    if (memberShape !== undefined) result[name] = conform(item, memberShape, member, on);
    else if (on === 'refused') throw invalidParameter(`Unknown parameter in input: "${member}"`);
  }
  return result;
}
