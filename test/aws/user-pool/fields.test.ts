import {
  type UpdateUserPoolClientRequest,
  UpdateUserPoolClientRequest$,
  type UpdateUserPoolRequest,
  UpdateUserPoolRequest$,
  UserPoolClientType$,
  type UserPoolType,
  UserPoolType$,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { type PoolField, poolFields, readOnlyPoolFields } from '../../../src/aws/user-pool/index.ts';
import { readOnlyClientFields } from '../../../src/aws/user-pool-client/fields.ts';
import { clientFields } from '../../../src/aws/user-pool-client/index.ts';

/** Names of the members of a structure in the SDK's model. */
const members = (schema: readonly unknown[]): string[] => {
  const names = schema[4];
  return Array.isArray(names) ? names.map(String).sort() : [];
};

describe('the lists hold every member of the SDK’s model, once', () => {
  test('UpdateUserPool', () => {
    expect(Object.keys(poolFields).sort()).toEqual(members(UpdateUserPoolRequest$));
  });

  test('DescribeUserPool', () => {
    const described = [
      ...Object.values(poolFields).map(({ from }) => from),
      ...Object.keys(readOnlyPoolFields),
    ];
    expect(described.sort()).toEqual(members(UserPoolType$));
  });

  test('UpdateUserPoolClient', () => {
    expect(Object.keys(clientFields).sort()).toEqual(members(UpdateUserPoolClientRequest$));
  });

  test('DescribeUserPoolClient', () => {
    expect([...Object.keys(clientFields), ...Object.keys(readOnlyClientFields)].sort()).toEqual(
      members(UserPoolClientType$),
    );
  });
});

test('a newer SDK does not compile until somebody has decided about its new fields', () => {
  type Later = { LaterField?: string };
  // @ts-expect-error a member of the request that is in no list
  poolFields satisfies Record<keyof (UpdateUserPoolRequest & Later), PoolField>;
  // @ts-expect-error the same for clients
  clientFields satisfies Record<keyof (UpdateUserPoolClientRequest & Later), true>;
  type Sent = (typeof poolFields)[keyof typeof poolFields]['from'];
  // @ts-expect-error a member of the answer that is in no list
  readOnlyPoolFields satisfies Record<Exclude<keyof (UserPoolType & Later), Sent>, true>;
  expect(Object.keys(poolFields)).toHaveLength(25);
});
