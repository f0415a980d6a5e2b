/** The arbitraries make every member that the SDK's model knows, at every depth: none can be forgotten. */
import {
  CreateUserPoolClientRequest$,
  CreateUserPoolRequest$,
  SetUserPoolMfaConfigRequest$,
} from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Json } from '../../src/sandbox/operation.ts';
import { anyClient } from './clients.ts';
import { anyPool } from './pools.ts';

/** Paths of all members of a structure of the SDK's model; lists and maps end a path, their structures go on with *. */
function modelled(schema: unknown, path = ''): string[] {
  const known: unknown = typeof schema === 'function' ? schema() : schema;
  if (!Array.isArray(known)) return [path];
  const [kind, , , , first, second] = known;
  if (kind === 1) return modelled(first, `${path}*`);
  if (kind === 2) return modelled(second, `${path}*`);
  if (kind !== 3 || !Array.isArray(first) || !Array.isArray(second)) return [path];
  return first.flatMap((name, index) => modelled(second[index], path === '' ? `${name}` : `${path}.${name}`));
}

/** The same paths in a value. Maps are told from structures by the model's own paths. */
function made(value: Json, maps: ReadonlySet<string>, path = ''): string[] {
  if (Array.isArray(value)) {
    const inner = value.flatMap((item) => made(item, maps, `${path}*`));
    return value.some((item) => typeof item === 'object') ? inner : [path];
  }
  if (typeof value !== 'object' || value === null) return [path];
  const entries = Object.entries(value);
  if (maps.has(path))
    return entries.flatMap(([, item]) => made(item, maps, typeof item === 'object' ? `${path}*` : path));
  return entries.flatMap(([key, item]) => made(item, maps, path === '' ? key : `${path}.${key}`));
}

const maps = new Set(['UserPoolTags', 'AcrConfiguration']);
const samples = 3000;

function covered(values: readonly Json[]): Set<string> {
  return new Set(values.flatMap((value) => made(value, maps)));
}

describe('every member of the model is made', () => {
  const pools = fc.sample(anyPool, samples);

  test('CreateUserPool', () => {
    const found = covered(pools.map(({ create }) => create));
    expect(modelled(CreateUserPoolRequest$).filter((path) => !found.has(path))).toEqual([
      // Numbers have bounds of another kind than texts; attributes are no part of any update.
      'Schema*.NumberAttributeConstraints.MinValue',
      'Schema*.NumberAttributeConstraints.MaxValue',
    ]);
  });

  test('SetUserPoolMfaConfig', () => {
    const found = covered(pools.map(({ mfa }) => ({ UserPoolId: '', ...mfa })));
    expect(modelled(SetUserPoolMfaConfigRequest$).filter((path) => !found.has(path))).toEqual([]);
  });

  test('CreateUserPoolClient', () => {
    const found = covered(fc.sample(anyClient, samples).map((client) => ({ UserPoolId: '', ...client })));
    expect(modelled(CreateUserPoolClientRequest$).filter((path) => !found.has(path))).toEqual([]);
  });

  test('MFA of every kind: off, optional and on, by each factor alone and by several', () => {
    const kinds = new Set(
      pools.map(
        ({
          mfa: {
            MfaConfiguration,
            SmsMfaConfiguration,
            SoftwareTokenMfaConfiguration,
            EmailMfaConfiguration,
          },
        }) => {
          const totp = JSON.stringify(SoftwareTokenMfaConfiguration ?? {}).includes('true');
          const factors = [
            SmsMfaConfiguration ? 'sms' : '',
            totp ? 'totp' : '',
            EmailMfaConfiguration ? 'email' : '',
          ];
          return `${MfaConfiguration}:${factors.filter(Boolean).join('+')}`;
        },
      ),
    );
    const several = ['sms', 'totp', 'email', 'sms+totp', 'sms+email', 'totp+email', 'sms+totp+email'];
    for (const mode of ['ON', 'OPTIONAL'])
      for (const factors of several) expect(kinds).toContain(`${mode}:${factors}`);
    expect(kinds).toContain('OFF:');
  });
});
