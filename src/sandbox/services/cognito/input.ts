/** Typed readers of a call's untyped input. They refuse a wrong type as the service does. */
import type { Json, JsonObject } from '../../operation.ts';
import { invalidMember, invalidParameter, serialization } from './errors.ts';

/** `null` on the wire means "not sent". */
function present(input: JsonObject, name: string): Json | undefined {
  const value = Object.hasOwn(input, name) ? input[name] : undefined;
  return value === null ? undefined : value;
}

function wrongType(name: string, wanted: string): Error {
  return serialization(`Member ${name} can not be converted to ${wanted}`);
}

export function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

export function optStr(input: JsonObject, name: string): string | undefined {
  const value = present(input, name);
  if (value === undefined || typeof value === 'string') return value;
  throw wrongType(name, 'a String');
}

export function str(input: JsonObject, name: string): string {
  const value = optStr(input, name);
  if (value === undefined) {
    const path = name.charAt(0).toLowerCase() + name.slice(1);
    throw invalidParameter(
      `1 validation error detected: Value at '${path}' failed to satisfy constraint: Member must not be null`,
    );
  }
  return value;
}

export function optBool(input: JsonObject, name: string): boolean | undefined {
  const value = present(input, name);
  if (value === undefined || typeof value === 'boolean') return value;
  throw wrongType(name, 'a Boolean');
}

export function optInt(input: JsonObject, name: string): number | undefined {
  const value = present(input, name);
  if (value === undefined) return undefined;
  if (typeof value === 'number' && Number.isInteger(value)) return value;
  throw wrongType(name, 'an Integer');
}

export function optObj(input: JsonObject, name: string): JsonObject | undefined {
  const value = present(input, name);
  if (value === undefined || isObject(value)) return value;
  throw wrongType(name, 'a Structure');
}

export function optStrings(input: JsonObject, name: string): string[] | undefined {
  const value = present(input, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw wrongType(name, 'a List');
  return value.map((item) => {
    if (typeof item !== 'string') throw wrongType(name, 'a List of Strings');
    return item;
  });
}

export function optObjects(input: JsonObject, name: string): JsonObject[] | undefined {
  const value = present(input, name);
  if (value === undefined) return undefined;
  if (!Array.isArray(value)) throw wrongType(name, 'a List');
  return value.map((item) => {
    if (!isObject(item)) throw wrongType(name, 'a List of Structures');
    return item;
  });
}

/** A map of strings, for example AuthParameters or ClientMetadata. */
export function optMap(input: JsonObject, name: string): Record<string, string> | undefined {
  const value = optObj(input, name);
  if (value === undefined) return undefined;
  const map: Record<string, string> = {};
  for (const [key, item] of Object.entries(value)) {
    if (item === null) continue;
    if (typeof item !== 'string') throw wrongType(`${name}.${key}`, 'a String');
    map[key] = item;
  }
  return map;
}

/** A page size. Refuses a size below 0 or above `max`. */
export function limit(input: JsonObject, name: string, max: number): number | undefined {
  const value = optInt(input, name);
  if (value === undefined) return undefined;
  if (value > max)
    throw invalidMember(String(value), name, `Member must have value less than or equal to ${max}`);
  if (value < 0)
    throw invalidMember(String(value), name, 'Member must have value greater than or equal to 0');
  return value;
}

/**
 * Reads UserAttributes or ValidationData, a list of Name/Value pairs.
 * A missing Value means an empty one.
 */
export function optAttributes(input: JsonObject, name: string): Map<string, string> | undefined {
  const list = optObjects(input, name);
  if (list === undefined) return undefined;
  return new Map(list.map((item) => [str(item, 'Name'), optStr(item, 'Value') ?? '']));
}
