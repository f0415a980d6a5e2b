/** Small values that both arbitraries are made of. */
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/sandbox/operation.ts';

export type Fields = Readonly<Record<string, fc.Arbitrary<Json>>>;

/** A structure of which every member may be missing. */
export function some(fields: Fields): fc.Arbitrary<JsonObject> {
  return fc.record(fields, { requiredKeys: [] }).map(present);
}

/** The members that are there: what a record with optional members is to JSON. */
export function present(record: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(record).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value]],
  );
  return structuredClone(Object.fromEntries(entries));
}

/** A structure that is there as a whole. */
export function whole(fields: Fields): fc.Arbitrary<JsonObject> {
  return fc.record(fields);
}

export const oneOf = (...values: Json[]): fc.Arbitrary<Json> => fc.constantFrom(...values);

/** Any members of a list, none and all too, in their order. */
export const anyOf = (...values: string[]): fc.Arbitrary<string[]> => fc.subarray(values);

/** Texts of every script, so that bytes and characters are not the same number. */
export const text = fc.string({ unit: 'grapheme', minLength: 1, maxLength: 30 });

export const word = fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,11}$/);

const arnOf = (service: string, kind: string) =>
  word.map((name) => `arn:aws:${service}:eu-west-1:111122223333:${kind}${name}`);

export const lambdaArn = arnOf('lambda', 'function:');
export const kmsArn = arnOf('kms', 'key/');
export const sesArn = arnOf('ses', 'identity/');
export const roleArn = word.map((name) => `arn:aws:iam::111122223333:role/${name}`);

export const days = fc.integer({ min: 1, max: 365 });
