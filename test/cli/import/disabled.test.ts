/** `import --with-disabled`: they are created, and at no moment could they sign in. */
import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deliveries } from '../../../src/sandbox/services/cognito/index.ts';
import { json } from '../../support/run-cli.ts';
import { byEmail, email, install } from '../users-support.ts';
import { agreed, emailsOf, type ImportAws, startImportAws } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const emil = 'emil@example.com';
const words = [...agreed, '--with-disabled', '--json'];

async function startWithEmil(): Promise<ImportAws> {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  await byEmail(aws, emil);
  await aws.sdk.idp.send(new AdminDisableUserCommand({ UserPoolId: aws.oldPool, Username: emil }));
  aws.sandbox.journal.clear();
  return aws;
}

async function newEmil({ sdk, newPool: UserPoolId }: ImportAws) {
  const found = await sdk.idp.send(new AdminGetUserCommand({ UserPoolId, Username: emil }));
  const value = (name: string) => found.UserAttributes?.find(({ Name }) => Name === name)?.Value;
  return { enabled: found.Enabled, status: found.UserStatus, verified: value('email_verified') };
}

const complete = { enabled: false, status: 'FORCE_CHANGE_PASSWORD', verified: 'true' };
const ofUser = ['AdminCreateUser', 'AdminDisableUser', 'AdminUpdateUserAttributes'];

test('created without a message, disabled, and only then verified', async () => {
  const aws = await startWithEmil();
  const result = await aws.import(words);
  expect(json(result)).toMatchObject({ ok: true, imported: 1, disabled: { created: 1, refused: 0 } });
  expect(await newEmil(aws)).toEqual(complete);
  expect(deliveries(aws.sandbox.world, aws.newPool)).toEqual([]);
  const writes = aws.sandbox.journal.writes().filter(({ operation }) => ofUser.includes(operation));
  expect(writes.map(({ operation }) => operation)).toEqual(ofUser);
  expect(writes[0]?.input).toMatchObject({ MessageAction: 'SUPPRESS' });
  expect(writes[0]?.input).not.toHaveProperty('TemporaryPassword');
  expect(JSON.stringify(writes[0]?.input)).not.toContain('email_verified');
});

describe.each(['before', 'after'] as const)('a run that ends %s', (position) => {
  test.each(ofUser)('%s: the next one completes the user', async (operation) => {
    const aws = await startWithEmil();
    aws.sandbox.faults.inject({ operation, position, kind: 'access-denied' });
    expect((await aws.import(words)).code).toBe(position === 'after' && operation === ofUser[0] ? 0 : 3);
    await aws.import(words);
    expect(await newEmil(aws)).toEqual(complete);
    expect(Object.keys(await emailsOf(aws, aws.newPool))).toHaveLength(2);
  });
});

test('a user whom somebody has enabled since stays enabled', async () => {
  const aws = await startWithEmil();
  await aws.import(words);
  aws.clock.advance(60_000);
  await aws.sdk.idp.send(new AdminEnableUserCommand({ UserPoolId: aws.newPool, Username: emil }));
  expect(json(await aws.import(words))).toMatchObject({ disabled: { created: 0, refused: 0 } });
  expect(await newEmil(aws)).toMatchObject({ enabled: true });
});

test("somebody else's user of that name is never touched", async () => {
  const aws = await startWithEmil();
  await byEmail(aws, emil, { pool: aws.newPool, attributes: email(emil) });
  const result = await aws.import(words);
  expect(json(result)).toMatchObject({ disabled: { created: 0 } });
  expect(await newEmil(aws)).toMatchObject({ enabled: true, status: 'CONFIRMED' });
});

test('without custom:old_sub it is refused before anything changes', async () => {
  const aws = await startImportAws();
  await install(aws);
  aws.sandbox.journal.clear();
  const result = await aws.import(words);
  expect([result.code, json(result)]).toMatchObject([8, { error: { code: 'CM120' } }]);
  expect(aws.sandbox.journal.writes()).toEqual([]);
});

test('the plan counts them apart, or names the flag', async () => {
  const aws = await startWithEmil();
  const without = await aws.import(['--dry-run']);
  expect(without.stdout).toContain('1  disabled (--with-disabled creates them too)');
  const { stdout } = await aws.import(['--dry-run', '--with-disabled']);
  expect(stdout).toContain('+ 1 user who stays disabled, one by one');
  expect(stdout).not.toContain('cannot be imported');
});
