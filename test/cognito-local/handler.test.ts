import { readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  AdminCreateUserCommand,
  AdminGetUserCommand,
  AdminSetUserPasswordCommand,
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { buildHandler } from '../../scripts/build-handler.mjs';
import { SAFEST_SETTINGS } from '../../src/lambda/settings.ts';
import { encodeSettings } from '../../src/lambda/settings-codec.ts';
import { type CognitoLocal, startCognitoLocal } from './cognito-local.ts';
import { type InvokeServer, serveHandler } from './invoke-server.ts';

// The handler's other tests stand on stubs of ours. cognito-local was written by others, from what they saw AWS do.

const EMAIL = 'ana@example.com';
const PASSWORD = 'Correct-horse-1';

let folder: string;
let lambda: InvokeServer;
let oldSide: CognitoLocal;
let newSide: CognitoLocal;
let oldPool: CognitoIdentityProviderClient;
let newPool: CognitoIdentityProviderClient;
let newPoolId: string;
let newClientId: string;

const connect = (endpoint: string) =>
  new CognitoIdentityProviderClient({
    endpoint,
    region: 'local',
    credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
  });

async function makePool(client: CognitoIdentityProviderClient) {
  const { UserPool } = await client.send(
    new CreateUserPoolCommand({ PoolName: 'pool', UsernameAttributes: ['email'] }),
  );
  const UserPoolId = UserPool?.Id ?? '';
  const { UserPoolClient } = await client.send(
    new CreateUserPoolClientCommand({ UserPoolId, ClientName: 'app' }),
  );
  return { UserPoolId, ClientId: UserPoolClient?.ClientId ?? '' };
}

beforeAll(async () => {
  vi.spyOn(process.stdout, 'write').mockImplementation(() => true);
  folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-second-'));
  const { zip } = await buildHandler({ outdir: folder });
  for (const [name, bytes] of Object.entries(unzipSync(readFileSync(zip))))
    await writeFile(join(folder, name), bytes);
  const module = () => import(pathToFileURL(join(folder, 'index.mjs')).href);
  lambda = await serveHandler(async () => (await module()).handler);
  [oldSide, newSide] = await Promise.all([startCognitoLocal(), startCognitoLocal(lambda.url)]);
  [oldPool, newPool] = [connect(oldSide.url), connect(newSide.url)];
  const old = await makePool(oldPool);
  ({ UserPoolId: newPoolId, ClientId: newClientId } = await makePool(newPool));

  const variables = {
    OLD_USER_POOL_ID: old.UserPoolId,
    OLD_USER_POOL_REGION: 'local',
    OLD_CLIENT_ID: old.ClientId,
    MIGRATION_SETTINGS: encodeSettings({
      ...SAFEST_SETTINGS,
      oldPoolMfa: 'OFF',
      newPool: { usernameAttributes: ['email'], aliasAttributes: [], caseSensitive: true },
      oldPool: { usernameAttributes: ['email'] },
    }),
    AWS_ENDPOINT_URL: oldSide.url,
    AWS_ACCESS_KEY_ID: 'local',
    AWS_SECRET_ACCESS_KEY: 'local',
  };
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);

  const { UserPoolId } = old;
  await oldPool.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username: EMAIL,
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'email', Value: EMAIL },
        { Name: 'email_verified', Value: 'true' },
        { Name: 'given_name', Value: 'Ana' },
      ],
    }),
  );
  await oldPool.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username: EMAIL, Password: PASSWORD, Permanent: true }),
  );
});

afterAll(async () => {
  vi.restoreAllMocks();
  vi.unstubAllEnvs();
  oldPool?.destroy();
  newPool?.destroy();
  await Promise.all([oldSide?.stop(), newSide?.stop(), lambda?.close()]);
  await rm(folder, { recursive: true, force: true, maxRetries: 10 });
});

const signIn = (USERNAME: string, PASSWORD: string) =>
  newPool.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: newClientId,
      AuthParameters: { USERNAME, PASSWORD },
    }),
  );

const users = async () => (await newPool.send(new ListUsersCommand({ UserPoolId: newPoolId }))).Users ?? [];

describe('the zip as the trigger of cognito-local', () => {
  it('lets nobody in with a wrong password, and leaves the event as it was', async () => {
    await expect(signIn(EMAIL, 'Wrong-horse-1')).rejects.toThrow();
    const [{ event, answer } = { event: 0, answer: 1 }] = lambda.invocations;
    expect(answer).toEqual(event);
    expect(await users()).toEqual([]);
  });

  it('knows no unknown user', async () => {
    await expect(signIn('nobody@example.com', PASSWORD)).rejects.toThrow();
    expect(lambda.invocations).toHaveLength(2);
    expect(lambda.invocations[1]?.answer).toEqual(lambda.invocations[1]?.event);
    expect(await users()).toEqual([]);
  });

  it('moves a user at the first sign-in with the old password', async () => {
    const { AuthenticationResult } = await signIn(EMAIL, PASSWORD);
    expect(AuthenticationResult?.AccessToken).toBeTruthy();
    expect(lambda.invocations).toHaveLength(3);
    const [user] = await users();
    const moved = await newPool.send(
      new AdminGetUserCommand({ UserPoolId: newPoolId, Username: user?.Username ?? '' }),
    );
    expect(moved.UserStatus).toBe('CONFIRMED');
    const attributes = Object.fromEntries(
      moved.UserAttributes?.map(({ Name, Value }) => [Name, Value]) ?? [],
    );
    expect(attributes).toMatchObject({ email: EMAIL, email_verified: 'true', given_name: 'Ana' });
  });

  it('is not asked at the second sign-in', async () => {
    const { AuthenticationResult } = await signIn(EMAIL, PASSWORD);
    expect(AuthenticationResult?.AccessToken).toBeTruthy();
    expect(lambda.invocations).toHaveLength(3);
    expect(await users()).toHaveLength(1);
  });
});
