/** Between the two calls that update a function: new code on the old environment, and what the sign-ins would notice. */
import { InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { UpdateFunctionCodeCommand, UpdateFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { expect, test, vi } from 'vitest';
import { given } from '../support/errors.ts';
import { namesOf } from '../support/local-aws.ts';
import { openInstalled } from './installed.ts';
import { newerZip } from './newer-zip.ts';
import { SignIns } from './sign-ins.ts';
import { addOldUser } from './users.ts';

/** Her username in the old pool is another one: "dora". */
const dora = { username: 'dora@example.com', password: 'Old-password-of-dora-1' };

const [code, configuration] = ['lambda:UpdateFunctionCode', 'lambda:UpdateFunctionConfiguration'];

/**
 * Version 1.0.0 turns everyone away over one setting that it doesn't know. Of an old pool that init can read, the letter case
 * is such a setting, so the code goes first there. It only continues what the old environment allows.
 */
test.each([
  ['switched on', 'one-account', ['--mfa', 'reset'], [code, configuration]],
  [
    'switched on and another one off',
    'one-account',
    ['--mfa', 'reset', '--drop', 'nickname'],
    [code, configuration],
  ],
  ['switched off', 'every-choice', ['--mfa', 'block'], [code, configuration]],
  ['taken away', 'every-choice', ['--set', 'locale=en', '--forgot-password', 'on'], [code, configuration]],
  ['left, with another runtime', 'every-choice', ['--runtime', 'nodejs24.x'], [code, configuration]],
  [
    'switched on with a right of the function',
    'addresses-as-usernames',
    ['--find-by', 'email'],
    [code, configuration],
  ],
  [
    'switched off, with a new right of the function,',
    'addresses-as-usernames',
    ['--find-by', 'email', '--forgot-password', 'off'],
    [code, configuration],
  ],
  [
    'switched off, where 1.0.0 knows all settings,',
    'handed-off',
    ['--forgot-password', 'off'],
    [configuration, code],
  ],
] as const)('a setting that is %s with the update turns nobody away', async (_, state, choices, order) => {
  const installed = await openInstalled(state);
  const { code: oldCode, environment } = await installed.functionNow();
  const signIns = new SignIns(installed, environment);
  const ended = await signIns.during(() => installed.program('init', '--yes', '--json', ...choices));
  expect(ended.code, ended.stderr).toBe(0);
  expect(signIns.failed).toEqual([]);
  expect(signIns.all.map(({ moment }) => moment)).toContain(`after ${order[0].replace('lambda:', '')}`);
  expect(signIns.between > 0).toBe(order[0] === code);
  const updates = namesOf(installed.sandbox.journal.writes()).filter((name) =>
    name.includes('UpdateFunction'),
  );
  expect(updates).toEqual(order);
  const now = await installed.functionNow();
  expect(now.code).not.toBe(oldCode);
  // 1.0.0 set no endpoints. Until it has some, the new code computes them.
  expect(environment).not.toHaveProperty('OLD_POOL_ENDPOINTS');
  expect(now.environment.OLD_POOL_ENDPOINTS).toMatch(/^https:\/\/cognito-idp\./);
});

test('the function searches for users only once IAM lets it', async () => {
  const installed = await openInstalled('addresses-as-usernames');
  const { sandbox, sdk, oldPool, clients } = installed;
  await addOldUser(sdk, oldPool, { username: 'dora', password: dora.password });
  const signInAsDora = () =>
    sdk.idp.send(
      new InitiateAuthCommand({
        ClientId: given(clients.web, 'client web'),
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: dora.username, PASSWORD: dora.password },
      }),
    );
  await expect(signInAsDora()).rejects.toThrow('Exception migrating user');
  // Longer than both updates of the function take.
  Object.assign(sandbox.world.delays, { policyPropagation: 60_000 });
  const { environment } = await installed.functionNow();
  const signIns = new SignIns(installed, environment);
  const ended = await signIns.during(() =>
    installed.program('init', '--yes', '--json', '--find-by', 'email'),
  );
  expect(ended.code, ended.stderr).toBe(0);
  expect(signIns.failed).toEqual([]);
  const searches = sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers');
  expect(searches.map(({ result }) => result)).toContain('AccessDeniedException'); // asked too early, by the test call
  // The others have used up the searches of this second.
  const { AuthenticationResult } = await vi.waitFor(signInAsDora, { timeout: 10_000, interval: 100 });
  expect(AuthenticationResult).toBeDefined();
  const planned = await installed.program('plan', '--json', '--find-by', 'email');
  expect(JSON.parse(planned.stdout)).toMatchObject({ changes: 0 });
});

test.each([
  ['IAM', 'addresses-as-usernames', ['--find-by', 'email']],
  // The script of `handoff` made the role before this rule, and 1.0.0 knows all settings.
  [
    'the old account',
    'handed-off',
    ['--map', 'username=email', '--accept', 'CM116', '--forgot-password', 'off'],
  ],
] as const)(
  'while %s does not let it search, the settings stay, nobody is turned away, and the error says why',
  async (_, state, choices) => {
    const installed = await openInstalled(state);
    Object.assign(installed.sandbox.world.delays, { policyPropagation: 600_000 });
    const { environment } = await installed.functionNow();
    const signIns = new SignIns(installed, environment);
    const ended = await signIns.during(() => installed.program('init', '--yes', '--json', ...choices));
    expect(ended.code, ended.stderr).toBe(8);
    expect(JSON.parse(ended.stdout).error).toMatchObject({ code: 'PROBE_DENIED' });
    expect(ended.stderr).toContain('cognito-idp:ListUsers');
    expect(signIns.failed).toEqual([]);
    expect((await installed.functionNow()).environment).toEqual(environment);
  },
);

test('the sign-ins notice new code that does not run on the old environment', async () => {
  const installed = await openInstalled('one-account');
  const { sdk, clock, name: FunctionName } = installed;
  const { environment } = await installed.functionNow();
  const variable = 'SET_BY_A_LATER_VERSION';
  const { bytes } = await newerZip(
    `if (!process.env.${variable}) throw new Error('${variable} is not set');`,
  );
  const signIns = new SignIns(installed, environment);
  await signIns.during(async () => {
    await sdk.lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: bytes }));
    clock.advance(1_000);
    const Environment = { Variables: { ...environment, [variable]: 'yes' } };
    await sdk.lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Environment }));
  });
  const momentsOf = (isFailed: boolean) =>
    signIns.all.filter(({ error }) => (error !== undefined) === isFailed).map(({ moment }) => moment);
  expect(momentsOf(true)).toEqual(
    expect.arrayContaining(['after UpdateFunctionCode', 'before UpdateFunctionConfiguration']),
  );
  expect(momentsOf(false)).toEqual(
    expect.arrayContaining(['before UpdateFunctionCode', 'after UpdateFunctionConfiguration']),
  );
});
