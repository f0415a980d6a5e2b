/** The proof itself must be able to say no. */
import { describe, expect, test } from 'vitest';
import type { AuthorizedAction, JournalEntry } from '../../src/sandbox/journal.ts';
import { type Policy, prove } from './removal.ts';

const me = 'arn:aws:sts::111122223333:assumed-role/operator/';

const call = (caller: string, ...actions: readonly (readonly [string, boolean])[]): JournalEntry => ({
  sequence: 1,
  time: 0,
  service: 'iam',
  operation: 'Any',
  account: '111122223333',
  region: 'eu-west-1',
  caller,
  connection: 1,
  input: {},
  actions: actions.map(
    ([action, allowed]): AuthorizedAction => ({
      action,
      resource: 'arn:aws:iam::1:role/a',
      allowed,
      context: {},
    }),
  ),
  functions: [],
  result: 'ok',
});

const statement = (Sid: string, ...Action: readonly string[]) => ({
  Sid,
  Effect: 'Allow',
  Action,
  Resource: 'arn:aws:iam::1:role/a',
});
const policy: Policy = {
  Version: '2012-10-17',
  Statement: [statement('Needed', 'iam:GetRole', 'iam:TagRole'), statement('Idle', 'iam:DeleteRole')],
};

describe('prove', () => {
  test('finds statements and actions that nobody needs', () => {
    const proof = prove(policy, [call(`${me}one`, ['iam:GetRole', true])], [me]);
    expect(proof).toEqual({
      calls: 1,
      actions: 1,
      denied: [],
      statements: 2,
      removableStatements: ['Idle'],
      removableActions: ['Needed: iam:TagRole', 'Idle: iam:DeleteRole'],
    });
  });

  test('counts what was denied to the operator, and nobody else', () => {
    const journal = [call(`${me}one`, ['iam:PassRole', false]), call('somebody', ['iam:CreateUser', false])];
    expect(prove(policy, journal, [me])).toMatchObject({
      calls: 1,
      denied: ['iam:PassRole on arn:aws:iam::1:role/a'],
    });
  });
});
