/** `--find-by email` between two pools of the local AWS: users sign in by another name, and who cannot is known beforehand. */

import { rm } from 'node:fs/promises';
import {
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  ForgotPasswordCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreatePolicyVersionCommand,
  GetPolicyCommand,
  GetPolicyVersionCommand,
  ListPoliciesCommand,
} from '@aws-sdk/client-iam';
import { GetFunctionConfigurationCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { decodeSettings, encodeSettings } from '../../src/lambda/settings-codec.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { errorOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { account } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { type Named, namedPool } from './named-pool.ts';

/** A step of `status --json`. */
const Step = z.object({
  step: z.string(),
  differences: z.optional(z.array(z.object({ path: z.string() }))),
});

const rule = ['--find-by', 'email'] as const;
const verified = (email: string) => ({ email, email_verified: 'true' });

/** An old pool of usernames whose users have an address of their own. */
async function populated(): Promise<Named> {
  const ground = await namedPool();
  await ground.addUser('dora', { ...verified('dora@example.com'), name: 'Dora' });
  await ground.addUser('emil', { email: 'emil@example.com', email_verified: 'false' });
  await ground.addUser('carl', verified('both@example.com'));
  await ground.addUser('carla', verified('both@example.com'));
  ground.sandbox.journal.clear();
  return ground;
}

async function installed(...more: string[]): Promise<Named> {
  const ground = await populated();
  const { code, stderr } = await runCli(ground.init(...rule, '--yes', ...more));
  expect([code, stderr]).toEqual([
    0,
    expect.stringMatching(/ListUsers on named only \(ListUsers: 30 a second for all pools\s+there\)/),
  ]);
  expect(stderr).toContain('1 of 4 users can be found by a verified email address of their own');
  return ground;
}

const reasonsOf = async (ground: Named): Promise<string> =>
  JSON.stringify(
    json(await runCli(['logs', ...ground.where, '--new-user-pool-id', ground.newPool, '--json'])),
  );

describe('users of a pool with usernames', () => {
  test('move with their address and their old password, in three requests to the old pool', async () => {
    const ground = await installed();
    ground.sandbox.journal.clear();
    await ground.signIn('dora@example.com');
    expect(ground.sandbox.journal.names().filter((name) => name !== 'cognito-idp:InitiateAuth')).toEqual([
      'cognito-idp:ListUsers',
      'cognito-idp:AdminGetUser',
      'cognito-idp:AdminInitiateAuth',
    ]);
    expect(await ground.moved('dora@example.com')).toMatchObject({
      ...verified('dora@example.com'),
      name: 'Dora',
    });
    ground.sandbox.journal.clear();
    await ground.signIn('dora@example.com');
    expect(ground.sandbox.journal.names()).toEqual(['cognito-idp:InitiateAuth']);
  });

  test('do not move by an address that is unverified or shared, nor by their username', async () => {
    const ground = await installed();
    for (const name of ['emil@example.com', 'both@example.com', 'dora', 'nobody@example.com'])
      expect(await errorOf(ground.signIn(name))).toMatchObject({ name: 'UserNotFoundException' });
    expect(await ground.moved('emil@example.com')).toBeUndefined();
    expect(await ground.moved('both@example.com')).toBeUndefined();
    const reasons = await reasonsOf(ground);
    for (const reason of ['ambiguous-name', 'unknown-user', 'other-name']) expect(reasons).toContain(reason);
    // Whoever is left with the address moves.
    await ground.sdk.idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: ground.oldPool,
        Username: 'carla',
        UserAttributes: [{ Name: 'email_verified', Value: 'false' }],
      }),
    );
    await ground.signIn('both@example.com');
    expect(await ground.moved('both@example.com')).toMatchObject(verified('both@example.com'));
  });

  test.each(['any', 'exact'] as const)(
    'move by the stored spelling only, in a case-sensitive new pool, where ListUsers searches in %s letter case',
    async (searchedCase) => {
      const ground = await installed();
      cognitoSettings(ground.sandbox.world).searchedCase = searchedCase;
      await errorOf(ground.signIn('Dora@example.com'));
      expect(await ground.moved('Dora@example.com')).toBeUndefined();
      await ground.signIn('dora@example.com');
      expect(await ground.moved('dora@example.com')).toBeDefined();
    },
  );

  test.each([
    ['found', 'other-name'],
    ['not-found', 'unknown-user'],
  ] as const)(
    'do not move by their sub, which the old pool takes for a name or not: %s',
    async (world, reason) => {
      const ground = await installed();
      cognitoSettings(ground.sandbox.world).subAsUsername = world;
      const { UserAttributes = [] } = await ground.sdk.idp.send(
        new AdminGetUserCommand({ UserPoolId: ground.oldPool, Username: 'dora' }),
      );
      const sub = given(UserAttributes.find(({ Name }) => Name === 'sub')?.Value);
      expect(await errorOf(ground.signIn(sub))).toMatchObject({ name: 'UserNotFoundException' });
      expect(await reasonsOf(ground)).toContain(reason);
      await ground.signIn('dora@example.com');
      expect(await ground.moved('dora@example.com')).toBeDefined();
    },
  );
});

describe('the migration', () => {
  test('is healthy, says its rule, finds it again without the state file, and goes without a trace', async () => {
    const ground = await installed('--forward-client-metadata', 'tenant');
    const status = await runCli(['status', ...ground.where, '--json']);
    expect([status.code, json(status)]).toEqual([
      0,
      expect.objectContaining({ healthy: true, findBy: 'email' }),
    ]);
    expect((await runCli(['status', ...ground.where])).stdout).toContain(
      'found by their verified email (--find-by)',
    );
    await rm(ground.file);
    const again = await runCli(ground.init('--yes', '--json'));
    expect([again.code, JSON.stringify(json(again))]).toEqual([0, expect.not.stringContaining('"updated"')]);
    expect(
      (await runCli(['teardown', '--yes', ...ground.where, '--new-user-pool-id', ground.newPool])).code,
    ).toBe(0);
  });

  test('is unhealthy if someone ends the search or removes its permission, until init', async () => {
    const ground = await installed();
    const { lambda, iam } = ground.sdk;
    const FunctionName = `cognito-migrate-${ground.newPool}`;
    const PolicyArn = `arn:aws:iam::${account}:policy/${FunctionName}`;
    const found = async () => {
      const result = await runCli(['status', ...ground.where, '--json']);
      const steps = z.object({ steps: z.array(Step) }).parse(json(result)).steps;
      return [
        result.code,
        steps.flatMap(({ step, differences = [] }) => differences.map(({ path }) => `${step}: ${path}`)),
      ];
    };
    const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
    const Variables = { ...Environment?.Variables };
    const { findBy, ...settings } = decodeSettings(Variables.MIGRATION_SETTINGS);
    expect(findBy).toBe('email');
    const changed = { ...Variables, MIGRATION_SETTINGS: encodeSettings(settings) };
    await lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName, Environment: { Variables: changed } }),
    );
    expect(await found()).toEqual([5, ['lambda-function: settings.findBy']]);
    const { Policy } = await iam.send(new GetPolicyCommand({ PolicyArn }));
    const VersionId = given(Policy?.DefaultVersionId);
    const { PolicyVersion } = await iam.send(new GetPolicyVersionCommand({ PolicyArn, VersionId }));
    const document = decodeURIComponent(given(PolicyVersion?.Document));
    await iam.send(
      new CreatePolicyVersionCommand({
        PolicyArn,
        PolicyDocument: document.replace('cognito-idp:ListUsers', 'cognito-idp:ListGroups'),
        SetAsDefault: true,
      }),
    );
    const [code, paths] = await found();
    expect([code, String(paths)]).toEqual([5, expect.stringContaining('lambda-policy: ')]);
    expect((await runCli(ground.init('--yes'))).code).toBe(0);
    expect(await found()).toEqual([0, []]);
    await ground.signIn('dora@example.com');
    expect(await ground.moved('dora@example.com')).toBeDefined();
  });

  test('can be set up, watched, and removed with the permissions that policy prints', async () => {
    const ground = await populated();
    const pools = ['--old-user-pool-id', ground.oldPool, '--new-user-pool-id', ground.newPool];
    const printed = json(await runCli(['policy', ...ground.where, ...pools, '--json']));
    const operator = await operatorRole(ground.sandbox, account);
    await operator.allow(Object(printed.policy));
    const keys = await operator.session();
    for (const argv of [
      ground.init(...rule, '--yes'),
      ['status', ...ground.where, '--probe'],
      ['teardown', ...ground.where, '--yes'],
    ])
      expect(await as(keys, () => runCli(argv))).toMatchObject({ code: 0 });
  });

  test('is removed completely, even if the state file is lost, as the dry run says', async () => {
    const ground = await installed('--forward-client-metadata', 'tenant');
    await rm(ground.file);
    const pools = ['--old-user-pool-id', ground.oldPool, '--new-user-pool-id', ground.newPool];
    const argv = ['teardown', ...ground.where, ...pools];
    ground.sandbox.journal.clear();
    const dry = await runCli([...argv, '--dry-run', '--json']);
    expect([dry.code, ground.sandbox.journal.writes()]).toEqual([0, []]);
    expect(JSON.stringify(json(dry))).toContain('lambda-policy');
    expect((await runCli([...argv, '--yes'])).code).toBe(0);
    const { Policies } = await ground.sdk.iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
    expect(Policies).toEqual([]);
  });

  test('takes the permission back with the rule', async () => {
    const ground = await installed();
    const plan = await runCli(ground.init('--find-by', 'none', '--accept', 'CM111', '--dry-run'));
    expect(plan.stderr + plan.stdout).toContain('AdminGetUser, AdminInitiateAuth on named only');
  });

  test('is printed by export and by handoff, with the permission', async () => {
    const ground = await populated();
    const argv = ground.init().slice(1);
    const printed = async (...more: string[]) =>
      (await runCli(['export', ...argv, '--format', 'json', ...more])).stdout;
    expect(await printed(...rule)).toContain('cognito-idp:ListUsers');
    expect(await printed()).not.toContain('cognito-idp:ListUsers');
  });
});

describe('init refuses', () => {
  test.each([
    ['--map', 'username=email', 'makes another address the email of the same users'],
    ['--find-by', 'phone_number', 'nobody signs in to the new pool with phone_number'],
  ])('%s %s, with the reason', async (flag, value, reason) => {
    const ground = await populated();
    const result = await runCli(ground.init(...rule, flag, value, '--yes', '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'FIND_BY_UNFIT' });
    expect(result.stderr).toContain(reason);
    await ground.expectUntouched();
  });

  test('an attribute that people sign in to the old pool with anyway', async () => {
    const ground = await namedPool();
    const old = await ground.addPool('known', { AliasAttributes: ['email'] });
    ground.sandbox.journal.clear();
    const argv = ground.init(...rule, '--yes', '--json', '--old-user-pool-id', old);
    const result = await runCli(argv);
    expect([result.code, result.stderr]).toEqual([2, expect.stringContaining('with email anyway')]);
  });

  test('nobody without it, and CM111 names it', async () => {
    const ground = await populated();
    const result = await runCli(ground.init('--yes'));
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('--find-by email lets 3 of them sign in');
  });
});

test("triggers of the old pool get the chosen metadata of the app, beside the function's own mark", async () => {
  const ground = await installed('--forward-client-metadata', 'tenant');
  const doctor = await runCli([
    'doctor',
    ...ground.init(...rule, '--forward-client-metadata', 'tenant').slice(1),
  ]);
  expect(doctor.stdout).toContain('CM118');
  ground.sandbox.journal.clear();
  await ground.signIn('dora@example.com', { tenant: 'blue', other: 'red', source: 'forged' });
  const sent = ground.sandbox.journal.calls.find(({ operation }) => operation === 'AdminInitiateAuth');
  expect(sent?.input.ClientMetadata).toEqual({ tenant: 'blue', source: 'cognito-migrate' });
});

test('a forgotten password makes no call that takes metadata', async () => {
  const ground = await installed('--forward-client-metadata', 'tenant');
  ground.sandbox.journal.clear();
  await ground.sdk.idp.send(
    new ForgotPasswordCommand({
      ClientId: ground.clients.web,
      Username: 'dora@example.com',
      ClientMetadata: { tenant: 'blue' },
    }),
  );
  const { calls } = ground.sandbox.journal;
  const old = calls.filter(({ input }) => input.UserPoolId === ground.oldPool);
  expect(old.map(({ operation }) => operation)).toEqual(['ListUsers', 'AdminGetUser']);
  expect(JSON.stringify(old)).not.toContain('blue');
});
