/** The guard beside everything else that makes users, and in the import of the last phase. */
import { AdminCreateUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cognitoSettings, signInFederated } from '../../src/sandbox/services/cognito/index.ts';
import { nameOf } from '../support/installed-function.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { installed, openSignUp, signUp, taken } from './guard-support.ts';
import { agreed, emailsOf, startImportAws } from './import/support.ts';
import { byEmail } from './users-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const create = ({ sdk, newPool: UserPoolId }: LocalAws, Username: string) =>
  sdk.idp.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      MessageAction: 'SUPPRESS',
      UserAttributes: [{ Name: 'email', Value: Username }],
    }),
  );

const google = (aws: LocalAws, subject: string, email: string) =>
  signInFederated(aws.sandbox.world, aws.newPool, 'Google', subject, { email });

describe('users whom somebody else vouches for', () => {
  test('an administrator, and an identity provider, add users even with the name of an old user', async () => {
    const aws = await installed(await openSignUp(await startLocalAws()));
    expect(await signUp(aws, aws.user.username)).toBe(taken);
    await byEmail(aws, 'emil@example.com');
    const federated = await google(aws, '123', 'emil@example.com');
    expect([federated.username, federated.status]).toEqual(['Google_123', 'EXTERNAL_PROVIDER']);
    const { User } = await create(aws, aws.user.username);
    expect(User?.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
    // Neither is counted, since the guard decided about one sign-up.
    const { sums } = json(await runCli(['logs', ...aws.where, '--json']));
    expect(sums).toEqual([expect.objectContaining({ reason: 'squatting-refused', count: 1 })]);
  });

  test('they depend on the function meanwhile, as the plan says', async () => {
    const aws = await installed(await openSignUp(await startLocalAws()));
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: nameOf(aws) }));
    const failed = /^PreSignUp invocation failed due to error /;
    await expect(google(aws, '123', 'new@example.com')).rejects.toThrow(failed);
    await expect(create(aws, 'new@example.com')).rejects.toThrow(failed);
  });
});

test.each([false, true])(
  'an import passes the guard where it fires pre sign-up: %s',
  async (fires) => {
    const aws = await openSignUp(await startImportAws());
    cognitoSettings(aws.sandbox.world).importFiresPreSignUp = fires;
    await installed(aws);
    await byEmail(aws, 'bert@example.com');
    const result = await aws.import([...agreed, '--json']);
    expect(result.code, result.stderr).toBe(0);
    expect(json(result)).toMatchObject({ imported: 2, failed: 0, skipped: 0 });
    expect(await emailsOf(aws, aws.newPool)).toEqual({
      'ana@example.com': 'RESET_REQUIRED',
      'bert@example.com': 'RESET_REQUIRED',
    });
    // The names stay protected, now by the users themselves.
    expect(await signUp(aws, 'bert@example.com')).toBe('UsernameExistsException: User already exists');
  },
  60_000,
);
