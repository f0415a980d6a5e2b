/** `import --with-disabled`: they are created, and at no moment could they sign in. */
import {
  AdminDisableUserCommand,
  AdminEnableUserCommand,
  AdminGetUserCommand,
  AdminSetUserSettingsCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { deliveries, plantPoolFields } from '../../../src/sandbox/services/cognito/index.ts';
import { json } from '../../support/run-cli.ts';
import { add, addMoved, byEmail, email, install } from '../users-support.ts';
import { agreed, emailsOf, type ImportAws, startByName, startImportAws } from './support.ts';

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

test('a user who moved and has another address by now is not created again', async () => {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  await byEmail(aws, emil);
  await addMoved(aws, emil, 'new-emil@example.com');
  await aws.sdk.idp.send(new AdminDisableUserCommand({ UserPoolId: aws.oldPool, Username: emil }));
  aws.sandbox.journal.clear();
  expect(json(await aws.import(words))).toMatchObject({ disabled: { created: 0, refused: 0 } });
  expect(Object.keys(await emailsOf(aws, aws.newPool)).toSorted()).toEqual([
    aws.user.username,
    'new-emil@example.com',
  ]);
  const made = aws.sandbox.journal.calls.filter(({ operation }) => operation === 'AdminCreateUser');
  expect(made).toEqual([]);
});

test('a user whose MFA keeps them from moving is not created without it', async () => {
  const aws = await startImportAws();
  plantPoolFields(aws.sandbox.world, aws.oldPool, { MfaConfiguration: 'OPTIONAL' });
  await install(aws, '--add-old-sub');
  const phone = { phone_number: '+15550100', phone_number_verified: 'true' };
  await byEmail(aws, emil, { attributes: { ...email(emil), ...phone } });
  const old = { UserPoolId: aws.oldPool, Username: emil };
  const MFAOptions = [{ DeliveryMedium: 'SMS' as const, AttributeName: 'phone_number' }];
  await aws.sdk.idp.send(new AdminSetUserSettingsCommand({ ...old, MFAOptions }));
  await aws.sdk.idp.send(new AdminDisableUserCommand(old));
  expect(json(await aws.import(words))).toMatchObject({ disabled: { created: 0, refused: 0 } });
  expect(Object.keys(await emailsOf(aws, aws.newPool))).toEqual([aws.user.username]);
});

describe('in a pool of usernames with addresses as aliases', () => {
  /** emil and fred are disabled in an old pool of the same kind. */
  async function startWithAliases(): Promise<ImportAws> {
    const aws = await startByName();
    await install(aws, '--add-old-sub');
    for (const name of ['emil', 'fred']) {
      await add(aws, { name, attributes: email(`${name}@example.com`) });
      await aws.sdk.idp.send(new AdminDisableUserCommand({ UserPoolId: aws.oldPool, Username: name }));
    }
    aws.sandbox.journal.clear();
    return aws;
  }

  const verifiedOf = async ({ sdk, newPool: UserPoolId }: ImportAws, Username: string) => {
    const found = await sdk.idp.send(new AdminGetUserCommand({ UserPoolId, Username }));
    const flag = found.UserAttributes?.find(({ Name }) => Name === 'email_verified')?.Value;
    return [found.Enabled, flag ?? 'false'];
  };

  test('an address that somebody has set since is never marked as verified', async () => {
    const aws = await startWithAliases();
    aws.sandbox.faults.inject({ operation: 'AdminDisableUser', kind: 'access-denied' });
    expect((await aws.import(words)).code).toBe(3);
    const [first = ''] = Object.keys(await emailsOf(aws, aws.newPool));
    const [Username = ''] = first.split('@');
    const other = Username === 'emil' ? 'fred' : 'emil';
    await aws.sdk.idp.send(
      new AdminUpdateUserAttributesCommand({
        UserPoolId: aws.newPool,
        Username,
        UserAttributes: [{ Name: 'email', Value: 'somebody@example.com' }],
      }),
    );
    expect((await aws.import(words)).code).toBe(0);
    expect((await verifiedOf(aws, Username))[1]).toBe('false');
    expect(await verifiedOf(aws, other)).toEqual([false, 'true']);
  });

  test('an address that is the alias of somebody else by now: that user is counted, and the others follow', async () => {
    const aws = await startWithAliases();
    let isDone = false;
    aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'AdminUpdateUserAttributes' || isDone) return;
      isDone = true;
      const [taken] = Object.keys(await emailsOf(aws, aws.newPool));
      await add(aws, { name: 'stranger', attributes: email(taken ?? ''), pool: aws.newPool });
    });
    const result = await aws.import(words);
    expect(result.code, result.stderr + result.stdout).toBe(8);
    expect(json(result)).toMatchObject({ ok: false, disabled: { created: 1, refused: 1 } });
    const both = [await verifiedOf(aws, 'emil'), await verifiedOf(aws, 'fred')];
    expect(both.toSorted()).toEqual([
      [false, 'false'],
      [false, 'true'],
    ]);
  });
});
