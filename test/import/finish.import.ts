/** A killed finish, while users move and set passwords: the same command ends in the same place, whatever the call. */
import { readdir } from 'node:fs/promises';
import {
  AdminSetUserPasswordCommand,
  DescribeUserPoolClientCommand,
  InitiateAuthCommand,
  ListUserPoolClientsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { ListPoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deliveries } from '../../src/sandbox/services/cognito/index.ts';
import { agreed, chunkFoldersOf, emailsOf, startImportAws } from '../cli/import/support.ts';
import { byEmail } from '../cli/users-support.ts';
import { json, runCli } from '../support/run-cli.ts';
import { leaveAt } from './scene.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const password = 'Some-password-1';
const nameOf = (key: string): string => `${key}@example.com`;

/** About the calls of a finish that nobody ends, without those of the users. */
const calls = 160;
const points = Array.from(
  { length: 14 },
  (_, index) => 5 + Math.floor((index * calls) / 14) + (index % 2) / 2,
);

async function startFinish() {
  const aws = await startImportAws();
  const { idp, iam, lambda } = aws.sdk;
  const { web, ios } = aws.clients;
  const clientsNow = () =>
    Promise.all(
      [web, ios].map(async (ClientId) => {
        const command = new DescribeUserPoolClientCommand({ UserPoolId: aws.newPool, ClientId });
        return { ...(await idp.send(command)).UserPoolClient, LastModifiedDate: undefined };
      }),
    );
  const poolNow = async () => ({ ...(await aws.pool(aws.newPool)), LastModifiedDate: undefined });
  const clientsBefore = await clientsNow();
  const { EstimatedNumberOfUsers: _none, ...poolBefore } = await poolNow();
  const made = await runCli(
    aws.init('--new-client-id', web, '--new-client-id', ios, '--yes', '--add-old-sub'),
    {
      clock: aws.clock,
    },
  );
  expect(made.code, made.stderr).toBe(0);
  // One was imported before, and has set a password since.
  await byEmail(aws, nameOf('early'));
  expect((await aws.import(agreed)).code).toBe(0);
  const early = { UserPoolId: aws.newPool, Username: nameOf('early'), Password: 'Chosen-password-1' };
  await idp.send(new AdminSetUserPasswordCommand({ ...early, Permanent: true }));
  for (const key of ['before', 'during', 'after', 'rest', 'last']) await byEmail(aws, nameOf(key));

  /** Signs in to the new pool with the old password, and so moves. */
  const move = async (key: string): Promise<void> => {
    const command = new InitiateAuthCommand({
      ClientId: web,
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: nameOf(key), PASSWORD: password },
    });
    expect((await idp.send(command)).AuthenticationResult?.AccessToken).toBeDefined();
  };
  await move('before');
  let isMoving = false;
  const stop = aws.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'StartUserImportJob' || isMoving) return;
    stop();
    isMoving = true;
    await move('during');
    isMoving = false;
  });
  const words = ['--import-ends-old-passwords', '--end-password-sign-in', '--end-migration', '--no-report'];
  const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool, ...aws.where];
  const finish = () =>
    runCli(['finish', ...pools, '--yes', ...words, '--break-lock', '--json'], { clock: aws.clock });
  return {
    aws,
    finish,
    /** Runs finish until this call of its own. */
    async kill(at: number): Promise<void> {
      let own = 0;
      await leaveAt(aws, finish, () => !isMoving && ++own >= at);
    },
    async expectFinished(): Promise<void> {
      const users = await emailsOf(aws, aws.newPool);
      expect(users).toEqual({
        [aws.user.username]: 'RESET_REQUIRED',
        [nameOf('early')]: 'CONFIRMED',
        [nameOf('before')]: 'CONFIRMED',
        [nameOf('during')]: 'CONFIRMED',
        [nameOf('after')]: expect.stringMatching(/^(CONFIRMED|RESET_REQUIRED)$/),
        [nameOf('rest')]: 'RESET_REQUIRED',
        [nameOf('last')]: 'RESET_REQUIRED',
      });
      expect(await clientsNow()).toEqual(clientsBefore);
      const { EstimatedNumberOfUsers: _all, SchemaAttributes: _schema, ...poolAfter } = await poolNow();
      const { SchemaAttributes: _before, ...expected } = poolBefore;
      expect(poolAfter).toEqual({ ...expected, LambdaConfig: poolAfter.LambdaConfig });
      expect(poolAfter.LambdaConfig?.UserMigration).toBeUndefined();
      const left = [
        ...((await iam.send(new ListRolesCommand({}))).Roles ?? []).map(({ RoleName }) => RoleName),
        ...((await iam.send(new ListPoliciesCommand({ Scope: 'Local' }))).Policies ?? []).map(
          ({ PolicyName }) => PolicyName,
        ),
        ...((await lambda.send(new ListFunctionsCommand({}))).Functions ?? []).map(
          ({ FunctionName }) => FunctionName,
        ),
        ...(
          (await idp.send(new ListUserPoolClientsCommand({ UserPoolId: aws.oldPool, MaxResults: 60 })))
            .UserPoolClients ?? []
        ).map(({ ClientName }) => ClientName),
      ];
      expect(left.filter((name) => name?.startsWith('cognito-migrate'))).toEqual([]);
      expect(await readdir(aws.folder)).toEqual([]);
      expect(await chunkFoldersOf(aws)).toEqual([]);
      expect(deliveries(aws.sandbox.world, aws.newPool)).toEqual([]);
      // Who moved has the proven password, and who was imported has none.
      const signIn = (USERNAME: string, PASSWORD: string) =>
        idp.send(
          new InitiateAuthCommand({
            ClientId: web,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME, PASSWORD },
          }),
        );
      await expect(signIn(nameOf('rest'), password)).rejects.toThrow();
    },
    moveLate: () => move('after').catch(() => undefined),
  };
}

test('a finish that nobody ends', async () => {
  const { aws, finish, expectFinished } = await startFinish();
  const before = aws.sandbox.journal.calls.length;
  const result = await finish();
  expect(result.code, result.stderr).toBe(0);
  expect(json(result)).toMatchObject({
    parts: { import: 'imported', clients: 'off', teardown: 'removed' },
    import: { imported: 3, skipped: 1 },
  });
  const made = aws.sandbox.journal.calls.length - before;
  expect(made).toBeGreaterThan(calls * 0.8);
  expect(made).toBeLessThan(calls * 1.25);
  await expectFinished();
});

describe('killed', () => {
  test.each(points)('at call %d, and repeated while users move', async (at) => {
    const { finish, kill, moveLate, expectFinished } = await startFinish();
    await kill(at);
    await moveLate();
    const result = await finish();
    expect(result.code, result.stderr + result.stdout).toBe(0);
    await expectFinished();
  });
});
