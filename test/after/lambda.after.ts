/** The function from its zip, in the local Lambda: both triggers of the new pool, and Lambda's own retries. */
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  AdminDeleteUserCommand,
  InitiateAuthCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  AddPermissionCommand,
  CreateFunctionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import { afterEach, beforeAll, expect, test, vi } from 'vitest';
import { buildHandler } from '../../scripts/build-handler.mjs';
import type { AfterMove } from '../../src/lambda/settings.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { given } from '../support/errors.ts';
import {
  account,
  functionName,
  groups,
  type Mover,
  password,
  region,
  type Scene,
  startScene,
} from './scene.ts';

const functionArn = `arn:aws:lambda:${region}:${account}:function:${functionName}`;
const all: AfterMove = { groups, groupsInFirstToken: true, moveOnce: 'mark' };
const versions = ['V1_0', 'V2_0', 'V3_0'] as const;

let zip: Uint8Array;
let scene: Scene;
beforeAll(async () => {
  const outdir = await mkdtemp(join(tmpdir(), 'cognito-migrate-after-'));
  zip = await readFile((await buildHandler({ outdir })).zip);
  await rm(outdir, { recursive: true, force: true });
});
afterEach(async () => {
  vi.unstubAllEnvs();
  await scene.sandbox.close();
});

/** Everything that init makes: the function, its permission, its retries, and both slots of the new pool. */
async function deploy(
  afterMove: AfterMove,
  LambdaVersion: (typeof versions)[number] = 'V1_0',
): Promise<void> {
  scene = await startScene();
  const { idp, lambda, pool } = scene.new;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: functionName,
      Role: scene.roleArn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Timeout: 30,
      Code: { ZipFile: zip },
      Environment: { Variables: scene.variables(afterMove) },
    }),
  );
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName: functionName,
      MaximumRetryAttempts: 2,
      MaximumEventAgeInSeconds: 900,
    }),
  );
  await lambda.send(
    new AddPermissionCommand({
      FunctionName: functionName,
      StatementId: 'cognito',
      Action: 'lambda:InvokeFunction',
      Principal: 'cognito-idp.amazonaws.com',
      SourceAccount: account,
      SourceArn: `arn:aws:cognito-idp:${region}:${account}:userpool/${pool}`,
    }),
  );
  await idp.send(
    new UpdateUserPoolCommand({
      UserPoolId: pool,
      LambdaConfig: {
        UserMigration: functionArn,
        ...(afterMove.groupsInFirstToken && {
          PreTokenGenerationConfig: { LambdaArn: functionArn, LambdaVersion },
        }),
      },
    }),
  );
}

const signIn = async ({ name }: Mover) => {
  const { AuthenticationResult } = await scene.new.idp.send(
    new InitiateAuthCommand({
      AuthFlow: 'USER_PASSWORD_AUTH',
      ClientId: scene.new.client,
      AuthParameters: { USERNAME: name, PASSWORD: password },
    }),
  );
  const claims: Record<string, unknown> = JSON.parse(
    Buffer.from(given(AuthenticationResult?.IdToken).split('.')[1] ?? '', 'base64url').toString(),
  );
  return claims['cognito:groups'];
};

/** Waits until Lambda has done the work. */
const settled = (person: Mover, expected: object) =>
  vi.waitFor(async () => expect(await scene.stateOf(person)).toMatchObject(expected), {
    timeout: 40_000,
    interval: 100,
  });
const end = () => ({ groups: ['admins', 'team'], enabled: true, hasTime: true, movedTo: scene.new.pool });

test.each(versions)('the first token has the groups, and the old user a mark: %s', async (version) => {
  await deploy(all, version);
  const person = await scene.addOldUser('ana');
  expect(await signIn(person)).toEqual(['admins', 'team']);
  await settled(person, end());
  expect(await signIn(person)).toEqual(['admins', 'team']);
});

test('without the trigger, the second token has them', async () => {
  await deploy({ groups, moveOnce: 'disable' });
  const person = await scene.addOldUser('ana');
  expect(await signIn(person)).toBeUndefined();
  await settled(person, { groups: ['admins', 'team'], enabled: false, movedTo: undefined });
  expect(await signIn(person)).toEqual(['admins', 'team']);
});

test('Lambda tries a failed run again', async () => {
  await deploy(all);
  const person = await scene.addOldUser('ana');
  scene.sandbox.faults.add({ kind: 'access-denied', operation: 'AdminUpdateUserAttributes', times: 2 });
  const began = scene.clock.now();
  await signIn(person);
  await settled(person, end());
  // After 1 and 2 minutes.
  expect(scene.clock.now() - began).toBe(180_000);
});

test.each([
  ['groupsSeenFrom', 'next-token'],
  ['groupsSeenFrom', 'post-authentication'],
  ['lastTrigger', 'post-authentication'],
  ['subAsUsername', 'not-found'],
  ['userPages', 'short'],
] as const)('the first token has the groups in the world %s %s', async (name, value) => {
  await deploy(all, 'V2_0');
  Object.assign(cognitoSettings(scene.sandbox.world), { [name]: value });
  const person = await scene.addOldUser('ana');
  expect(await signIn(person)).toEqual(['admins', 'team']);
  await settled(person, end());
});

test('without custom attributes in the event of the trigger, the second token has the groups', async () => {
  await deploy(all);
  Object.assign(cognitoSettings(scene.sandbox.world), { preTokenAttributes: 'standard' });
  const person = await scene.addOldUser('ana');
  expect(await signIn(person)).toBeUndefined();
  await settled(person, end());
  expect(await signIn(person)).toEqual(['admins', 'team']);
});

test('10 executions at a time are enough for five users at once, and their runs', async () => {
  await deploy({ groups, moveOnce: 'mark' });
  await scene.new.lambda.send(
    new PutFunctionConcurrencyCommand({ FunctionName: functionName, ReservedConcurrentExecutions: 10 }),
  );
  for (const batch of ['a', 'b']) {
    const people: Mover[] = [];
    for (let at = 0; at < 5; at += 1) people.push(await scene.addOldUser(`user-${batch}${at}`));
    await Promise.all(people.map(signIn));
    for (const person of people) await settled(person, end());
  }
});

test('after the deletion in the new pool, the old password opens no door', async () => {
  await deploy(all);
  const person = await scene.addOldUser('ana');
  await signIn(person);
  await settled(person, end());
  const { pool: UserPoolId, idp } = scene.new;
  await idp.send(new AdminDeleteUserCommand({ UserPoolId, Username: person.name }));
  scene.clock.advance(11 * 60_000);
  await expect(signIn(person)).rejects.toThrow('Exception migrating user in app client');
});
