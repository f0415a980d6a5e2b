/** Import jobs: their operations, the upload, the clock, the log, and the role. */
import { get } from 'node:http';
import { GetLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  AdminGetUserCommand,
  type CreateUserPoolCommandInput,
  DeleteUserPoolCommand,
  GetCSVHeaderCommand,
  ListUserImportJobsCommand,
  ListUsersCommand,
  StartUserImportJobCommand,
  StopUserImportJobCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteRolePolicyCommand } from '@aws-sdk/client-iam';
import { describe, expect, test } from 'vitest';
import { cognitoSettings, deliveries } from '../../../../src/sandbox/services/cognito/index.ts';
import { given } from '../../../support/errors.ts';
import {
  createImport,
  describeImport,
  importRole,
  putFile,
  startImport,
} from '../../../support/import-jobs.ts';
import { clientsOf, keysWith, policyOf } from '../../support.ts';
import { header } from './import-corpus.ts';
import {
  account,
  answers,
  errorOf,
  functionArn,
  newClient,
  newPool,
  startLocalCognito,
  throws,
} from './support.ts';
import { newUser, signIn } from './users-support.ts';

type PoolInput = Partial<CreateUserPoolCommandInput>;
const verified: PoolInput = { AutoVerifiedAttributes: ['email'] };
const schema: PoolInput = { Schema: [{ Name: 'old_sub', AttributeDataType: 'String' }] };

const row = (name: string): string => `,,,,,,,,,${name}@example.com,TRUE,,,,,,,,,,FALSE,${name}`;
const fileOf = (...names: readonly string[]): string => `${[header, ...names.map(row)].join('\n')}\n`;

async function start(delays: { readonly importStart?: number; readonly importRow?: number } = {}) {
  const scene = await startLocalCognito();
  Object.assign(scene.sandbox.world.delays, delays);
  const pool = await newPool(scene, { ...verified, ...schema });
  const { iam, logs } = clientsOf(scene.sandbox);
  return { ...scene, pool, iam, logs, role: await importRole(iam) };
}

const many = (count: number): string[] => Array.from({ length: count }, (_, index) => `u${index}`);

test('GetCSVHeader has the custom attributes of the pool', async () => {
  const { client, pool: UserPoolId } = await start();
  const { CSVHeader, UserPoolId: id } = await client.send(new GetCSVHeaderCommand({ UserPoolId }));
  expect(CSVHeader).toEqual(header.split(','));
  expect(id).toBe(UserPoolId);
});

test('a new job has a pre-signed address, and no file yet', async () => {
  const { client, pool: UserPoolId, role } = await start();
  const { JobId, PreSignedUrl } = await createImport(client, UserPoolId, role, 'first job');
  expect(JobId).toMatch(/^import-[0-9a-zA-Z-]{1,48}$/);
  expect(new URL(PreSignedUrl).searchParams.get('X-Amz-Expires')).toBe('899');
  expect(await describeImport(client, UserPoolId, JobId)).toMatchObject({
    JobName: 'first job',
    Status: 'Created',
    ImportedUsers: 0,
    PreSignedUrl,
  });
  const error = await errorOf(client.send(new StartUserImportJobCommand({ UserPoolId, JobId })));
  expect(error).toEqual({
    name: 'PreconditionNotMetException',
    message: `No csv file was uploaded for ${JobId}`,
  });
});

describe('the upload', () => {
  test.each<[string, (url: string) => Promise<Response>]>([
    ['without the encryption header', (url) => putFile(url, fileOf('ann'), {})],
    [
      'with another encryption',
      (url) => putFile(url, fileOf('ann'), { 'x-amz-server-side-encryption': 'AES256' }),
    ],
    ['with POST', (url) => fetch(url, { method: 'POST', body: fileOf('ann') })],
    ['with a wrong signature', (url) => putFile(url.replace(/Signature=.*/, 'Signature=x'), fileOf('ann'))],
    ['to another job', (url) => putFile(url.replace(/import-[^?]+/, 'import-other'), fileOf('ann'))],
  ])('%s is refused, and the job has no file', async (_, send) => {
    const { client, pool: UserPoolId, role } = await start();
    const { JobId, PreSignedUrl } = await createImport(client, UserPoolId, role);
    const answer = await send(PreSignedUrl);
    expect([answer.status, await answer.text()]).toEqual([
      403,
      expect.stringContaining('SignatureDoesNotMatch'),
    ]);
    const error = await errorOf(client.send(new StartUserImportJobCommand({ UserPoolId, JobId })));
    expect(error.message).toContain('No csv file');
  });

  test('works up to 899 seconds, also twice', async () => {
    const { client, clock, pool: UserPoolId, role } = await start();
    const { JobId, PreSignedUrl } = await createImport(client, UserPoolId, role);
    expect((await putFile(PreSignedUrl, fileOf('ann'))).status).toBe(200);
    clock.advance(898_000);
    expect((await putFile(PreSignedUrl, fileOf('ann', 'bob'))).status).toBe(200);
    clock.advance(2_000);
    const late = await putFile(PreSignedUrl, fileOf());
    expect([late.status, await late.text()]).toEqual([403, expect.stringContaining('Request has expired')]);
    await client.send(new StartUserImportJobCommand({ UserPoolId, JobId }));
    expect(await describeImport(client, UserPoolId, JobId)).toMatchObject({ ImportedUsers: 2 });
  });

  test('is in the journal without its contents and its address, and takes faults', async () => {
    const { sandbox, client, pool: UserPoolId, role } = await start();
    const { JobId, PreSignedUrl } = await createImport(client, UserPoolId, role);
    sandbox.faults.inject({ service: 's3', kind: 'throttle' });
    expect((await putFile(PreSignedUrl, fileOf('ann'))).status).toBe(503);
    sandbox.faults.inject({ operation: 'PutObject', kind: 'lost-response' });
    await expect(putFile(PreSignedUrl, fileOf('ann'))).rejects.toThrow('fetch failed');
    await client.send(new StartUserImportJobCommand({ UserPoolId, JobId }));
    expect(await describeImport(client, UserPoolId, JobId)).toMatchObject({ ImportedUsers: 1 });
    const uploads = sandbox.journal.calls.filter(({ service }) => service === 's3');
    expect(uploads.map(({ result }) => result)).toEqual(['throttle', 'ok, then lost-response']);
    expect(JSON.stringify(sandbox.journal.calls)).not.toMatch(/Signature|example\.com/);
  });

  test('that breaks off leaves no file', async () => {
    const { client, pool: UserPoolId, role } = await start();
    const { JobId, PreSignedUrl } = await createImport(client, UserPoolId, role);
    await new Promise<void>((resolve) => {
      const headers = { 'x-amz-server-side-encryption': 'aws:kms', 'content-length': '1000' };
      const request = get(PreSignedUrl, { method: 'PUT', headers });
      request.on('close', resolve);
      request.on('error', () => undefined);
      request.write(fileOf('ann'), () => request.destroy());
    });
    const error = await errorOf(client.send(new StartUserImportJobCommand({ UserPoolId, JobId })));
    expect(error.message).toContain('No csv file');
  });
});

describe('a running job', () => {
  test('takes time for its start and for each row, and its counters grow', async () => {
    const { sandbox, client, clock, pool, role, logs } = await start({ importStart: 1000, importRow: 100 });
    const at = clock.now();
    const id = await startImport(client, pool, role, fileOf(...many(10)));
    expect((await describeImport(client, pool, id)).Status).toBe('Pending');
    clock.advance(1_450);
    expect(await describeImport(client, pool, id)).toMatchObject({ Status: 'InProgress', ImportedUsers: 4 });
    const { Users = [] } = await client.send(new ListUsersCommand({ UserPoolId: pool }));
    expect(Users.map(({ UserCreateDate }) => given(UserCreateDate).getTime() - at)).toEqual([
      1100, 1200, 1300, 1400,
    ]);
    clock.advance(60_000);
    expect(await describeImport(client, pool, id)).toMatchObject({
      Status: 'Succeeded',
      ImportedUsers: 10,
      StartDate: new Date(at),
      CompletionDate: new Date(at + 2000),
      CompletionMessage: 'Import Job Completed Successfully.',
    });
    expect(deliveries(sandbox.world, pool)).toEqual([]);
    const { events = [] } = await logs.send(
      new GetLogEventsCommand({
        logGroupName: `/aws/cognito/userpools/${pool}/pool`,
        logStreamName: `${id}/job`,
        startFromHead: true,
      }),
    );
    expect(events.map(({ message }) => message).slice(0, 2)).toEqual([
      '[SUCCEEDED] Line Number 2 - The import succeeded.',
      '[SUCCEEDED] Line Number 3 - The import succeeded.',
    ]);
    expect(events).toHaveLength(10);
  });

  test('blocks changes of the pool and its deletion until it has ended', async () => {
    const { client, clock, pool: UserPoolId, role } = await start({ importRow: 100 });
    const JobId = await startImport(client, UserPoolId, role, fileOf(...many(10)));
    const update = await errorOf(client.send(new UpdateUserPoolCommand({ UserPoolId })));
    const deletion = await errorOf(client.send(new DeleteUserPoolCommand({ UserPoolId })));
    for (const { name } of [update, deletion]) expect(name).toBe('UserImportInProgressException');
    clock.advance(1000);
    await client.send(new UpdateUserPoolCommand({ UserPoolId, ...verified }));
    expect((await describeImport(client, UserPoolId, JobId)).ImportedUsers).toBe(10);
  });

  test('can be stopped, and keeps what it has imported', async () => {
    const { client, clock, pool: UserPoolId, role } = await start({ importRow: 100 });
    const JobId = await startImport(client, UserPoolId, role, fileOf(...many(10)));
    clock.advance(350);
    const { UserImportJob } = await client.send(new StopUserImportJobCommand({ UserPoolId, JobId }));
    expect(UserImportJob).toMatchObject({ Status: 'Stopping', ImportedUsers: 3 });
    expect(await describeImport(client, UserPoolId, JobId)).toMatchObject({
      Status: 'Stopped',
      ImportedUsers: 3,
      CompletionMessage: 'The Import Job was stopped by the developer.',
    });
    const again = await errorOf(client.send(new StartUserImportJobCommand({ UserPoolId, JobId })));
    expect(again.name).toBe('PreconditionNotMetException');
  });

  test.each(['refused', 'accepted'] as const)('a second one is %s', async (secondImportJob) => {
    const { sandbox, client, pool, role } = await start({ importRow: 100 });
    Object.assign(cognitoSettings(sandbox.world), { secondImportJob });
    await startImport(client, pool, role, fileOf('ann'), 'first');
    const second = startImport(client, pool, role, fileOf('bob'), 'second');
    if (secondImportJob === 'accepted') await expect(second).resolves.toMatch(/^import-/);
    else expect((await errorOf(second)).name).toBe('PreconditionNotMetException');
  });

  test('skips whoever exists, and never changes them', async () => {
    const scene = await start();
    const { client, pool: UserPoolId, role } = scene;
    await newUser(scene, UserPoolId, 'ann', { email: 'own@example.com' });
    const before = await client.send(new AdminGetUserCommand({ UserPoolId, Username: 'ann' }));
    const JobId = await startImport(client, UserPoolId, role, fileOf('ann', 'bob', 'cid'));
    expect(await describeImport(client, UserPoolId, JobId)).toMatchObject({
      ImportedUsers: 2,
      SkippedUsers: 1,
    });
    const { $metadata: _, ...after } = await client.send(
      new AdminGetUserCommand({ UserPoolId, Username: 'ann' }),
    );
    expect(before).toMatchObject(after);
  });

  test('fails if more than half of its users are skipped, and has imported some', async () => {
    const scene = await start();
    for (const name of ['u1', 'u2', 'u3']) await newUser(scene, scene.pool, name);
    const JobId = await startImport(scene.client, scene.pool, scene.role, fileOf(...many(5)));
    expect(await describeImport(scene.client, scene.pool, JobId)).toMatchObject({
      Status: 'Failed',
      ImportedUsers: 1,
      SkippedUsers: 3,
      CompletionMessage: 'Too many users have failed or been skipped during the import.',
    });
  });

  test.each(['skipped', 'failed'] as const)('the alias of another user is %s', async (importTakenAlias) => {
    const scene = await start();
    Object.assign(cognitoSettings(scene.sandbox.world), { importTakenAlias });
    const pool = await newPool(scene, { ...verified, ...schema, AliasAttributes: ['email'] });
    await newUser(scene, pool, 'other', { email: 'ann@example.com', email_verified: 'true' });
    const JobId = await startImport(scene.client, pool, scene.role, fileOf('ann', 'bob', 'cid'));
    const job = await describeImport(scene.client, pool, JobId);
    expect([job.ImportedUsers, job.SkippedUsers, job.FailedUsers]).toEqual(
      importTakenAlias === 'skipped' ? [2, 1, 0] : [2, 0, 1],
    );
  });
});

test('a job that is not started expires after a day', async () => {
  const { client, clock, pool, role } = await start();
  const { JobId, PreSignedUrl } = await createImport(client, pool, role);
  await putFile(PreSignedUrl, fileOf('ann'));
  clock.advance(25 * 60 * 60_000);
  expect(await describeImport(client, pool, JobId)).toMatchObject({
    Status: 'Expired',
    CompletionMessage: 'The user import job has expired.',
  });
});

test('jobs are listed page by page', async () => {
  const { client, pool: UserPoolId, role } = await start();
  for (const name of ['a', 'b', 'c']) await createImport(client, UserPoolId, role, name);
  const first = await client.send(new ListUserImportJobsCommand({ UserPoolId, MaxResults: 2 }));
  const next = { UserPoolId, MaxResults: 2, PaginationToken: given(first.PaginationToken) };
  const second = await client.send(new ListUserImportJobsCommand(next));
  const names = [first, second].map(({ UserImportJobs = [] }) =>
    UserImportJobs.map(({ JobName }) => JobName),
  );
  expect(names).toEqual([['a', 'b'], ['c']]);
  expect(second.PaginationToken).toBeUndefined();
});

test('a pool without auto-verified attributes starts no job', async () => {
  const scene = await start();
  const pool = await newPool(scene, schema);
  const error = await errorOf(startImport(scene.client, pool, scene.role, fileOf('ann')));
  expect(error).toEqual({
    name: 'PreconditionNotMetException',
    message: 'The user pool has no auto verified attributes.',
  });
});

describe('the role', () => {
  test('must be passed by the caller', async () => {
    const { sandbox, clientOf, pool, role } = await start();
    const policy = policyOf({ Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' });
    const client = clientOf(await keysWith(sandbox, 'operator', policy));
    const error = await errorOf(createImport(client, pool, role));
    expect([error.name, error.message]).toEqual([
      'AccessDeniedException',
      expect.stringContaining('iam:PassRole'),
    ]);
  });

  test.each([
    ['given', account, 'created'],
    ['given', '999999999999', 'refused'],
    ['absent', account, 'refused'],
  ] as const)('source %s, trusted from %s: %s', async (importSourceAccount, trusted, result) => {
    const scene = await startLocalCognito();
    Object.assign(cognitoSettings(scene.sandbox.world), { importSourceAccount });
    const pool = await newPool(scene, { ...verified, ...schema });
    const role = await importRole(clientsOf(scene.sandbox).iam, {
      StringEquals: { 'aws:SourceAccount': trusted },
    });
    const created = createImport(scene.client, pool, role);
    if (result === 'created') await expect(created).resolves.toMatchObject({ JobId: expect.anything() });
    else
      expect(await errorOf(created)).toEqual({
        name: 'InvalidParameterException',
        message: 'Role does not have a trust relationship allowing Cognito to assume the role',
      });
  });

  test('writes the log only with its own permissions', async () => {
    const { client, pool, role, iam, logs } = await start();
    await iam.send(new DeleteRolePolicyCommand({ RoleName: 'import', PolicyName: 'log' }));
    const id = await startImport(client, pool, role, fileOf('ann'));
    expect((await describeImport(client, pool, id)).ImportedUsers).toBe(1);
    const log = { logGroupName: `/aws/cognito/userpools/${pool}/pool`, logStreamName: `${id}/job` };
    expect((await errorOf(logs.send(new GetLogEventsCommand(log)))).name).toBe('ResourceNotFoundException');
  });
});

describe('pre sign-up', () => {
  test.each([false, true])('fires on import: %s', async (importFiresPreSignUp) => {
    const scene = await start();
    Object.assign(cognitoSettings(scene.sandbox.world), { importFiresPreSignUp });
    const PreSignUp = functionArn('pre-sign-up');
    const pool = await newPool(scene, { ...verified, ...schema, LambdaConfig: { PreSignUp } });
    scene.play(PreSignUp, (event) => (event.userName === 'bob' ? throws('No.') : answers({}))(event));
    const id = await startImport(scene.client, pool, scene.role, fileOf('ann', 'bob', 'cid'));
    const job = await describeImport(scene.client, pool, id);
    expect([job.ImportedUsers, job.FailedUsers]).toEqual(importFiresPreSignUp ? [2, 1] : [3, 0]);
    expect(scene.invocations.map(({ event }) => event.triggerSource)).toEqual(
      importFiresPreSignUp ? Array.from({ length: 3 }, () => 'PreSignUp_AdminCreateUser') : [],
    );
  });
});

describe('an imported user', () => {
  test.each([
    ['LEGACY', 'wrong-password', 'PasswordResetRequiredException'],
    ['ENABLED', 'wrong-password', 'NotAuthorizedException'],
    ['ENABLED', 'reset-required', 'PasswordResetRequiredException'],
  ] as const)(
    'signs in where existence is %s (%s): %s',
    async (PreventUserExistenceErrors, resetRequiredHidden, name) => {
      const scene = await start();
      Object.assign(cognitoSettings(scene.sandbox.world), { resetRequiredHidden });
      const clientId = await newClient(scene, scene.pool, { PreventUserExistenceErrors });
      await startImport(scene.client, scene.pool, scene.role, fileOf('ann'));
      const error = await errorOf(signIn(scene, clientId, 'ann'));
      expect(error.name).toBe(name);
    },
  );

  test.each(['at-creation', 'later'] as const)('was last modified %s', async (importedModified) => {
    const scene = await start();
    Object.assign(cognitoSettings(scene.sandbox.world), { importedModified });
    await startImport(scene.client, scene.pool, scene.role, fileOf('ann'));
    const user = await scene.client.send(
      new AdminGetUserCommand({ UserPoolId: scene.pool, Username: 'ann' }),
    );
    const since = given(user.UserLastModifiedDate).getTime() - given(user.UserCreateDate).getTime();
    expect(since).toBe(importedModified === 'later' ? 3000 : 0);
  });
});
