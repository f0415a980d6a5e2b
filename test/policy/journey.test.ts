/**
 * What `cognito-migrate policy` prints is enough for everything, and nothing of it is too much: npm run test:policy says
 * how many calls that was tried with.
 */
import { describe, expect, test } from 'vitest';
import { account } from '../support/two-pools.ts';
import {
  flagsOfPolicy,
  journey,
  openGround,
  otherAccount,
  printedPolicy,
  type Setup,
  tagged,
  withBoundary,
  withExistingOldClient,
  withExistingRole,
  withOldSub,
} from './journey.ts';
import { operatorRole } from './operator.ts';
import { type Policy, type Proof, prove } from './removal.ts';

declare module 'vitest' {
  interface TaskMeta {
    policies?: Record<string, Proof>;
  }
}

const sessionsOf = (args: string): string[] => [`arn:aws:sts::${args}:assumed-role/operator/`];

/** One account, one policy. */
async function oneAccount(...setups: readonly Setup[]): Promise<{ policy: Policy; proof: Proof }> {
  const ground = await openGround();
  const flags: string[] = [];
  for (const setup of setups) flags.push(...(await setup(ground)));
  const policy = await printedPolicy(ground, ...flagsOfPolicy(flags));
  const operator = await operatorRole(ground.sandbox, account);
  await operator.allow(policy);
  ground.sandbox.journal.clear();
  expect(await journey(ground, await operator.session(), flags)).toBeUndefined();
  return { policy, proof: prove(policy, ground.sandbox.journal.calls, sessionsOf(account)) };
}

function expectMinimal({ calls, denied, removableStatements, removableActions }: Proof): void {
  expect(denied).toEqual([]);
  expect(removableStatements).toEqual([]);
  expect(removableActions).toEqual([]);
  expect(calls).toBeGreaterThan(50);
}

describe('the policy is enough for the whole journey, and nothing of it can be left out', () => {
  test('in one account', async ({ task }) => {
    const { policy, proof } = await oneAccount(tagged);
    task.meta.policies = { 'one account': proof };
    expectMinimal(proof);
    const sids = policy.Statement.map(({ Sid }) => Sid);
    expect(sids).toEqual(
      expect.arrayContaining(['SendThePoolsSmsRoleBack', 'SendTheKeyOfCustomSendersBack']),
    );
  });

  test('with a permissions boundary', async ({ task }) => {
    const { proof } = await oneAccount(withBoundary, tagged, withOldSub);
    task.meta.policies = { boundary: proof };
    expectMinimal(proof);
  });

  test('with a role that somebody else has made', async ({ task }) => {
    const { policy, proof } = await oneAccount(withExistingRole);
    task.meta.policies = { 'existing role': proof };
    expectMinimal(proof);
    expect(JSON.stringify(policy)).not.toContain('iam:CreateRole');
  });

  test('with an app client that somebody else has made in the old pool', async ({ task }) => {
    const { policy, proof } = await oneAccount(withExistingOldClient);
    task.meta.policies = { 'existing app client': proof };
    expectMinimal(proof);
    expect(JSON.stringify(policy)).not.toContain('cognito-idp:CreateUserPoolClient');
  });

  test.for([
    { what: 'two accounts', boundary: [] },
    {
      what: 'two accounts and a boundary',
      boundary: ['--old-permissions-boundary', 'arn:aws:iam::aws:policy/AdministratorAccess'],
    },
  ])('in $what, one policy in each', async ({ what, boundary }, { task }) => {
    const ground = await openGround(otherAccount);
    const { sandbox } = ground;
    const there = await operatorRole(sandbox, otherAccount, [account]);
    const here = await operatorRole(sandbox, account);
    const more = ['--old-role-to-assume', there.arn, ...boundary];
    const readPools = ['cognito-idp:DescribeUserPool', 'cognito-idp:GetUserPoolMfaConfig'];
    const { newSide, oldSide } = await there.during(readPools, async () => ({
      newSide: await printedPolicy(ground, ...more),
      oldSide: await printedPolicy(ground, ...more, '--side', 'old'),
    }));
    expect(await printedPolicy(ground, ...more, '--side', 'new')).toEqual(newSide);
    await here.allow(newSide);
    await there.allow(oldSide);
    sandbox.journal.clear();
    expect(await journey(ground, await here.session(), more)).toBeUndefined();
    const proofs = {
      [`${what}, new side`]: prove(newSide, sandbox.journal.calls, sessionsOf(account)),
      [`${what}, old side`]: prove(oldSide, sandbox.journal.calls, sessionsOf(otherAccount)),
    };
    task.meta.policies = proofs;
    for (const proof of Object.values(proofs)) {
      expect(proof).toMatchObject({ denied: [], removableStatements: [], removableActions: [] });
    }
    expect(JSON.stringify(newSide)).not.toContain(ground.oldPool);
  });
});
