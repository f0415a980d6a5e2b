/**
 * Every branch of the wizard in a real terminal, back and forth, up to the command that repeats it.
 * The questions and their branches are those that the program declares.
 */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { questions } from '../../src/cli/wizard/questions.ts';
import { flagOf } from '../../src/core/variables/index.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import { generateUsers } from '../../src/sandbox/services/cognito/helpers.ts';
import { given } from '../support/errors.ts';
import { type Stage, startStage } from './stage.ts';
import type { Terminal } from './terminal.ts';
import { printedCommand, type WalkStep, walk } from './walk.ts';

const stateFile = 'cognito-migrate.state.json';

interface Walk {
  readonly name: string;
  readonly columns?: number;
  /** Prepares the stage. Returns more arguments of init, and the steps. */
  readonly begin: (
    stage: Stage,
  ) => Promise<{ readonly flags?: readonly string[]; readonly steps: readonly WalkStep[] }>;
  readonly code: 0 | 2 | 4 | 8;
  /** Whether a plan comes after the last answer. Otherwise, the program refuses before it. */
  readonly hasPlan: boolean;
}

/** A pool in another account or Region, which no list shows. */
async function remotePool(stage: Stage, name: string, account: string, region: string): Promise<string> {
  const config = { endpoint: stage.sandbox.url, region, credentials: keysOf(account), maxAttempts: 1 };
  const idp = new CognitoIdentityProviderClient(config);
  const command = new CreateUserPoolCommand({ PoolName: name, UsernameAttributes: ['email'] });
  return given((await idp.send(command)).UserPool?.Id, 'pool ID');
}

const here = '111122223333';
const there = '444455556666';

async function withProfile(stage: Stage): Promise<void> {
  await mkdir(join(stage.folder, '.aws'));
  const keys = [`aws_access_key_id = ${keysOf(there).accessKeyId}`, 'aws_secret_access_key = local'];
  await writeFile(
    join(stage.folder, '.aws', 'config'),
    ['[profile legacy-account]', ...keys, 'region = eu-west-1'].join('\n'),
  );
}

const withMfa = (stage: Stage): Promise<unknown> =>
  stage.sdk.idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: stage.oldPool,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );

const decided = (sub = 'no', forgot = 'on'): WalkStep[] => [
  ['forgot-password', forgot],
  ['weak-password', 'allow'],
  ['old-sub', sub],
  ['attributes', 'as shown'],
];

/** Pools whose users sign in with another name: the old one with usernames, the new one with both addresses. */
async function namedPools(stage: Stage): Promise<string[]> {
  const old = await stage.addPool('named', { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  const fresh = await stage.addPool('addressed', { UsernameAttributes: ['email', 'phone_number'] });
  const client = await stage.addClient(fresh, 'app', { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
  const UserAttributes = [
    { Name: 'email', Value: 'dora@example.com' },
    { Name: 'email_verified', Value: 'true' },
    { Name: 'phone_number', Value: '+12065550100' },
    { Name: 'phone_number_verified', Value: 'true' },
  ];
  await stage.sdk.idp.send(
    new AdminCreateUserCommand({
      UserPoolId: old,
      Username: 'dora',
      UserAttributes,
      MessageAction: 'SUPPRESS',
    }),
  );
  return ['--old-user-pool-id', old, '--new-user-pool-id', fresh, '--new-client-id', client];
}

const named =
  (branch: string): Walk['begin'] =>
  async (stage) => ({
    flags: await namedPools(stage),
    steps: [
      ['find-by', branch],
      ['forgot-password', 'on'],
      ['old-sub', 'no'],
      ['attributes', 'as shown'],
    ],
  });

/** The update resets the password policy too, so weak passwords no longer matter. */
async function withTrigger(stage: Stage): Promise<string[]> {
  const UserMigration = `arn:aws:lambda:eu-west-1:${here}:function:someone-else`;
  await stage.sdk.idp.send(
    new UpdateUserPoolCommand({ UserPoolId: stage.newPool, LambdaConfig: { UserMigration } }),
  );
  return [
    '--old-user-pool-id',
    stage.oldPool,
    '--new-user-pool-id',
    stage.newPool,
    '--new-client-id',
    stage.clients.web,
  ];
}

/** An old pool with a group. App clients may be able to write the proof, so the doctor then blocks. */
const grouped =
  (groups: 'no' | 'all' | 'first-token', moveOnce: string): Walk['begin'] =>
  async (stage) => {
    const group = { UserPoolId: stage.oldPool, GroupName: 'admins' };
    await stage.sdk.idp.send(new CreateGroupCommand(group));
    return {
      flags: [
        ...['--old-user-pool-id', stage.oldPool, '--new-user-pool-id', stage.newPool],
        ...['--new-client-id', stage.clients.web],
      ],
      steps: [
        ['forgot-password', 'on'],
        ['weak-password', 'allow'],
        ['old-sub', 'yes'],
        ['groups', groups],
        ['move-once', moveOnce],
        ['guard-sign-up', 'keep'],
        ['attributes', 'as shown'],
      ],
    };
  };

/** An old pool with so many users that alarms matter. */
const many =
  (branch: string): Walk['begin'] =>
  async (stage) => {
    const old = await stage.addPool('crowded', { UsernameAttributes: ['email'] });
    generateUsers(stage.sandbox.world, old, 1_000, 'Some-password-1');
    return {
      flags: [
        ...['--old-user-pool-id', old, '--new-user-pool-id', stage.newPool],
        ...['--new-client-id', stage.clients.web],
      ],
      steps: [
        ['forgot-password', 'on'],
        ['weak-password', 'allow'],
        ['old-sub', 'no'],
        ['alarms', branch],
        ['attributes', 'as shown'],
      ],
    };
  };

const walks: readonly Walk[] = [
  {
    name: 'listed pools, and every decision as it is',
    code: 0,
    hasPlan: true,
    begin: async () => ({
      steps: [
        ['old-pool', 'listed', 'legacy-users'],
        ['new-pool', 'listed', 'customers'],
        ['clients', 'some'],
        ...decided(),
      ],
    }),
  },
  {
    name: 'MFA is reset, nothing moves by a password reset, weak passwords are reset, the old ID is kept',
    code: 0,
    hasPlan: true,
    begin: async (stage) => {
      await withMfa(stage);
      const flags = ['--old-user-pool-id', stage.oldPool, '--new-user-pool-id', stage.newPool];
      return {
        flags,
        steps: [
          ['clients', 'some'],
          ['mfa', 'reset'],
          ['forgot-password', 'off'],
          ['weak-password', 'reset'],
          ['old-sub', 'yes'],
          ['move-once', 'no'],
          ['guard-sign-up', 'keep'],
          ['attributes', 'changed'],
        ],
      };
    },
  },
  {
    name: 'typed IDs of pools in another Region, and MFA is allowed',
    code: 0,
    hasPlan: true,
    begin: async (stage) => {
      await withMfa(stage);
      const fresh = await remotePool(stage, 'elsewhere', here, 'us-east-2');
      return {
        flags: ['--old-user-pool-id', stage.oldPool, '--accept', 'CM202'],
        steps: [
          ['new-pool', 'typed', fresh],
          ['mfa', 'allow'],
          ['forgot-password', 'on'],
          ['old-sub', 'no'],
          ['attributes', 'as shown'],
        ],
      };
    },
  },
  {
    name: 'a typed ID of the old pool',
    code: 0,
    hasPlan: true,
    begin: async (stage) => ({
      flags: ['--new-user-pool-id', stage.newPool, '--new-client-id', stage.clients.web],
      steps: [['old-pool', 'typed', await remotePool(stage, 'far', here, 'us-east-2')], ...decided()],
    }),
  },
  {
    name: 'users with MFA stay, and no app client: nobody could move',
    code: 8,
    hasPlan: true,
    begin: async (stage) => {
      await withMfa(stage);
      return {
        flags: ['--old-user-pool-id', stage.oldPool, '--new-user-pool-id', stage.newPool],
        steps: [['clients', 'none'], ['mfa', 'block'], ...decided('no', 'off')],
      };
    },
  },
  {
    name: 'sign-ups are guarded, and app clients may be able to write the proof',
    code: 8,
    hasPlan: false,
    begin: async (stage) => ({
      flags: [
        ...['--old-user-pool-id', stage.oldPool, '--new-user-pool-id', stage.newPool],
        ...['--new-client-id', stage.clients.web],
      ],
      steps: [
        ['forgot-password', 'on'],
        ['weak-password', 'allow'],
        ['old-sub', 'yes'],
        ['move-once', 'no'],
        ['guard-sign-up', 'refuse'],
        ['attributes', 'as shown'],
      ],
    }),
  },
  {
    name: 'groups stay, and old users are disabled',
    code: 8,
    hasPlan: false,
    begin: grouped('no', 'disable'),
  },
  {
    name: 'groups are copied, and old users are marked',
    code: 8,
    hasPlan: false,
    begin: grouped('all', 'mark'),
  },
  {
    name: 'groups are copied, already into the first token',
    code: 8,
    hasPlan: false,
    begin: grouped('first-token', 'no'),
  },
  { name: 'many users, and no alarms', code: 0, hasPlan: true, begin: many('no') },
  { name: 'many users, and alarms', code: 0, hasPlan: true, begin: many('yes') },
  {
    name: 'the trigger of somebody else stays',
    code: 4,
    hasPlan: false,
    begin: async (stage) => ({ flags: await withTrigger(stage), steps: [['trigger', 'keep']] }),
  },
  {
    name: 'the trigger of somebody else is replaced',
    code: 0,
    hasPlan: true,
    begin: async (stage) => ({
      flags: await withTrigger(stage),
      steps: [['trigger', 'replace'], ...decided().filter(([id]) => id !== 'weak-password')],
    }),
  },
  { name: 'users are found by their email address', code: 0, hasPlan: true, begin: named('email') },
  { name: 'users are found by their phone number', code: 0, hasPlan: true, begin: named('phone_number') },
  { name: 'users are not searched for: nobody could move', code: 8, hasPlan: false, begin: named('none') },
  {
    name: "the old pool is in another account, in its profile's list",
    code: 0,
    hasPlan: true,
    begin: async (stage) => {
      await withProfile(stage);
      await remotePool(stage, 'remote', there, 'eu-west-1');
      return {
        flags: ['--new-user-pool-id', stage.newPool, '--new-client-id', stage.clients.web],
        steps: [
          ['old-pool', 'elsewhere'],
          ['old-account', 'profile', 'legacy-account'],
          ['old-pool-there', 'listed', 'remote'],
          ...decided(),
        ],
      };
    },
  },
  {
    name: 'the old pool is in another account and Region, by its ID',
    code: 0,
    hasPlan: true,
    begin: async (stage) => {
      await withProfile(stage);
      await remotePool(stage, 'remote', there, 'eu-west-1');
      return {
        flags: ['--new-user-pool-id', stage.newPool, '--new-client-id', stage.clients.web],
        steps: [
          ['old-pool', 'elsewhere'],
          ['old-account', 'profile', 'legacy-account'],
          ['old-pool-there', 'typed', await remotePool(stage, 'far', there, 'us-east-2')],
          ...decided(),
        ],
      };
    },
  },
  {
    name: 'the old account is out of reach',
    code: 2,
    hasPlan: false,
    begin: async (stage) => ({
      flags: ['--new-user-pool-id', stage.newPool],
      steps: [
        ['old-pool', 'elsewhere'],
        ['old-account', 'handoff'],
      ],
    }),
  },
  {
    name: 'a mistyped ID means a pool that is there',
    code: 0,
    hasPlan: true,
    begin: async (stage) => ({
      flags: [
        ...['--old-user-pool-id', mistyped(stage.oldPool), '--new-user-pool-id', stage.newPool],
        ...['--new-client-id', stage.clients.web],
      ],
      steps: [['near-pool', 'yes'], ...decided()],
    }),
  },
  {
    name: 'a mistyped ID means a pool of another account',
    code: 2,
    hasPlan: false,
    begin: async (stage) => ({
      flags: ['--old-user-pool-id', mistyped(stage.oldPool), '--new-user-pool-id', stage.newPool],
      steps: [
        ['near-pool', 'no'],
        ['old-account', 'handoff'],
      ],
    }),
  },
];

/** The same ID with another last letter. */
const mistyped = (id: string): string => `${id.slice(0, -1)}${id.endsWith('x') ? 'y' : 'x'}`;

/** The printed command writes the folder for the other account. Its pool is in no list of this one. */
async function expectHandoff(terminal: Terminal): Promise<void> {
  const question = /\? Old user pool [^✔]*its ID$/;
  await terminal.waitFor(/\? Old user pool [^✔]*its ID$|cognito-migrate-handoff/);
  if (question.test(terminal.screen())) {
    terminal.type('eu-west-1_Elsewhere');
    terminal.press('enter');
  }
  expect(await terminal.end(), terminal.screen()).toBe(0);
  expect(terminal.screen()).toContain('cognito-migrate-handoff');
}

const visited = new Set<string>();
const nameOf = (question: string, branch: string): string => `${question}: ${branch}`;

test.each(walks)('$name', async ({ begin, code, hasPlan }) => {
  const stage = await startStage();
  const { flags = [], steps } = await begin(stage);
  stage.sandbox.journal.clear();
  const terminal = stage.open(['init', ...flags]);
  const apply = /\? Apply in account[^✔]*\(Y\/n\)$/;
  await walk(terminal, steps, hasPlan ? apply : undefined);
  expect(stage.sandbox.journal.writes()).toEqual([]);
  if (!hasPlan && code !== 2) await terminal.waitFor(/\? What do you want to change\?[^✔]*❯ Nothing/);
  if (code !== 2) terminal.press('enter');
  expect(await terminal.end(), terminal.screen()).toBe(code);
  for (const [question, branch] of steps) visited.add(nameOf(question, branch));

  const words = printedCommand(terminal);
  const asked = questions.filter(({ id }) => steps.some(([question]) => question === id));
  const sets = asked.flatMap((question) => question.sets.map((name) => flagOf(name)));
  const more = words.filter((word) => word.startsWith('--') && !flags.includes(word) && word !== '--yes');
  expect(sets).toEqual(expect.arrayContaining(more));
  expect(terminal.screen()).toContain(hasPlan ? 'To repeat this' : 'To continue');
  // A run without questions and without memory ends in the same place.
  await rm(join(stage.folder, stateFile), { force: true });
  if (words[0] === 'handoff') return expectHandoff(stage.open(words));
  const again = stage.open([...words.filter((word) => word !== '--yes'), '--yes']);
  expect(await again.end(), again.screen()).toBe(code);
  if (hasPlan) expect(again.screen()).toMatch(/Nothing to do|, 0 changed\)/);
});

test('every branch of every declared question was visited', () => {
  const declared = questions.flatMap(({ id, branches }) => branches.map((branch) => nameOf(id, branch)));
  expect([...visited].toSorted()).toEqual(declared.toSorted());
});
