/** Users who moved once and were deleted in the new pool: with `--move-once`, nothing lets them in again by itself. */
import {
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminUpdateUserAttributesCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import { closeSignUp } from '../../support/installed-function.ts';
import { json, runCli } from '../../support/run-cli.ts';
import { addMoved, byEmail, install, statesOf, usersOf } from '../users-support.ts';
import { agreed, emailsOf, type ImportAws, startImportAws } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const bert = 'bert@example.com';

/** Bert has moved, as the function leaves him, and someone has deleted him in the new pool. Ana waits. */
async function deletedSince(how: 'disable' | 'mark', movedTo?: string): Promise<ImportAws> {
  const aws = await startImportAws();
  closeSignUp(aws, true);
  await install(aws, '--add-old-sub', '--move-once', how);
  await byEmail(aws, bert);
  await addMoved(aws, bert);
  const old = { UserPoolId: aws.oldPool, Username: bert };
  const UserAttributes = [
    { Name: 'custom:moved_at', Value: '2026-01-01T00:00:00.000Z' },
    { Name: 'custom:moved_to', Value: movedTo ?? aws.newPool },
  ];
  if (how === 'disable') await aws.sdk.idp.send(new AdminDisableUserCommand(old));
  else await aws.sdk.idp.send(new AdminUpdateUserAttributesCommand({ ...old, UserAttributes }));
  await aws.sdk.idp.send(new AdminDeleteUserCommand({ ...old, UserPoolId: aws.newPool }));
  return aws;
}

test.each([
  ['mark', { cannot: 1 }],
  ['disable', { disabled: 1 }],
] as const)('%s: import does not bring them back', async (how, leftOut) => {
  const aws = await deletedSince(how);
  const done = await aws.import([...agreed, '--json']);
  expect(done.code, done.stderr).toBe(0);
  expect(json(done)).toMatchObject({ imported: 1, leftOut });
  expect(await emailsOf(aws, aws.newPool)).toEqual({ 'ana@example.com': 'RESET_REQUIRED' });
});

test('users says that they do not move, and why', async () => {
  const aws = await deletedSince('mark');
  const found = json(await runCli(usersOf(aws, '--json')));
  expect(statesOf(found)).toEqual({ waiting: 1, cannot: 1 });
  expect(found).toMatchObject({ reasons: { 'cannot/already-moved': 1 } });
});

test('a mark that names another pool keeps nobody out', async () => {
  const aws = await deletedSince('mark', 'us-east-2_Another');
  expect(json(await aws.import([...agreed, '--json']))).toMatchObject({ imported: 2 });
});
