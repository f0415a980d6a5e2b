import * as sdk from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import {
  allowFlows,
  clientDescribed,
  clientSettable,
  createClientRequest,
  legacyFlows,
  updateClientRequest,
} from '../../../../src/sandbox/services/cognito/client-fields.ts';
import { setMfaRequest } from '../../../../src/sandbox/services/cognito/mfa-config.ts';
import {
  createPoolRequest,
  readOnlyNames,
  settableNames,
  updatePoolRequest,
} from '../../../../src/sandbox/services/cognito/pool-fields.ts';
import type { Shape } from '../../../../src/sandbox/services/cognito/shapes.ts';

/**
 * The SDK's schemas: a structure is [3, namespace, name, traits, member names, member schemas …], a list
 * [1, namespace, name, traits, of], a map [2, namespace, name, traits, key, value]; 0 is a string, 1 a number,
 * 2 a boolean, 64 + n a list and 128 + n a map of these.
 */
function unwrap(schema: unknown): unknown {
  return typeof schema === 'function' ? unwrap(schema()) : schema;
}

type Plain = string | { readonly [name: string]: Plain } | readonly ['list' | 'map', Plain];

function simple(code: number): Plain {
  if (code >= 128) return ['map', simple(code - 128)];
  if (code >= 64) return ['list', simple(code - 64)];
  return ['string', 'integer', 'boolean'][code] ?? `type ${code}`;
}

function ofSdk(schema: unknown): Plain {
  const plain = unwrap(schema);
  if (typeof plain === 'number') return simple(plain);
  if (!Array.isArray(plain)) throw new Error('A schema of a form that this test does not know');
  const [kind] = plain;
  if (kind === 1) return ['list', ofSdk(plain[4])];
  if (kind === 2) return ['map', ofSdk(plain[5])];
  if (kind === 0) return ofSdk(plain[4]);
  if (kind !== 3) throw new Error(`A schema of kind ${String(kind)}`);
  const names: string[] = plain[4];
  return Object.fromEntries(names.map((name, index) => [name, member(plain[5][index])]));
}

/** Members may be wrapped with traits: [schema, traits]. */
function member(schema: unknown): Plain {
  const plain = unwrap(schema);
  if (Array.isArray(plain) && typeof plain[1] !== 'string') return member(plain[0]);
  // A string with a trait (sensitive) is [0, namespace, name, traits, 0].
  return plain === null || plain === undefined ? 'string' : ofSdk(plain);
}

function ofTable(shape: Shape): Plain {
  if (typeof shape === 'string') return shape;
  if ('members' in shape) {
    return Object.fromEntries(Object.entries(shape.members).map(([name, inner]) => [name, ofTable(inner)]));
  }
  if ('list' in shape) return ['list', ofTable(shape.list)];
  if ('map' in shape) return ['map', ofTable(shape.map)];
  return 'range' in shape ? 'integer' : 'string';
}

function membersOf(schema: unknown): string[] {
  const plain = ofSdk(schema);
  return typeof plain === 'object' && !Array.isArray(plain) ? Object.keys(plain).sort() : [];
}

describe("the local AWS's own field tables say what the SDK's schema says", () => {
  test.each([
    ['CreateUserPoolRequest', createPoolRequest, sdk.CreateUserPoolRequest$],
    ['UpdateUserPoolRequest', updatePoolRequest, sdk.UpdateUserPoolRequest$],
    ['SetUserPoolMfaConfigRequest', setMfaRequest, sdk.SetUserPoolMfaConfigRequest$],
    ['CreateUserPoolClientRequest', createClientRequest, sdk.CreateUserPoolClientRequest$],
    ['UpdateUserPoolClientRequest', updateClientRequest, sdk.UpdateUserPoolClientRequest$],
  ] as const)('%s, member by member and type by type', (_, table, schema) => {
    expect(ofTable(table)).toEqual(ofSdk(schema));
  });

  test('DescribeUserPool returns what can be set and what can only be read', () => {
    expect([...settableNames, ...readOnlyNames].sort()).toEqual(membersOf(sdk.UserPoolType$));
  });

  test('DescribeUserPoolClient too', () => {
    expect([...clientSettable, ...clientDescribed].sort()).toEqual(membersOf(sdk.UserPoolClientType$));
  });

  test('the flows of a client', () => {
    expect([...legacyFlows, ...allowFlows].sort()).toEqual(Object.values(sdk.ExplicitAuthFlowsType).sort());
  });
});
