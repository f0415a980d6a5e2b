/** `import --undo`: it deletes exactly the users of an import who have never used their account. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserPasswordCommand,
  AdminUpdateUserAttributesCommand,
  CreateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { cognitoSettings } from '../../../src/sandbox/services/cognito/index.ts';
import { json } from '../../support/run-cli.ts';
import { add, addMoved, byEmail, email, install } from '../users-support.ts';
import { agreed, emailsOf, type ImportAws, startByName, startImportAws } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const day = 24 * 60 * 60_000;

/** ana, bert, cleo, dora, and emil are imported. fred moved before. */
async function imported(): Promise<ImportAws> {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  for (const name of ['bert', 'cleo', 'dora', 'emil', 'fred']) await byEmail(aws, `${name}@example.com`);
  await addMoved(aws, 'fred@example.com');
  expect(await aws.import(agreed)).toMatchObject({ code: 0 });
  expect(Object.keys(await emailsOf(aws, aws.newPool))).toHaveLength(6);
  aws.clock.advance(60_000);
  return aws;
}

const emailOf = (name: string): string => `${name}@example.com`;

async function setPassword(aws: ImportAws, name: string): Promise<void> {
  const password = { Password: 'New-password-1', Permanent: true };
  await aws.sdk.idp.send(
    new AdminSetUserPasswordCommand({ UserPoolId: aws.newPool, Username: emailOf(name), ...password }),
  );
}

test.each(['at-creation', 'later'] as const)(
  'last modified %s: everyone is deleted, and moves again',
  async (when) => {
    const aws = await startImportAws();
    cognitoSettings(aws.sandbox.world).importedModified = when;
    await install(aws, '--add-old-sub');
    await byEmail(aws, emailOf('bert'));
    expect(await aws.import(agreed)).toMatchObject({ code: 0 });
    aws.clock.advance(60_000);
    const result = await aws.import(['--undo', '--yes', '--json']);
    expect(json(result)).toMatchObject({ ok: true, undo: true, deletable: 2, deleted: 2, kept: {} });
    expect(await emailsOf(aws, aws.newPool)).toEqual({});
    expect(json(await aws.import(['--dry-run', '--json']))).toMatchObject({ importable: 2 });
  },
);

test('whoever used the account, was changed, or is in a group stays', async () => {
  const aws = await imported();
  const { idp } = aws.sdk;
  await setPassword(aws, 'bert');
  await idp.send(
    new AdminUpdateUserAttributesCommand({
      UserPoolId: aws.newPool,
      Username: emailOf('cleo'),
      UserAttributes: [{ Name: 'name', Value: 'Cleo' }],
    }),
  );
  const group = { UserPoolId: aws.newPool, GroupName: 'team' };
  await idp.send(new CreateGroupCommand(group));
  await idp.send(new AdminAddUserToGroupCommand({ ...group, Username: emailOf('dora') }));
  aws.sandbox.journal.clear();
  const preview = await aws.import(['--undo', '--dry-run']);
  expect(preview.stdout).toContain('to delete: they have never used their account');
  expect(aws.sandbox.journal.writes()).toEqual([]);
  const result = await aws.import(['--undo', '--yes', '--json']);
  const kept = Object(json(result).kept);
  expect(kept).toMatchObject({ used: 1 });
  expect(Object.keys(await emailsOf(aws, aws.newPool)).toSorted()).toEqual(
    ['bert', 'cleo', 'dora', 'fred'].map(emailOf),
  );
});

test('someone who sets a password after the question stays', async () => {
  const aws = await imported();
  let isDone = false;
  aws.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'AdminGetUser' || isDone) return;
    isDone = true;
    await setPassword(aws, 'emil');
  });
  expect(json(await aws.import(['--undo', '--yes', '--json']))).toMatchObject({
    deleted: 4,
    kept: { used: 1 },
  });
  expect(Object.keys(await emailsOf(aws, aws.newPool)).toSorted()).toEqual(['emil', 'fred'].map(emailOf));
});

test('a user who has got the name since stays', async () => {
  const aws = await startByName();
  await install(aws, '--add-old-sub');
  await add(aws, { name: 'bert', attributes: email('bert@example.com') });
  expect(await aws.import(agreed)).toMatchObject({ code: 0 });
  aws.clock.advance(60_000);
  const { idp } = aws.sdk;
  const bert = { UserPoolId: aws.newPool, Username: 'bert' };
  let isDone = false;
  aws.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'AdminGetUser' || isDone) return;
    isDone = true;
    // Someone deletes the imported user, and bert moves by "forgot password".
    const { UserAttributes = [] } = await idp.send(new AdminGetUserCommand(bert));
    const copied = UserAttributes.filter(({ Name }) => Name !== 'sub');
    await idp.send(new AdminDeleteUserCommand(bert));
    await idp.send(
      new AdminCreateUserCommand({ ...bert, UserAttributes: copied, MessageAction: 'SUPPRESS' }),
    );
    await idp.send(new AdminResetUserPasswordCommand(bert));
  });
  const result = json(await aws.import(['--undo', '--yes', '--json']));
  expect(result).toMatchObject({ deletable: 1, deleted: 0, kept: { changed: 1 } });
  expect(Object.keys(await emailsOf(aws, aws.newPool))).toEqual(['bert@example.com']);
});

test('imports of more than a day ago stay, and so does everyone without custom:old_sub', async () => {
  const aws = await imported();
  aws.clock.advance(day);
  expect((await aws.import(['--undo', '--yes'])).stdout).toContain('No import of the last 24 hours');
  const bare = await startImportAws();
  await install(bare);
  expect(await bare.import(agreed)).toMatchObject({ code: 0 });
  const refused = await bare.import(['--undo', '--yes', '--json']);
  expect([refused.code, json(refused)]).toMatchObject([8, { error: { code: 'CM120' } }]);
});

test('a script has to agree', async () => {
  const aws = await imported();
  const result = await aws.import(['--undo', '--json']);
  expect([result.code, json(result)]).toMatchObject([2, { error: { expected: ['--yes'] } }]);
  expect(Object.keys(await emailsOf(aws, aws.newPool))).toHaveLength(6);
});
