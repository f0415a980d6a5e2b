/**
 * Fields that today's SDK doesn't know, declared in the settings.
 * Adds them to shapes and resets them to their defaults.
 */
import type { Json, JsonObject } from '../../operation.ts';
import { isObject } from './input.ts';
import type { FutureField } from './settings.ts';
import type { Shape, Struct } from './shapes.ts';

function isStruct(shape: Shape | undefined): shape is Struct {
  return typeof shape === 'object' && 'members' in shape;
}

function withMember(shape: Struct, path: readonly string[]): Struct {
  const [head, ...rest] = path;
  if (head === undefined) return shape;
  if (rest.length === 0) return { members: { ...shape.members, [head]: 'any' } };
  const inner = shape.members[head];
  if (!isStruct(inner)) throw new Error(`A future field can only be in a structure: ${path.join('.')}`);
  return { members: { ...shape.members, [head]: withMember(inner, rest) } };
}

/** `shape` with the declared future fields. */
export function withFutureFields(shape: Struct, fields: readonly FutureField[]): Struct {
  return fields.reduce((result, field) => withMember(result, field.path.split('.')), shape);
}

function setDefault(config: JsonObject, path: readonly string[], value: Json): void {
  const [head, ...rest] = path;
  if (head === undefined) return;
  if (rest.length === 0) {
    if (!Object.hasOwn(config, head)) config[head] = value;
    return;
  }
  const inner = config[head];
  // A default inside an absent structure has no place.
  if (isObject(inner)) setDefault(inner, rest, value);
}

/**
 * Sets the default of each declared field that `config` lacks.
 * A field without a default stays absent.
 */
export function applyFutureDefaults(config: JsonObject, fields: readonly FutureField[]): void {
  for (const field of fields) {
    if (field.default !== undefined)
      setDefault(config, field.path.split('.'), structuredClone(field.default));
  }
}

/** Names of the top-level future fields. */
export function topLevel(fields: readonly FutureField[]): string[] {
  return fields.filter((field) => !field.path.includes('.')).map((field) => field.path);
}
