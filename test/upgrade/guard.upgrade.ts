/** A migration of version 1.0.0 that guards sign-ups from today on, while users sign in, and strangers try their names. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  DescribeUserPoolClientCommand,
  DescribeUserPoolCommand,
  SignUpCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { isWrite } from '../../src/sandbox/journal.ts';
import { type CognitoSettings, cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { given } from '../support/errors.ts';
import type { CliResult } from '../support/run-cli.ts';
import { type Installed, openInstalled } from './installed.ts';
import { newerZip } from './newer-zip.ts';
import { SignIns } from './sign-ins.ts';
import { addOldUser } from './users.ts';

const emil = { username: 'emil@example.com', password: 'Old-password-of-emil-1' };

const guarded = ['init', '--yes', '--json', '--add-old-sub', '--guard-sign-up'];

const expectExit = ({ code, stdout, stderr }: CliResult, wanted = 0): void =>
  expect(code, `${stderr}\n${stdout}`).toBe(wanted);

async function triggersOf({ sdk, newPool: UserPoolId }: Installed) {
  const { UserPool } = await sdk.idp.send(new DescribeUserPoolCommand({ UserPoolId }));
  return given(UserPool?.LambdaConfig, 'triggers');
}

/** The app client of version 1.0.0 says nothing about the attributes that it writes. The guard needs a list without the old ID. */
async function setList({ sdk, newPool, clients }: Installed, WriteAttributes?: string[]): Promise<void> {
  const ClientId = clients.web;
  const which = { UserPoolId: newPool, ClientId };
  const { UserPoolClient } = await sdk.idp.send(new DescribeUserPoolClientCommand(which));
  const { ExplicitAuthFlows } = given(UserPoolClient, 'client web');
  const command = new UpdateUserPoolClientCommand({ ...which, ExplicitAuthFlows, WriteAttributes });
  await sdk.idp.send(command);
}

async function open(state: 'every-choice' | 'one-account'): Promise<Installed> {
  const installed = await openInstalled(state);
  await addOldUser(installed.oldSdk, installed.oldPool, emil);
  if (state === 'every-choice') await setList(installed, ['email']);
  installed.sandbox.journal.clear();
  return installed;
}

const signUp = ({ sdk, clients }: Installed, Username: string): Promise<string> =>
  sdk.idp
    .send(new SignUpCommand({ ClientId: clients.web, Username, Password: 'Password-of-a-stranger-1' }))
    .then(
      () => 'signed up',
      (error: unknown) => (error instanceof Error ? error.message : 'unknown'),
    );

const inUse = expect.stringContaining('already in use');

async function expectGuard(installed: Installed): Promise<void> {
  expect(await signUp(installed, emil.username)).toEqual(inUse);
  expect(await signUp(installed, 'somebody.new@example.com')).toBe('signed up');
}

/** Somebody tries the name of an old user before and after each change of the program. */
async function whileStrangersTry<T>(
  installed: Installed,
  work: () => Promise<T>,
): Promise<{ done: T; answers: string[] }> {
  const answers: string[] = [];
  const stops = (['before', 'after'] as const).map((position) =>
    installed.sandbox.faults.onCall(position, async ({ operation }) => {
      if (isWrite(operation) && operation !== 'SignUp') answers.push(await signUp(installed, emil.username));
    }),
  );
  try {
    return { done: await work(), answers };
  } finally {
    for (const stop of stops) stop();
  }
}

describe.each([
  ['with', 'PreSignUp_SignUp'],
  ['without', 'PreSignUp_AdminCreateUser'],
  ['with', undefined],
] as const)('%s the state file, where a migration fires %s', (file, source) => {
  test('the guard is added while users sign in; teardown empties that trigger too', async () => {
    const installed = await open('every-choice');
    const { sandbox } = installed;
    const fires: CognitoSettings['migrationAlsoFires'] = source === undefined ? [] : [source];
    cognitoSettings(sandbox.world).migrationAlsoFires = fires;
    const { UserMigration, ...others } = await triggersOf(installed);
    const { environment } = await installed.functionNow();
    const signIns = new SignIns(installed, environment);
    expectExit(await signIns.during(() => installed.program(...guarded)));
    expect(signIns.failed).toEqual([]);
    const updates = sandbox.journal.writes().filter(({ operation }) => operation === 'UpdateUserPool');
    expect(updates).toHaveLength(1);
    expect(await triggersOf(installed)).toEqual({ ...others, UserMigration, PreSignUp: UserMigration });
    await expectGuard(installed);
    await signIns.one('with the guard');
    expect(signIns.failed).toEqual([]);

    if (file === 'without') await installed.loseFile();
    const planned = await installed.program('plan', '--json');
    expectExit(planned);
    expect(JSON.parse(planned.stdout)).toMatchObject({ changes: 0 });
    const seen = await installed.program('status', '--probe', '--json');
    expectExit(seen);
    expect(JSON.parse(seen.stdout)).toMatchObject({ healthy: true, guard: 'local' });

    expectExit(await installed.program('teardown', '--yes', '--json'));
    expect(await triggersOf(installed)).toEqual(others);
    await signIns.forget();
    await setList(installed);
    expect(snapshot(installed)).toBe(installed.before);
  });
});

test('the old ID and the guard are added to a migration that kept none; other triggers stay', async () => {
  const installed = await open('one-account');
  const before = await triggersOf(installed);
  expectExit(await installed.program(...guarded, '--accept', 'CM122'));
  expect(await triggersOf(installed)).toEqual({ ...before, PreSignUp: before.UserMigration });
  await expectGuard(installed);
  expectExit(await installed.program('teardown', '--yes', '--json'));
  const { UserMigration, ...others } = before;
  expect(await triggersOf(installed)).toEqual(others);
});

test('the guard is added to a migration of today, and holds at every moment of the next update', async () => {
  const installed = await open('every-choice');
  expectExit(await installed.program('init', '--yes', '--json'));
  const { PreSignUp } = await triggersOf(installed);
  expect(PreSignUp).toBeUndefined();
  expectExit(await installed.program(...guarded));
  await expectGuard(installed);

  const zip = await newerZip('// of the version after that');
  await writeFile(join(installed.folder, 'handler.zip'), zip.bytes);
  const { done, answers } = await whileStrangersTry(installed, () =>
    installed.program('init', '--yes', '--json', '--mfa', 'block'),
  );
  expectExit(done);
  expect((await installed.functionNow()).code).toBe(zip.sha256);
  expect(answers.length).toBeGreaterThan(3);
  expect(answers.filter((answer) => !answer.includes('already in use'))).toEqual([]);
});
