/** `--map username=email` between two pools of the local AWS: who moves, who doesn't, and when init refuses. */
import { AdminUpdateUserAttributesCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetPolicyCommand, GetPolicyVersionCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { parsePolicy } from '../../src/aws/policy-document.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { errorOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { account } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { type Named, namedPool } from './named-pool.ts';

const rule = ['--map', 'username=email'] as const;

const installed = async (): Promise<Named> => {
  const ground = await namedPool();
  await ground.addUser('dora@example.com', { name: 'Dora' });
  const { code, stderr } = await runCli(ground.init(...rule, '--yes'));
  expect([code, stderr]).toEqual([
    0,
    expect.stringContaining('AdminGetUser, AdminInitiateAuth, ListUsers on named only'),
  ]);
  return ground;
};

describe('the owner of the pools vouches for usernames', () => {
  test('a user whose username is an address moves with it, unverified, and signs in again', async () => {
    const ground = await installed();
    await ground.signIn('dora@example.com');
    const user = await ground.moved('dora@example.com');
    expect(user).toMatchObject({ email: 'dora@example.com', name: 'Dora' });
    expect(user?.email_verified ?? 'false').toBe('false');
    ground.sandbox.journal.clear();
    await ground.signIn('dora@example.com');
    expect(ground.sandbox.journal.names()).toEqual(['cognito-idp:InitiateAuth']);
  });

  test('each sign-in asks for other users with that address, once the password is proven', async () => {
    const ground = await installed();
    ground.sandbox.journal.clear();
    await ground.signIn('dora@example.com');
    const asked = ground.sandbox.journal.names().filter((name) => name !== 'cognito-idp:InitiateAuth');
    expect(asked).toEqual([
      'cognito-idp:AdminGetUser',
      'cognito-idp:AdminInitiateAuth',
      'cognito-idp:ListUsers',
    ]);
  });

  test('a user of another name moves as before, or does not', async () => {
    const ground = await installed();
    await ground.addUser('emil', { email: 'emil@example.com', email_verified: 'true' });
    await errorOf(ground.signIn('emil'));
    await errorOf(ground.signIn('emil@example.com'));
    expect(await ground.moved('emil@example.com')).toBeUndefined();
  });

  test('an address that another user verifies after init moves with nobody', async () => {
    const ground = await installed();
    await ground.addUser('carl', { email: 'DORA@example.com', email_verified: 'true' });
    expect(await errorOf(ground.signIn('dora@example.com'))).toMatchObject({
      name: 'UserNotFoundException',
    });
    expect(await ground.moved('dora@example.com')).toBeUndefined();
    const logs = await runCli(['logs', ...ground.where, '--new-user-pool-id', ground.newPool, '--json']);
    expect(JSON.stringify(json(logs))).toContain('address-of-another');
    // The doctor says so too, and so does the next init that changes something.
    expect((await runCli(['doctor', ...ground.init(...rule).slice(1)])).code).toBe(8);
    const again = await runCli(ground.init(...rule, '--drop', 'name', '--yes', '--json'));
    expect(again.code).toBe(8);
    expect(json(again).error).toMatchObject({ code: 'CM116' });
    await ground.sdk.idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: ground.oldPool,
        Username: 'carl',
        UserAttributes: [{ Name: 'email_verified', Value: 'false' }],
      }),
    );
    await ground.signIn('dora@example.com');
    expect(await ground.moved('dora@example.com')).toBeDefined();
  });

  describe.each(['any', 'exact'] as const)('where ListUsers searches in %s letter case', (searchedCase) => {
    const installedThere = async () => {
      const ground = await installed();
      cognitoSettings(ground.sandbox.world).searchedCase = searchedCase;
      return ground;
    };

    test('an address that another user verifies after init moves with no username in capitals', async () => {
      const ground = await installedThere();
      await ground.addUser('Emil@Example.com');
      await ground.addUser('carl', { email: 'emil@example.com', email_verified: 'true' });
      await errorOf(ground.signIn('Emil@Example.com'));
      expect(await ground.moved('Emil@Example.com')).toBeUndefined();
      const logs = await runCli(['logs', ...ground.where, '--new-user-pool-id', ground.newPool, '--json']);
      expect(JSON.stringify(json(logs))).toContain('address-of-another');
    });

    test('the doctor finds it in every spelling, also where the function cannot', async () => {
      const ground = await installedThere();
      await ground.addUser('carl', { email: 'DORA@example.com', email_verified: 'true' });
      const doctor = await runCli(['doctor', ...ground.init(...rule).slice(1), '--json']);
      expect(doctor.code).toBe(8);
      expect(JSON.stringify(json(doctor))).toContain('1 username is the verified address of another user');
      await ground.signIn('dora@example.com').catch(() => undefined);
      // The limit that CM116's page names.
      expect((await ground.moved('dora@example.com')) !== undefined).toBe(searchedCase === 'exact');
    });
  });

  test('status and plan stay as they were made; taking the rule back takes ListUsers back', async () => {
    const ground = await installed();
    expect((await runCli(['status', ...ground.where])).code).toBe(0);
    const statements = async () => {
      const PolicyArn = `arn:aws:iam::${account}:policy/cognito-migrate-${ground.newPool}`;
      const { Policy } = await ground.sdk.iam.send(new GetPolicyCommand({ PolicyArn }));
      const version = await ground.sdk.iam.send(
        new GetPolicyVersionCommand({ PolicyArn, VersionId: Policy?.DefaultVersionId }),
      );
      return JSON.stringify(parsePolicy(given(version.PolicyVersion).Document));
    };
    expect(await statements()).toContain('cognito-idp:ListUsers');
    const env = { COGNITO_MIGRATE_MAP: 'name=nickname' };
    const without = await runCli(ground.init('--yes', '--accept', 'CM111'), { env });
    expect([without.code, without.stdout]).toEqual([
      8,
      expect.stringContaining('Set up, but nobody can move'),
    ]);
    expect(await statements()).not.toContain('cognito-idp:ListUsers');
    expect((await runCli(['teardown', '--yes', ...ground.where])).code).toBe(0);
  });

  test('an init that changes nothing reads no user for it; it still looks at self-registration', async () => {
    const ground = await installed();
    const lists = async (...more: string[]): Promise<number> => {
      ground.sandbox.journal.clear();
      const { code, stderr } = await runCli(ground.init(...rule, '--yes', ...more));
      expect(code, stderr).toBe(0);
      return ground.sandbox.journal.names().filter((name) => name === 'cognito-idp:ListUsers').length;
    };
    const sample = await lists();
    expect(sample).toBe(1);
    // The sample, all users, and the test call.
    expect(await lists('--drop', 'name')).toBeGreaterThan(sample + 1);
    await ground.signUpIs('on');
    const refused = await runCli(ground.init(...rule, '--yes', '--json'));
    expect(json(refused).error).toMatchObject({ code: 'CM116' });
  });

  test('status sees that self-registration of the old pool was turned on after init', async () => {
    const ground = await installed();
    await ground.signUpIs('on');
    const status = await runCli(['status', ...ground.where, '--json']);
    expect(status.code).toBe(8);
    expect(json(status)).toMatchObject({
      code: 'CM116',
      healthy: false,
      installed: true,
      notes: [
        { level: 'warning', id: 'CM116', message: expect.stringContaining('Anyone can sign up in the old') },
      ],
    });
    const read = await runCli(['status', ...ground.where]);
    expect(read.stderr).toContain('CM116');
    expect(read.stdout).not.toContain('nobody can move');
    await ground.signUpIs('off');
    expect(await runCli(['status', ...ground.where])).toMatchObject({ code: 0 });
  });

  test('without the rule nobody may list users, and CM111 names it', async () => {
    const ground = await namedPool();
    await ground.addUser('dora@example.com', { email: 'dora@example.com' });
    const result = await runCli(ground.init('--yes'));
    expect(result.code).toBe(8);
    expect(result.stderr).toContain('--map username=email vouches for them');
  });
});

describe('init refuses, and changes nothing', () => {
  const refused = async (ground: Named, ...more: string[]) => {
    ground.sandbox.journal.clear();
    const result = await runCli(ground.init(...rule, '--yes', '--json', ...more));
    expect(result.code).toBe(8);
    expect(json(result).error).toMatchObject({ code: 'CM116' });
    await ground.expectUntouched();
    return result.stderr;
  };

  test('while anybody can sign up in the old pool, whatever is accepted', async () => {
    const ground = await namedPool(false);
    await ground.addUser('dora@example.com');
    expect(await refused(ground, '--accept', 'CM116', '--accept', 'CM412')).toContain('Anyone can sign up');
    await ground.signUpIs('off');
    expect((await runCli(ground.init(...rule, '--yes'))).code).toBe(0);
  });

  test('where one username is the verified address of another user, whatever is accepted', async () => {
    const ground = await namedPool();
    await ground.addUser('dora@example.com');
    await ground.addUser('carl', { email: 'dora@example.com', email_verified: 'true' });
    const err = await refused(ground, '--accept', 'CM116');
    expect(err).toContain('1 username is the verified address of another user, of 2 users.');
    expect(err).not.toMatch(/dora|carl/);
  });
});

test('doctor says the same', async () => {
  const ground = await namedPool();
  await ground.addUser('dora@example.com');
  await ground.addUser('carl', { email: 'dora@example.com', email_verified: 'true' });
  const result = await runCli(['doctor', ...ground.init(...rule).slice(1), '--json']);
  expect(result.code).toBe(8);
  expect(JSON.stringify(json(result))).toContain('CM116');
});

test('export prints the permission with the rule, and none without', async () => {
  const ground = await namedPool();
  const argv = ground.init().slice(1);
  const printed = async (...more: string[]) =>
    (await runCli(['export', ...argv, '--format', 'json', ...more])).stdout;
  expect(await printed(...rule)).toContain('cognito-idp:ListUsers');
  expect(await printed()).not.toContain('cognito-idp:ListUsers');
});
