/** `init --move-once`: the old user ends after the move, so that the old password opens nothing again. */
import { rm } from 'node:fs/promises';
import {
  AddCustomAttributesCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminUpdateUserAttributesCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test, vi } from 'vitest';
import { handoffFiles } from '../../src/cli/codegen/old-account/folder.ts';
import { oldHalf } from '../../src/cli/codegen/old-account/half.ts';
import { changedRights } from '../../src/cli/codegen/old-account/rights.ts';
import { exitCodes } from '../../src/core/errors.ts';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { longestPolicy } from '../../src/steps/operator-policy.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { someInputs } from '../support/inputs.ts';
import { closeSignUp, functionOf, rightsOf } from '../support/installed-function.ts';
import { account, type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const withSub = (aws: LocalAws, ...more: string[]): string[] =>
  aws.init('--new-client-id', aws.clients.web, '--yes', '--add-old-sub', ...more);

/** Nobody signs up, so nobody claims the old ID of another user. */
async function closed(): Promise<LocalAws> {
  const aws = await startLocalAws();
  closeSignUp(aws, true);
  return aws;
}

async function installed(...more: string[]): Promise<LocalAws> {
  const aws = await closed();
  const made = await runCli(withSub(aws, '--move-once', 'disable', ...more));
  expect(made.code, made.stderr).toBe(0);
  aws.sandbox.journal.clear();
  return aws;
}

const afterMoveOf = async (aws: LocalAws) => (await functionOf(aws)).afterMove;

const signIn = ({ sdk, clients, user }: LocalAws) =>
  sdk.idp.send(
    new InitiateAuthCommand({
      ClientId: clients.web,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: user.username, PASSWORD: user.password },
    }),
  );

const oldUser = ({ sdk, oldPool, user }: LocalAws) =>
  sdk.idp.send(new AdminGetUserCommand({ UserPoolId: oldPool, Username: user.username }));

describe('init', () => {
  test('the function may disable users of the old pool, and its settings say so', async () => {
    const aws = await installed();
    expect(await afterMoveOf(aws)).toEqual({ moveOnce: 'disable' });
    const rights = await rightsOf(aws);
    expect(rights).toContain('cognito-idp:AdminDisableUser');
    expect(rights).not.toMatch(/Group|AdminUpdateUserAttributes/);
    const again = await runCli(withSub(aws, '--move-once', 'disable'));
    expect(again.code, again.stderr).toBe(0);
    expect(aws.sandbox.journal.writes()).toEqual([]);
    const healthy = await runCli(['status', ...aws.where]);
    expect(healthy.code, healthy.stdout).toBe(0);
    expect(healthy.stdout).toContain('Old     users who move are disabled in the old pool');
    expect(json(await runCli(['status', ...aws.where, '--json']))).toMatchObject({ moveOnce: 'disable' });
  });

  test('the plan says what it costs', async () => {
    const aws = await closed();
    const [, ...words] = withSub(aws, '--move-once', 'disable').filter((word) => word !== '--yes');
    const { stdout } = await runCli(['plan', ...words]);
    expect(stdout).toMatch(/AdminDisableUser on legacy-users/);
    expect((await runCli(['doctor', ...words])).stdout).toContain('CM606');
  });

  test('a user who was deleted after the move does not come back by the old password', async () => {
    const aws = await installed();
    expect((await signIn(aws)).AuthenticationResult).toBeDefined();
    await vi.waitFor(async () => expect((await oldUser(aws)).Enabled).toBe(false), {
      timeout: 60_000,
      interval: 200,
    });
    const { idp } = aws.sdk;
    await idp.send(new AdminDeleteUserCommand({ UserPoolId: aws.newPool, Username: aws.user.username }));
    await expect(signIn(aws)).rejects.toThrow();
  });

  test('without the flag, the old user stays as it was', async () => {
    const aws = await closed();
    expect((await runCli(withSub(aws))).code).toBe(0);
    expect(await afterMoveOf(aws)).toBeUndefined();
    expect(await rightsOf(aws)).not.toContain('AdminDisableUser');
  });

  test('needs custom:old_sub', async () => {
    const aws = await closed();
    const words = aws.init('--new-client-id', aws.clients.web, '--yes', '--move-once', 'disable', '--json');
    const refused = await runCli(words);
    expect(refused.code).toBe(exitCodes.usage.code);
    expect(json(refused)).toMatchObject({ error: { code: 'MOVE_ONCE_UNFIT' } });
  });

  test('the test call tries the right before anything live changes', async () => {
    const aws = await closed();
    const operation = 'AdminDisableUser';
    aws.sandbox.faults.add({ kind: 'access-denied', operation, times: 1000 });
    const refused = await runCli(withSub(aws, '--move-once', 'disable', '--json'));
    expect(json(refused)).toMatchObject({ error: { code: 'PROBE_DENIED' } });
    expect(refused.stdout).toContain('cognito-idp:AdminDisableUser');
    expect((await aws.pool(aws.newPool)).LambdaConfig?.UserMigration).toBeUndefined();
  });

  test('"none" takes the right back; a lost state file keeps the choice', async () => {
    const aws = await installed();
    await rm(aws.file);
    const kept = await runCli(withSub(aws));
    expect(kept.code, kept.stderr).toBe(0);
    expect(await afterMoveOf(aws)).toEqual({ moveOnce: 'disable' });
    const stopped = await runCli(withSub(aws, '--move-once', 'none'));
    expect(stopped.code, stopped.stderr).toBe(0);
    expect(await afterMoveOf(aws)).toBeUndefined();
    expect(await rightsOf(aws)).not.toContain('AdminDisableUser');
    const gone = await runCli(['teardown', '--yes', ...aws.where]);
    expect(gone.code, gone.stderr).toBe(0);
  });
});

describe('mark', () => {
  /** No app client of the old pool could write the marks: it has none. */
  const marking = async (...more: string[]): Promise<LocalAws> => {
    const aws = await closed();
    const made = await runCli(withSub(aws, '--move-once', 'mark', ...more));
    expect(made.code, made.stderr).toBe(0);
    aws.sandbox.journal.clear();
    return aws;
  };
  const markOf = async (aws: LocalAws) =>
    Object.fromEntries(
      ((await oldUser(aws)).UserAttributes ?? [])
        .filter(({ Name }) => Name?.startsWith('custom:moved_'))
        .map(({ Name = '', Value }) => [Name, Value]),
    );
  const schemaOf = async (aws: LocalAws) =>
    ((await aws.pool(aws.oldPool)).SchemaAttributes ?? []).flatMap(({ Name = '' }) =>
      Name.startsWith('custom:') ? [Name] : [],
    );

  test('the plan says that the attributes stay, and teardown says it again', async () => {
    const aws = await closed();
    const [, ...words] = withSub(aws, '--move-once', 'mark').filter((word) => word !== '--yes');
    const plan = (await runCli(['plan', ...words])).stdout.replaceAll(/\s+/g, ' ');
    expect(plan).toContain('add custom:moved_at and custom:moved_to (text). This cannot be undone');
    expect(plan).toContain('AdminUpdateUserAttributes on legacy-users only');
    expect((await runCli(withSub(aws, '--move-once', 'mark'))).code).toBe(0);
    const gone = await runCli(['teardown', '--yes', ...aws.where]);
    expect(gone.code, gone.stderr).toBe(0);
    expect(gone.stdout + gone.stderr).toContain('no attribute of a user pool can be removed');
    expect(await schemaOf(aws)).toEqual(['custom:moved_at', 'custom:moved_to']);
  });

  test('a user who moved is marked, and refused once the mark counts', async () => {
    const aws = await marking();
    expect((await signIn(aws)).AuthenticationResult).toBeDefined();
    await vi.waitFor(
      async () => expect(await markOf(aws)).toMatchObject({ 'custom:moved_to': aws.newPool }),
      {
        timeout: 60_000,
        interval: 200,
      },
    );
    const { idp } = aws.sdk;
    const { username: Username } = aws.user;
    await idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: aws.oldPool,
        Username,
        UserAttributes: [{ Name: 'custom:moved_at', Value: '2026-01-01T00:00:00.000Z' }],
      }),
    );
    await idp.send(new AdminDeleteUserCommand({ UserPoolId: aws.newPool, Username }));
    await expect(signIn(aws)).rejects.toThrow();
    const { stdout } = await runCli(['logs', ...aws.where, '--json']);
    expect(stdout).toContain('already-moved');
  });

  test('run again, and without its state file, it adds nothing and keeps the choice', async () => {
    const aws = await marking();
    expect(await schemaOf(aws)).toEqual(['custom:moved_at', 'custom:moved_to']);
    await rm(aws.file);
    const again = await runCli(withSub(aws));
    expect(again.code, again.stderr).toBe(0);
    expect(await afterMoveOf(aws)).toEqual({ moveOnce: 'mark' });
    expect(aws.sandbox.journal.writes()).toEqual([]);
  });

  test('a lost response and a kill after it leave one pair of attributes', async () => {
    const aws = await closed();
    const operation = 'AddCustomAttributes';
    const predicate = ({ input }: JournalEntry) => input.UserPoolId === aws.oldPool;
    aws.sandbox.faults.add({ kind: 'lost-response', operation, predicate });
    const made = await runCli(withSub(aws, '--move-once', 'mark'));
    expect(made.code, made.stderr).toBe(0);
    expect(await schemaOf(aws)).toEqual(['custom:moved_at', 'custom:moved_to']);
  });

  test.each([
    ['before', 'custom:moved_to'],
    ['between plan and creation', 'custom:moved_at'],
  ])('refuses attributes that somebody made %s', async (when, Name) => {
    const aws = await closed();
    const add = () =>
      aws.sdk.idp.send(
        new AddCustomAttributesCommand({
          UserPoolId: aws.oldPool,
          CustomAttributes: [
            { Name: Name.slice('custom:'.length), AttributeDataType: 'String', Mutable: true },
          ],
        }),
      );
    if (when === 'before') await add();
    else {
      let made = false;
      aws.sandbox.faults.onCall('before', async ({ operation, input }) => {
        if (operation !== 'AddCustomAttributes' || made || input.UserPoolId !== aws.oldPool) return;
        made = true;
        await add();
      });
    }
    const refused = await runCli(withSub(aws, '--move-once', 'mark', '--json'));
    expect(refused.code, refused.stderr).toBe(exitCodes.conflict.code);
    expect(json(refused)).toMatchObject({ error: { code: 'FOREIGN' } });
    expect(await schemaOf(aws)).toEqual([Name]);
    const again = await runCli(withSub(aws, '--move-once', 'mark', '--json'));
    expect(again.code).toBe(exitCodes.conflict.code);
  });

  test('an app client of the old pool that could write the mark blocks', async () => {
    const aws = await closed();
    await aws.addClient(aws.oldPool, 'legacy-app');
    const refused = await runCli(withSub(aws, '--move-once', 'mark', '--json'));
    expect(json(refused)).toMatchObject({ error: { code: 'CM607' } });
    expect(await schemaOf(aws)).toEqual([]);
    expect((await runCli(withSub(aws, '--move-once', 'mark', '--accept', 'CM607'))).code).toBe(0);
  });

  test('its half of another account has the attributes, and says what the right allows', () => {
    const half = oldHalf({ ...someInputs(), MOVE_ONCE: 'mark' }, 'external-id');
    const files = handoffFiles(half);
    const page = files['README.md'] ?? '';
    expect(page).toContain('four permissions');
    expect(page).toContain('could change any attribute of any user');
    expect(page).toContain('add-custom-attributes --user-pool-id');
    expect(files['make.sh']).toContain('add-custom-attributes');
    expect(JSON.stringify(half.role.policy)).toContain('cognito-idp:AdminUpdateUserAttributes');
  });
});

test('where anyone can sign up, an app client without a list of attributes blocks', async () => {
  const aws = await startLocalAws();
  const blocked = await runCli(withSub(aws, '--move-once', 'disable'));
  expect(blocked).toMatchObject({ code: 8, stderr: expect.stringContaining('and end that user') });
  expect((await runCli(withSub(aws, '--move-once', 'disable', '--accept', 'CM122'))).code).toBe(0);
});

test.each(['disable', 'mark'])('the policies with --move-once %s are enough', async (how) => {
  const aws = await closed();
  const pools = [...aws.init().slice(1, 5), ...aws.where];
  for (const [task, words] of [
    ['init', withSub(aws, '--move-once', how)],
    ['watch', ['status', ...aws.where]],
    ['finish', ['teardown', ...aws.where, '--yes']],
  ] as const) {
    const choices = ['--move-once', how, '--add-old-sub'];
    const printed = await runCli(['policy', ...pools, '--json', '--for', task, ...choices]);
    const { policy, size } = json(printed);
    expect(Number(size), task).toBeLessThan(longestPolicy);
    if (typeof policy !== 'object' || policy === null) throw new Error('no policy');
    const role = await operatorRole(aws.sandbox, account, [account], task);
    await role.allow(policy);
    const ended = await as(await role.session(), () => runCli(words));
    expect(ended.code, `${task}\n${ended.stderr}`).toBe(0);
  }
});

test('the half of another account gets two rights, and an update names them', () => {
  const inputs = { ...someInputs(), MOVE_ONCE: 'disable' as const };
  const { MOVE_ONCE: _without, ...others } = inputs;
  const added = ['cognito-idp:AdminDisableUser', 'cognito-idp:ListUsers'];
  const [before, after] = [oldHalf(others, 'external-id'), oldHalf(inputs, 'external-id')];
  expect(changedRights(before, after)).toEqual({ added, removed: [] });
  expect(after.searchReason).toContain('`--move-once`');
});

test('each format of export has the right', async () => {
  const aws = await closed();
  const [, ...words] = withSub(aws, '--move-once', 'disable').filter((word) => word !== '--yes');
  for (const format of ['cloudformation', 'terraform', 'aws-cli', 'json']) {
    const { code, stdout, stderr } = await runCli(['export', '--format', format, ...words]);
    expect(code, stderr).toBe(0);
    expect(stdout, format).toContain('cognito-idp:AdminDisableUser');
  }
});
