import { createHash } from 'node:crypto';
import { readdir, readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import pkg from '../../package.json' with { type: 'json' };
import { isConfigurationFirst } from '../../src/steps/function-update.ts';
import { olderVersion } from '../../src/steps/older-function.ts';

const root = new URL('../../', import.meta.url);
const fixtures = new URL('test/fixtures/', root);
/** Releases have a number. Other folders beside them hold documents. */
const recorded = (await readdir(fixtures)).filter((name) => /^\d+\./.test(name));

async function codeOf(version: string) {
  const zip = await readFile(new URL(`${version}/handler.zip`, fixtures));
  const actual = createHash('sha256').update(zip).digest('base64');
  return { path: 'codeSha256', actual, expected: 'of a later version' };
}

test.each(recorded)('the code of version %s is known', async (version) => {
  expect(olderVersion([await codeOf(version)])).toBe(version);
});

test('a version without unreleased changes is recorded', async () => {
  const changes = await readFile(new URL('CHANGELOG.md', root), 'utf8');
  const isReleased = !changes.includes('## Unreleased');
  expect(recorded.includes(pkg.version) || !isReleased, `test/fixtures/${pkg.version}`).toBe(true);
});

test.each([
  ['a variable', 'environment.SET_BY_A_LATER_VERSION'],
  ['a setting', 'settings.setByALaterVersion'],
  ['a setting of a pool', 'settings.newPool.setByALaterVersion'],
])('%s that it could not know is no change by somebody else', async (_, path) => {
  const code = await codeOf('1.0.0');
  expect(olderVersion([code, { path, actual: undefined, expected: 'x' }])).toBe('1.0.0');
  expect(olderVersion([code, { path, actual: 'y', expected: 'x' }])).toBeUndefined();
});

test('nor is a value that it set where later versions set nothing', async () => {
  const code = await codeOf('1.0.0');
  const path = 'settings.oldPool.usernameAttributes';
  expect(olderVersion([code, { path, actual: [], expected: undefined }])).toBe('1.0.0');
  expect(olderVersion([code, { path, actual: ['email'], expected: undefined }])).toBeUndefined();
  expect(olderVersion([code, { path, actual: [], expected: ['email'] }])).toBeUndefined();
});

test.each([
  ['a variable that it sets is gone', 'environment.OLD_EXTERNAL_ID', undefined],
  ['a setting that it sets is gone', 'settings.passwordPolicy.minimumLength', undefined],
  ['all settings are gone', 'settings', null],
  ['its role is another', 'role', 'arn:aws:iam::111122223333:role/theirs'],
  ['its tag is gone', 'tags.cognito-migrate:pool', undefined],
])('%s: that is no matter of age', async (_, path, actual) => {
  expect(olderVersion([await codeOf('1.0.0'), { path, actual, expected: 'x' }])).toBeUndefined();
});

test('other code is of no version, and the same code is not older', async () => {
  const other = { path: 'codeSha256', actual: createHash('sha256').digest('base64'), expected: 'x' };
  expect(olderVersion([other])).toBeUndefined();
  expect(olderVersion([])).toBeUndefined();
});

test.each([
  ['blocks MFA that it reset', true, 'settings.mfa', 'reset', 'block'],
  ['resets MFA that it blocked', false, 'settings.mfa', 'block', 'reset'],
  ['ends password resets', true, 'settings.forgotPassword', 'on', 'off'],
  ['allows password resets', false, 'settings.forgotPassword', 'off', 'on'],
  ['refuses bad attributes', true, 'settings.onBadAttribute', 'drop', 'refuse'],
  ['refuses weak passwords', true, 'settings.weakPassword', 'allow', 'reset'],
  ['learns that the old pool requires MFA', true, 'settings.oldPoolMfa', 'OFF', 'ON'],
  ['copies one attribute less', true, 'settings.map.drop', [], ['website']],
  ['drops another attribute', true, 'settings.map.drop[0]', 'nickname', 'website'],
  ['copies one attribute more', false, 'settings.map.drop', ['website'], []],
  ['ends a rule', true, 'settings.map.rename.nickname', 'name', undefined],
  ['ends a fixed value', true, 'settings.map.set.custom:from', 'legacy', undefined],
  ['adds a rule', false, 'settings.map.rename.nickname', undefined, 'name'],
  ['ends the search for users', true, 'settings.findBy', 'email', undefined],
  ['searches for users by another attribute', true, 'settings.findBy', 'email', 'phone_number'],
  ['begins to search for users', false, 'settings.findBy', undefined, 'email'],
  ['forwards one value less', true, 'settings.forwardClientMetadata', ['captcha', 'tenant'], ['captcha']],
  ['forwards another value', true, 'settings.forwardClientMetadata[0]', 'captcha', 'tenant'],
  ['forwards no value', true, 'settings.forwardClientMetadata', ['captcha'], undefined],
  ['begins to forward values', false, 'settings.forwardClientMetadata', undefined, ['captcha']],
  ['removes a variable', true, 'environment.NODE_OPTIONS', '(set)', undefined],
  ['adds a variable', false, 'environment.OLD_ROLE_ARN', undefined, 'arn'],
  ['has another runtime', false, 'runtime', 'nodejs22.x', 'nodejs24.x'],
] as const)(
  'an update that %s has its configuration first: %s',
  async (_, isFirst, path, actual, expected) => {
    const code = (await codeOf('1.0.0')).actual;
    const settings = {
      mfa: 'block',
      map: { rename: { a: 'b' } },
      newPool: { usernameAttributes: ['email'] },
    };
    const changes = [{ path, actual, expected }];
    expect(isConfigurationFirst(code, settings, changes)).toBe(isFirst);
  },
);

// The test call asks the code whether IAM lets it search. Code of version 1.0.0 doesn't understand the question.
test.each([
  ['settings.findBy', 'email'],
  ['settings.map.rename.username', 'email'],
])('the code that begins to search is updated first, whatever ends with it: %s', async (path, expected) => {
  const code = (await codeOf('1.0.0')).actual;
  const begins = { path, actual: undefined, expected };
  const ends = { path: 'settings.mfa', actual: 'reset', expected: 'block' };
  expect(isConfigurationFirst(code, { mfa: 'block' }, [begins, ends])).toBe(false);
});

test.each([
  ['of another version', 'c29tZXRoaW5nIGVsc2U=', { mfa: 'block' }],
  ['that would refuse a new setting', undefined, { mfa: 'block', setByALaterVersion: true }],
  ['that would refuse a new setting of a pool', undefined, { newPool: { setByALaterVersion: true } }],
])('code %s is updated before its configuration', async (_, code, settings) => {
  const actual = code ?? (await codeOf('1.0.0')).actual;
  const change = { path: 'settings.mfa', actual: 'reset', expected: 'block' };
  expect(isConfigurationFirst(actual, settings, [change])).toBe(false);
});
