import { DescribeUserPoolCommand, UpdateUserPoolCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import {
  changeLine,
  countSettings,
  rawRequest,
  rawRequestOptions,
  rawResponse,
  rawResponseOptions,
  replacedOnTheWire,
  settingDifferences,
} from '../../src/aws/lossless-update/index.ts';
import { type JsonObject, numberAt, objectAt, stringAt, stringsAt, withKey } from '../../src/core/json.ts';
import { fullPool } from './user-pool/fixtures.ts';
import { poolId, poolStub, stub } from './user-pool/stub.ts';

describe('settingDifferences', () => {
  const paths = (expected: JsonObject, actual: JsonObject) =>
    settingDifferences(actual, expected).map(({ path }) => path);

  test('names every setting by its path', () => {
    expect(paths({ a: { b: 1, c: [1, 2] }, d: 'x' }, { a: { b: 2, c: [1, 2] }, e: 'y' })).toEqual([
      'a.b',
      'd',
      'e',
    ]);
  });

  test('takes lists as sets, whether their items are plain or objects', () => {
    expect(paths({ a: ['x', 'y'] }, { a: ['y', 'x'] })).toEqual([]);
    expect(paths({ a: ['x', 'x'] }, { a: ['x', 'y'] })).toEqual(['a']);
    expect(paths({ a: [{ b: 1 }, { b: 2 }] }, { a: [{ b: 2 }, { b: 1 }] })).toEqual([]);
    expect(paths({ a: [{ b: 1 }, { b: 1 }] }, { a: [{ b: 1 }, { b: 2 }] })).toEqual(['a']);
  });

  test('null is absent; an empty list or object is not', () => {
    expect(paths({ a: null, b: [], c: {} }, {})).toEqual(['b', 'c']);
    expect(paths({ a: { b: null } }, { a: {} })).toEqual([]);
  });

  test('where an object cannot mean anything by itself, empty is absent', () => {
    expect(paths({ LambdaConfig: {} }, {})).toEqual([]);
    expect(paths({ LambdaConfig: {} }, { LambdaConfig: { UserMigration: 'arn' } })).toEqual([
      'LambdaConfig.UserMigration',
    ]);
    expect(paths({}, { LambdaConfig: { UserMigration: 'arn' } })).toEqual(['LambdaConfig.UserMigration']);
    expect(paths({ DeviceConfiguration: {} }, {})).toEqual(['DeviceConfiguration']);
    expect(paths({ EmailMfaConfiguration: {} }, {})).toEqual(['EmailMfaConfiguration']);
  });

  test('sees a value that became an object, and false that became absent', () => {
    expect(paths({ a: 1, b: false, c: 0, d: '' }, { a: { b: 1 } })).toEqual(['a', 'b', 'c', 'd']);
  });

  test('is told in one short line each', () => {
    expect(changeLine({ path: 'a', actual: undefined, expected: 'x'.repeat(99) })).toBe(
      `a: "${'x'.repeat(56)}… → (not set)`,
    );
  });

  test('settings are counted by leaves', () => {
    expect(countSettings({ a: { b: 1, c: { d: 2 } }, e: [1, 2], f: null, g: 3 }, new Set(['g']))).toBe(3);
  });
});

describe('reading JSON', () => {
  const json = JSON.parse('{"s":"x","n":1,"l":["a",1,"b"],"o":{"p":1},"__proto__":{"q":1}}');

  test('gives only what is of the kind that was asked for', () => {
    expect([stringAt(json, 's'), stringAt(json, 'n'), stringAt(undefined, 's')]).toEqual([
      'x',
      undefined,
      undefined,
    ]);
    expect([numberAt(json, 'n'), numberAt(json, 's')]).toEqual([1, undefined]);
    expect([stringsAt(json, 'l'), stringsAt(json, 's')]).toEqual([['a', 'b'], undefined]);
    expect([objectAt(json, 'o'), objectAt(json, 'l'), objectAt(json, 'toString')]).toEqual([
      { p: 1 },
      undefined,
      undefined,
    ]);
  });

  test('keys that mean something to JavaScript are keys like any other', () => {
    expect(JSON.stringify(withKey(json, 's', undefined))).toBe(
      '{"n":1,"l":["a",1,"b"],"o":{"p":1},"__proto__":{"q":1}}',
    );
    expect(JSON.stringify(withKey({}, '__proto__', 1))).toBe('{"__proto__":1}');
  });
});

describe('the middlewares', () => {
  test('keep the JSON of an answer, and the SDK parses it all the same', async () => {
    const aws = poolStub({ ...fullPool(), FutureSetting: { deep: 'ünknown' } });
    const answer = rawResponse();
    const command = new DescribeUserPoolCommand({ UserPoolId: poolId });
    command.middlewareStack.add(answer.middleware, rawResponseOptions);
    const { UserPool } = await aws.idp.send(command);
    expect(UserPool?.LastModifiedDate).toBeInstanceOf(Date);
    expect(UserPool).not.toHaveProperty('FutureSetting');
    expect(answer.json()).toEqual({ UserPool: aws.pool });
  });

  test('leave the errors of AWS to the SDK', async () => {
    const aws = stub({});
    const answer = rawResponse();
    const command = new DescribeUserPoolCommand({ UserPoolId: poolId });
    command.middlewareStack.add(answer.middleware, rawResponseOptions);
    await expect(aws.idp.send(command)).rejects.toMatchObject({ name: 'UnknownOperationException' });
    expect(() => answer.json()).toThrow('not a JSON object');
  });

  test('send nothing when the request is of another kind than they know', async () => {
    const aws = poolStub(fullPool());
    const command = new UpdateUserPoolCommand({ UserPoolId: poolId });
    command.middlewareStack.add(
      (next) => async (args) => {
        const { request } = args;
        if (typeof request === 'object' && request !== null && 'headers' in request) request.headers = {};
        return next(args);
      },
      { step: 'build', priority: 'low', name: 'noHeaders' },
    );
    command.middlewareStack.add(rawRequest({ UserPoolId: poolId }), rawRequestOptions);
    await expect(aws.idp.send(command)).rejects.toThrow('shape that is not known');
    expect(aws.calls).toEqual([]);
  });

  test('the ID that stands in for the body is none that AWS would take', () => {
    expect(replacedOnTheWire).not.toMatch(/^[\w-]+_[0-9a-zA-Z]+$/);
  });
});
