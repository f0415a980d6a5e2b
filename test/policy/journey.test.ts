/**
 * What `cognito-migrate policy` prints is enough for everything, and nothing of it is too much: npm run test:policy says
 * how many calls that was tried with. The same for what `--for` prints, with an operator of its own for each task.
 */
import { describe, expect, test } from 'vitest';
import { policyTasks, type WholeTask } from '../../src/core/permission.ts';
import { longestPolicy } from '../../src/steps/operator-policy.ts';
import { account } from '../support/local-aws.ts';
import {
  flagsOfPolicy,
  forEachTask,
  journey,
  openPolicyAws,
  otherAccount,
  type PolicyAws,
  printedPolicy,
  type Setup,
  tagged,
  withAlarms,
  withBoundary,
  withDisabling,
  withExistingOldClient,
  withExistingRole,
  withGroups,
  withGuard,
  withMarks,
  withOldSub,
} from './journey.ts';
import { operatorRole } from './operator.ts';
import { allows, type Policy, type Proof, prove } from './removal.ts';

declare module 'vitest' {
  interface TaskMeta {
    policies?: Record<string, Proof>;
  }
}

/** What a task needs on other days than these. test/policy/tasks.test.ts has those days. */
const forOtherDays: Readonly<Record<WholeTask, readonly string[]>> = {
  init: [
    'MakeProbeAndRehearseTheFunction: lambda:UntagResource',
    'MakeTheAppClientForPasswords: cognito-idp:DeleteUserPoolClient',
  ],
  watch: ['AddThePasswordFlowToAppClients: cognito-idp:ListUserPoolClients'],
  users: [],
  finish: ['MakeProbeAndRehearseTheFunction: lambda:TagResource'],
};

const sessionsOf = (ofAccount: string, role: string): string[] => [
  `arn:aws:sts::${ofAccount}:assumed-role/${role}/`,
];

/** The document of each task, as `--for` prints it. */
const documentsOf = (ground: PolicyAws, ...more: readonly string[]): Promise<Record<WholeTask, Policy>> =>
  forEachTask((task) => printedPolicy(ground, ...more, '--for', task));

/** A role for each task, which may do what its document says and nothing else. */
const rolesOf = (ground: PolicyAws, inAccount: string) =>
  forEachTask((task) => operatorRole(ground.sandbox, inAccount, [account], task));

/**
 * Proves the document of each task by what its operator did, and the whole policy by what all of them did.
 * Each operator can do less than the whole policy allows.
 */
function proofsOf(
  name: string,
  ground: PolicyAws,
  inAccount: string,
  whole: Policy,
  documents: Readonly<Record<WholeTask, Policy>>,
): Record<string, Proof> {
  const { calls } = ground.sandbox.journal;
  const everybody = policyTasks.flatMap((task) => sessionsOf(inAccount, task));
  expect(allows(whole, calls, everybody)).toBe(true);
  const ofTasks = policyTasks.map((task) => {
    const proof = prove(documents[task], calls, sessionsOf(inAccount, task));
    const removableActions = proof.removableActions.filter((one) => !forOtherDays[task].includes(one));
    return [`${name}, ${task}`, { ...proof, removableActions }] as const;
  });
  return { [name]: prove(whole, calls, everybody), ...Object.fromEntries(ofTasks) };
}

function expectMinimal(proofs: Record<string, Proof>): void {
  const minimal = { denied: [], removableStatements: [], removableActions: [] };
  for (const [name, proof] of Object.entries(proofs)) {
    expect(proof, name).toMatchObject(minimal);
    expect(proof.calls, name).toBeGreaterThan(0);
  }
}

function expectShort(documents: Readonly<Record<WholeTask, Policy>>): void {
  for (const task of policyTasks)
    expect(JSON.stringify(documents[task]).length, task).toBeLessThan(longestPolicy);
}

/** One account, and one operator for each task. */
async function oneAccount(name: string, ...setups: readonly Setup[]) {
  const ground = await openPolicyAws();
  const flags: string[] = [];
  for (const setup of setups) flags.push(...(await setup(ground)));
  const policy = await printedPolicy(ground, ...flagsOfPolicy(flags));
  const documents = await documentsOf(ground, ...flagsOfPolicy(flags));
  expectShort(documents);
  const roles = await rolesOf(ground, account);
  const operators = await forEachTask(async (task) => {
    await roles[task].allow(documents[task]);
    return { keys: await roles[task].session() };
  });
  ground.sandbox.journal.clear();
  expect(await journey(ground, operators, flags)).toBeUndefined();
  return { policy, documents, proofs: proofsOf(name, ground, account, policy, documents) };
}

describe('the policy is enough for the whole journey, and nothing of it can be left out', () => {
  test('in one account, as one operator', async ({ task }) => {
    const ground = await openPolicyAws();
    const flags = await tagged(ground);
    const policy = await printedPolicy(ground, ...flagsOfPolicy(flags));
    const operator = await operatorRole(ground.sandbox, account);
    await operator.allow(policy);
    ground.sandbox.journal.clear();
    expect(await journey(ground, await operator.session(), flags)).toBeUndefined();
    const proofs = {
      'one account': prove(policy, ground.sandbox.journal.calls, sessionsOf(account, 'operator')),
    };
    task.meta.policies = proofs;
    expectMinimal(proofs);
    const sids = policy.Statement.map(({ Sid }) => Sid);
    expect(sids).toEqual(
      expect.arrayContaining(['SendThePoolsSmsRoleBack', 'SendTheKeyOfCustomSendersBack']),
    );
  });
});

describe('the document of each task is enough for it, and nothing of it or of the whole can be left out', () => {
  test('in one account', async ({ task }) => {
    const { documents, proofs } = await oneAccount('one account, by task', tagged);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    // Whoever watches changes nothing, but for the user who is tried.
    expect(JSON.stringify(documents.watch)).not.toMatch(
      /:(Create|Update|Put|Set|Delete|Attach|Detach|Add|Remove|Tag|Untag|Pass)/,
    );
    expect(JSON.stringify(documents.finish)).not.toMatch(/:(Create(?!Grant)|Put|Attach|Add)/);
  });

  test('with a permissions boundary', async ({ task }) => {
    const { proofs } = await oneAccount('boundary', withBoundary, tagged, withOldSub);
    task.meta.policies = proofs;
    expectMinimal(proofs);
  });

  test('with a role that somebody else has made', async ({ task }) => {
    const { policy, proofs } = await oneAccount('existing role', withExistingRole);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    expect(JSON.stringify(policy)).not.toContain('iam:CreateRole');
  });

  test('with alarms', async ({ task }) => {
    const { policy, documents, proofs } = await oneAccount('alarms', withAlarms, tagged);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    expect(JSON.stringify(policy)).toContain('cloudwatch:PutMetricAlarm');
    expect(JSON.stringify(documents.users)).not.toContain('Alarm');
  });

  test('with groups', async ({ task }) => {
    const { policy, documents, proofs } = await oneAccount('groups', withGroups, tagged);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    expect(JSON.stringify(policy)).toContain('cognito-idp:CreateGroup');
    expect(JSON.stringify(documents.watch)).toContain('cognito-idp:ListGroups');
  });

  test('with guarded sign-ups', async ({ task }) => {
    const { documents, proofs } = await oneAccount('guard', withGuard, tagged);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    // Teardown empties both triggers with the same action.
    expect(JSON.stringify(documents.finish)).toContain('cognito-idp:UpdateUserPool');
  });

  test('with old users who are disabled', async ({ task }) => {
    const { documents, proofs } = await oneAccount('disabling', withDisabling, tagged);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    expect(JSON.stringify(documents.watch)).toContain('cognito-idp:AdminEnableUser');
  });

  test('with marks of users who moved', async ({ task }) => {
    const { policy, proofs } = await oneAccount('marks', withMarks, tagged);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    expect(JSON.stringify(policy)).toContain('AddTheMarksOfMovedUsers');
  });

  test('with an app client that somebody else has made in the old pool', async ({ task }) => {
    const { policy, proofs } = await oneAccount('existing app client', withExistingOldClient);
    task.meta.policies = proofs;
    expectMinimal(proofs);
    expect(JSON.stringify(policy)).not.toContain('cognito-idp:CreateUserPoolClient');
  });

  test.for([
    { what: 'two accounts', boundary: [] },
    {
      what: 'two accounts and a boundary',
      boundary: ['--old-permissions-boundary', 'arn:aws:iam::aws:policy/AdministratorAccess'],
    },
  ])('in $what, one in each', async ({ what, boundary }, { task }) => {
    const ground = await openPolicyAws(otherAccount);
    const there = await rolesOf(ground, otherAccount);
    const here = await rolesOf(ground, account);
    const readPools = ['cognito-idp:DescribeUserPool', 'cognito-idp:GetUserPoolMfaConfig'];
    const printed = await forEachTask((one) => {
      const more = ['--old-role-to-assume', there[one].arn, ...boundary];
      return there[one].during(readPools, async () => ({
        newSide: await printedPolicy(ground, ...more, '--for', one),
        oldSide: await printedPolicy(ground, ...more, '--side', 'old', '--for', one),
        wholeNewSide: await printedPolicy(ground, ...more),
        wholeOldSide: await printedPolicy(ground, ...more, '--side', 'old'),
        named: await printedPolicy(ground, ...more, '--side', 'new'),
      }));
    });
    const newSides = await forEachTask(async (one) => printed[one].newSide);
    const oldSides = await forEachTask(async (one) => printed[one].oldSide);
    const { wholeNewSide, wholeOldSide, named } = printed.init;
    expect(named).toEqual(wholeNewSide);
    for (const documents of [newSides, oldSides]) expectShort(documents);
    const operators = await forEachTask(async (one) => {
      await here[one].allow(newSides[one]);
      await there[one].allow(oldSides[one]);
      return { keys: await here[one].session(), flags: ['--old-role-to-assume', there[one].arn] };
    });
    ground.sandbox.journal.clear();
    expect(await journey(ground, operators, boundary)).toBeUndefined();
    // Each operator enters the old account by a role of its own.
    const arns = policyTasks.map((one) => there[one].arn);
    const entered = wholeNewSide.Statement.map((one) =>
      one.Sid === 'EnterTheOldAccountForTheSetUp' ? { ...one, Resource: arns } : one,
    );
    const proofs = {
      ...proofsOf(`${what}, new side`, ground, account, { ...wholeNewSide, Statement: entered }, newSides),
      ...proofsOf(`${what}, old side`, ground, otherAccount, wholeOldSide, oldSides),
    };
    task.meta.policies = proofs;
    expectMinimal(proofs);
    expect(JSON.stringify(wholeNewSide)).not.toContain(ground.oldPool);
  });
});
