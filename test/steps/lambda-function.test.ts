import { CreateRoleCommand } from '@aws-sdk/client-iam';
import {
  CreateFunctionCommand,
  DeleteFunctionCommand,
  GetFunctionCommand,
  UntagResourceCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { oldPoolTag, poolTag } from '../../src/aws/ownership.ts';
import { decodeSettings } from '../../src/lambda/settings-codec.ts';
import { policyOf, zipOf } from '../sandbox/support.ts';
import { given, refusalOf } from '../support/errors.ts';
import { namesOf, writesOf } from '../support/local-aws.ts';
import { expectOneLine, type Migration, outputOf, startMigration } from './support.ts';

const found = ({ sdk, inputs }: Migration) =>
  sdk.lambda.send(new GetFunctionCommand({ FunctionName: inputs.NAME }));

describe('the function', () => {
  test('is made as the template says, with what the handler needs and nothing of this machine', async () => {
    process.env.AWS_ENDPOINT_URL = 'http://127.0.0.1:9';
    const migration = await startMigration();
    const finished = await migration.apply();
    delete process.env.AWS_ENDPOINT_URL;
    const { Configuration, Tags } = await found(migration);
    expect(Configuration).toMatchObject({
      Runtime: 'nodejs24.x',
      MemorySize: 512,
      Timeout: 5,
      Handler: 'index.handler',
      CodeSha256: migration.aws.handler.sha256,
      Role: outputOf(finished, 'ROLE_ARN'),
    });
    const variables = given(Configuration?.Environment?.Variables, 'environment');
    expect(variables).toEqual({
      OLD_USER_POOL_ID: migration.oldPool,
      OLD_USER_POOL_REGION: 'eu-west-1',
      OLD_CLIENT_ID: outputOf(finished, 'OLD_CLIENT_ID'),
      OLD_POOL_ENDPOINTS: 'https://cognito-idp.eu-west-1.amazonaws.com',
      MIGRATION_SETTINGS: migration.inputs.SETTINGS,
    });
    expect(decodeSettings(variables.MIGRATION_SETTINGS)).toMatchObject({
      mfa: 'block',
      forgotPassword: 'on',
    });
    expect(Tags).toMatchObject({ [poolTag]: migration.newPool, [oldPoolTag]: migration.oldPool });
  });

  test.each([
    ['memory and time', { MemorySize: 128, Timeout: 30 }],
    ['runtime', { Runtime: 'nodejs22.x' }],
    ['environment', { Environment: { Variables: { OLD_CLIENT_ID: 'other' } } }],
    ['an additional variable', { Environment: { Variables: { AWS_ENDPOINT_URL: 'http://127.0.0.1:9' } } }],
  ] as const)('whose %s drifted is repaired with one write and probed', async (_what, change) => {
    const migration = await startMigration();
    await migration.apply();
    const before = (await found(migration)).Configuration;
    await migration.sdk.lambda.send(
      new UpdateFunctionConfigurationCommand({ FunctionName: migration.inputs.NAME, ...change }),
    );
    expect(await migration.repair()).toEqual(['lambda:UpdateFunctionConfiguration']);
    expect(namesOf(migration.sandbox.journal.calls)).toContain('lambda:Invoke');
    const changes = { RevisionId: expect.anything(), LastModified: expect.anything() };
    expect((await found(migration)).Configuration).toEqual({ ...before, ...changes });
    expect(await migration.repair()).toEqual([]);
  });

  test('whose code was replaced gets ours again', async () => {
    const migration = await startMigration();
    await migration.apply();
    await migration.sdk.lambda.send(
      new UpdateFunctionCodeCommand({
        FunctionName: migration.inputs.NAME,
        ZipFile: zipOf({ 'index.mjs': 'export const handler = (event) => event;' }),
      }),
    );
    expect(await migration.repair()).toEqual(['lambda:UpdateFunctionCode']);
    expect((await found(migration)).Configuration?.CodeSha256).toBe(migration.aws.handler.sha256);
  });

  test('keeps its undo records, and its lost tags come back', async () => {
    const migration = await startMigration({ inputs: { TAGS: { team: 'id' } } });
    const Resource = outputOf(await migration.apply(), 'LAMBDA_ARN');
    await migration.sdk.lambda.send(new UntagResourceCommand({ Resource, TagKeys: ['team'] }));
    expect(await migration.repair()).toEqual(['lambda:TagResource']);
    expect((await found(migration)).Tags).toMatchObject({
      team: 'id',
      [`cognito-migrate:flow:${migration.clients.web}`]: 'added',
    });
  });

  test('that was deleted is made again, with the permission, under the same ARN', async () => {
    const migration = await startMigration();
    await migration.apply();
    await migration.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: migration.inputs.NAME }));
    const made = ['lambda:CreateFunction', 'lambda:AddPermission'];
    expect(await migration.repair()).toEqual([...made, 'lambda:TagResource']); // the undo record, which was its tag
    expect(await migration.repair()).toEqual([]);
  });

  test('other settings reach it as they are chosen; the same ones, encoded otherwise, are the same', async () => {
    const migration = await startMigration();
    await migration.apply();
    const { SETTINGS } = migration.inputs;
    expect(decodeSettings(SETTINGS)).toMatchObject({ weakPassword: 'allow' });
    expect(await migration.repair({ RUNTIME: 'nodejs22.x' })).toEqual(['lambda:UpdateFunctionConfiguration']);
    expect((await found(migration)).Configuration?.Runtime).toBe('nodejs22.x');
  });

  test('of somebody else under our name is refused, and nothing live is touched', async () => {
    const migration = await startMigration();
    const { sdk, inputs } = migration;
    const trust = policyOf({
      Effect: 'Allow',
      Principal: { Service: 'lambda.amazonaws.com' },
      Action: 'sts:AssumeRole',
    });
    const { Role } = await sdk.iam.send(
      new CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: trust }),
    );
    await sdk.lambda.send(
      new CreateFunctionCommand({
        FunctionName: inputs.NAME,
        Role: Role?.Arn,
        Runtime: 'nodejs24.x',
        Handler: 'index.handler',
        Code: { ZipFile: zipOf({ 'index.mjs': 'export const handler = (event) => event;' }) },
      }),
    );
    const before = (await found(migration)).Configuration;
    migration.sandbox.journal.clear();
    const error = await refusalOf(migration.apply());
    expect(error).toMatchObject({ code: 'FOREIGN', exitCode: 4 });
    expect(error.message).toContain('function');
    expect(writesOf(migration.sandbox).filter((name) => /lambda:|:UpdateUserPool/.test(name))).toEqual([]);
    expect((await found(migration)).Configuration).toEqual(before);
  });
});

describe('what AWS takes its time for', () => {
  test('a role that Lambda does not know yet is waited for, up to 5 minutes, and that is said', async () => {
    const migration = await startMigration({ delays: { roleToLambda: 40_000 } });
    const { clock } = migration;
    await migration.apply();
    const creations = migration.sandbox.journal.calls.filter(
      ({ operation }) => operation === 'CreateFunction',
    );
    expect(creations.at(-1)?.result).toBe('ok');
    expect(new Set(creations.slice(0, -1).map(({ result }) => result))).toEqual(
      new Set(['InvalidParameterValueException']),
    );
    const waited = clock.slept.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThanOrEqual(40_000);
    expect(waited).toBeLessThan(60_000);
    const said = migration.events.filter((event) => event.type === 'wait');
    expect(said.length).toBe(creations.length - 1);
    for (const event of said) expectOneLine(event);
    expect(said[0]).toMatchObject({ step: 'lambda-function', message: expect.stringContaining('IAM') });
    expect(clock.slept).toEqual(clock.slept.toSorted((a, b) => a - b));
  });

  test('after 5 minutes it gives up with what Lambda says, and has touched nothing live', async () => {
    const migration = await startMigration({ delays: { roleToLambda: 400_000 } });
    const failed = migration.apply();
    await expect(failed).rejects.toThrow('cannot be assumed by Lambda');
    expect(writesOf(migration.sandbox).filter((name) => name.includes(':UpdateUserPool'))).toEqual([]);
  });

  test('Ctrl-C ends that wait at once', async () => {
    const migration = await startMigration({ delays: { roleToLambda: 400_000 } });
    migration.sandbox.faults.onCall('after', ({ operation, result }) => {
      if (operation === 'CreateFunction' && result !== 'ok') migration.abort();
    });
    expect(await refusalOf(migration.apply())).toMatchObject({ exitCode: 130 });
    expect(migration.clock.slept.length).toBeLessThanOrEqual(1);
  });

  test('policies that are not in effect yet are waited for by the probe', async () => {
    const migration = await startMigration({ delays: { policyPropagation: 30_000 } });
    // The role itself is known everywhere when the policies are attached to it.
    migration.sandbox.faults.onCall('after', ({ operation }) => {
      if (operation === 'CreateRole') migration.clock.advance(60_000);
    });
    await migration.apply();
    const answers = migration.sandbox.journal.calls.filter(({ operation }) => operation === 'AdminGetUser');
    expect(answers[0]?.result).toBe('AccessDeniedException');
    expect(answers.at(-1)?.result).toBe('UserNotFoundException');
    const live = migration.sandbox.journal.calls.find(
      ({ operation }) => operation === 'UpdateUserPoolClient',
    );
    expect(given(live).sequence).toBeGreaterThan(given(answers.at(-1)).sequence);
  });

  test('a function that is Pending is waited for before it is invoked', async () => {
    const migration = await startMigration({ delays: { functionPending: 4000 } });
    await migration.apply();
    expect(migration.sandbox.journal.calls.filter(({ operation }) => operation === 'Invoke')).toMatchObject([
      { result: 'ok' },
    ]);
    expect(migration.clock.slept.reduce((sum, ms) => sum + ms, 0)).toBeGreaterThanOrEqual(4000);
  });
});
