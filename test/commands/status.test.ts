import { readdir } from 'node:fs/promises';
import { DeleteLogGroupCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CreateUserPoolClientCommand,
  DeleteUserPoolClientCommand,
  ListUserPoolClientsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  DeletePolicyCommand,
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  PutFunctionConcurrencyCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { fromJSONSchema } from 'zod';
import { exitCodes } from '../../src/core/errors.ts';
import { takeLock } from '../../src/core/state-lock.ts';
import { lockOf } from '../../src/core/stored-file.ts';
import {
  drift,
  driftOfFunction,
  driftOfRole,
  removePermission,
  setTrigger,
  takeFlowOff,
} from '../fault-injection/drift.ts';
import { assertDone } from '../fault-injection/prove.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { fieldsOf, installed, scene, status, unhealthy } from './support.ts';

const { ok, unhealthy: sick } = exitCodes;

test('nothing installed: exit 5, and it says what to do', async () => {
  const aws = await scene();
  const { code, document } = await status(aws);
  expect(code).toBe(sick.code);
  expect(document).toMatchObject({ installed: false, healthy: false });
  const text = await runCli(
    aws.status.filter((word) => word !== '--json'),
    aws.io,
  );
  expect(text.stdout).toMatch(/^ {2}✖ Not set up\. Nothing of this migration exists\.$/m);
  expect(aws.sandbox.journal.writes()).toEqual([]);
});

test.each(['plain', 'rich', 'replaced'] as const)(
  '%s after init: everything in place, exit 0',
  async (name) => {
    const aws = await installed(name);
    const { code, document } = await status(aws, '--probe');
    expect(code).toBe(ok.code);
    expect(unhealthy(document)).toEqual({});
    expect(document).toMatchObject({ installed: true, healthy: true, probe: { ok: true } });
    // Our own app client has no secret.
    expect(document.steps.find(({ step }) => step === 'old-client')).not.toHaveProperty('owner');
    expect(document.since).toMatch(/^2026-11-22T/);
    expect(aws.sandbox.journal.writes()).toEqual([]);
  },
);

test('what drifted is no work for init while another run holds the state file', async () => {
  const aws = await installed();
  await driftOfFunction(aws);
  const unlock = await takeLock(lockOf(aws.state), aws.clock.now);
  const textual = aws.status.filter((word) => word !== '--json');
  const during = (await runCli(textual, aws.io)).stdout;
  expect(during).toContain('another run is in progress: run status again when it has ended');
  expect(during).not.toContain('repair:');
  await unlock();
  expect((await runCli(textual, aws.io)).stdout).toContain('repair: cognito-migrate init');
});

test('the first moments of an init: nothing is there yet, and nobody is sent to init', async () => {
  const aws = await scene();
  const unlock = await takeLock(lockOf(aws.state), aws.clock.now);
  const textual = aws.status.filter((word) => word !== '--json');
  const during = (await runCli(textual, aws.io)).stdout;
  expect(during).toMatch(/Not set up\.[\s\S]*another run is in progress: /);
  expect(during).not.toContain('install: ');
  await unlock();
  expect((await runCli(textual, aws.io)).stdout).toContain('install: cognito-migrate init');
});

test('a function that init has written and not asked: nobody calls that healthy until it has answered', async () => {
  const aws = await installed();
  await driftOfFunction(aws);
  aws.sandbox.faults.inject({ kind: 'access-denied', service: 'lambda', operation: 'Invoke' });
  expect((await runCli(aws.init, aws.io)).code).toBe(exitCodes.permission.code);
  const { code, document } = await status(aws);
  expect(code).toBe(sick.code);
  expect(document).toMatchObject({ healthy: false, probe: { ok: false } });
  expect((await status(aws, '--probe')).document).toMatchObject({ healthy: true, probe: { ok: true } });
  assertDone(await runCli(aws.init, aws.io));
  expect((await status(aws)).code).toBe(ok.code);
});

test('while another init runs, status does not say that it has ended', async () => {
  const aws = await installed();
  await driftOfFunction(aws);
  aws.sandbox.faults.inject({ kind: 'access-denied', service: 'lambda', operation: 'Invoke' });
  expect((await runCli(aws.init, aws.io)).code).toBe(exitCodes.permission.code);
  const unlock = await takeLock(lockOf(aws.state), aws.clock.now);
  const { document } = await status(aws);
  expect(document.probe?.message).toContain(`Another run is in progress (process ${process.pid} on`);
  expect(document.running).toContain(`process ${process.pid} on`);
  await unlock();
  expect((await status(aws)).document.probe?.message).toContain('The last init ended before');
});

describe('each kind of trouble', () => {
  test('role trust, policy and attachment changed', async () => {
    const aws = await installed();
    await driftOfRole(aws);
    const { code, document } = await status(aws);
    expect(code).toBe(sick.code);
    expect(unhealthy(document)).toEqual({
      'lambda-role': 'drifted',
      'lambda-policy': 'drifted',
      'policy-attachments': 'drifted',
    });
    expect(fieldsOf(document, 'lambda-role')).toEqual(['trustPolicy.Statement']);
    expect(fieldsOf(document, 'lambda-policy').join()).toContain('document.Statement');
    expect(fieldsOf(document, 'policy-attachments')).toEqual(['attached']);
  });

  test('function changed: code of another version, time-out, environment', async () => {
    const aws = await installed();
    await driftOfFunction(aws);
    const { document } = await status(aws);
    expect(unhealthy(document)).toEqual({ 'lambda-function': 'drifted' });
    expect(fieldsOf(document, 'lambda-function').sort()).toEqual([
      'codeSha256',
      'environment.OLD_CLIENT_ID',
      'timeoutSeconds',
    ]);
    const text = await runCli(
      aws.status.filter((word) => word !== '--json'),
      aws.io,
    );
    expect(text.stdout).toContain('its code is not of this version');
    expect(text.stdout).toContain('timeoutSeconds: 3, should be 5');
  });

  test('log missing: no effect on users', async () => {
    const aws = await installed();
    await aws.sdk.logs.send(new DeleteLogGroupCommand({ logGroupName: `/aws/lambda/${aws.name}` }));
    const { code, document } = await status(aws);
    expect(code).toBe(sick.code);
    const effect = 'No effect on users. CloudWatch Logs keeps new log lines forever.';
    expect(document.verdict).toBe(`INCOMPLETE. ${effect}`);
    const text = await runCli(
      aws.status.filter((word) => word !== '--json'),
      aws.io,
    );
    expect(text.stdout.replace(/\s+/g, ' ')).toContain(`✖ log group is missing. ${effect}`);
  });

  test.each([
    [0, /^BROKEN\. Users who haven't moved can't sign in: the reserved concurrency of the function is 0/],
    [3, /^CHANGED BY OTHERS\. /],
  ])('reserved concurrency %i', async (ReservedConcurrentExecutions, verdict) => {
    const aws = await installed();
    await aws.sdk.lambda.send(
      new PutFunctionConcurrencyCommand({ FunctionName: aws.name, ReservedConcurrentExecutions }),
    );
    const { code, document } = await status(aws);
    expect(code).toBe(sick.code);
    expect(document.verdict).toMatch(verdict);
  });

  test('permission missing', async () => {
    const aws = await installed();
    await removePermission(aws);
    expect(unhealthy((await status(aws)).document)).toEqual({ 'invoke-permission': 'missing' });
  });

  test('flow taken off a client', async () => {
    const aws = await installed();
    takeFlowOff(aws);
    expect(unhealthy((await status(aws)).document)).toEqual({
      [`new-clients:${aws.clients.web}`]: 'missing',
    });
  });

  test('trigger detached by somebody', async () => {
    const aws = await installed();
    setTrigger(aws, undefined);
    expect(unhealthy((await status(aws)).document)).toEqual({ 'migration-trigger': 'missing' });
  });

  test('trigger replaced by somebody: foreign, and whose', async () => {
    const aws = await installed('replaced');
    const other = 'arn:aws:lambda:eu-west-1:111122223333:function:other';
    setTrigger(aws, other);
    const { document } = await status(aws);
    expect(unhealthy(document)).toEqual({ 'migration-trigger': 'foreign' });
    expect(document.steps.find(({ step }) => step === 'migration-trigger')?.owner).toBe(other);
    // init would refuse, so status does not name it as the repair.
    const { stdout } = await runCli(
      aws.status.filter((word) => word !== '--json'),
      aws.io,
    );
    expect(stdout).not.toContain('repair: cognito-migrate init');
    expect(stdout).toContain('replace it: cognito-migrate init --replace-trigger');
  });

  test('old client deleted: missing, and the function waits for another', async () => {
    const aws = await installed();
    const { UserPoolClients = [] } = await aws.sdk.idp.send(
      new ListUserPoolClientsCommand({ UserPoolId: aws.oldPool, MaxResults: 60 }),
    );
    for (const { ClientId } of UserPoolClients)
      await aws.sdk.idp.send(new DeleteUserPoolClientCommand({ UserPoolId: aws.oldPool, ClientId }));
    const { code, document } = await status(aws);
    expect(code).toBe(sick.code);
    expect(unhealthy(document)).toEqual({ 'old-client': 'missing', 'lambda-function': 'waiting' });
    expect(document.steps.find(({ step }) => step === 'lambda-function')?.waitsFor).toEqual([
      'OLD_CLIENT_ID',
    ]);
  });

  test('chosen client of the new pool deleted: said, and in nobody’s way', async () => {
    const aws = await installed();
    await aws.sdk.idp.send(
      new DeleteUserPoolClientCommand({ UserPoolId: aws.newPool, ClientId: given(aws.clients.web) }),
    );
    const { code, document } = await status(aws);
    // It was the only app client for people.
    expect(code).toBe(exitCodes.refused.code);
    expect(document.code).toBe('NOBODY_CAN_MOVE');
    expect(document.notes).toEqual([
      {
        level: 'warning',
        message: expect.stringContaining(`App client ${aws.clients.web} of the new pool no longer exists`),
      },
    ]);
    expect((await runCli(aws.init, aws.io)).code).toBe(exitCodes.refused.code);
    expect((await status(aws)).document.notes).toBeUndefined();
    assertDone(await runCli(aws.teardown, aws.io));
    expect(await readdir(aws.folder)).toEqual([]);
  });

  test('a second client that is not ours bears our name: told by its secret', async () => {
    const aws = await scene();
    await aws.sdk.idp.send(
      new CreateUserPoolClientCommand({
        UserPoolId: aws.oldPool,
        ClientName: `cognito-migrate-${aws.newPool}`,
        GenerateSecret: true,
      }),
    );
    const { document } = await status(aws);
    expect(unhealthy(document)).toMatchObject({ 'old-client': 'foreign' });
    expect(document.steps.find(({ step }) => step === 'old-client')?.owner).toContain('which has a secret');
  });

  test('role and function without our tags: foreign, and not asked', async () => {
    const aws = await installed();
    const keys = ['cognito-migrate:pool', 'cognito-migrate:old-pool'];
    await aws.sdk.iam.send(new UntagRoleCommand({ RoleName: aws.name, TagKeys: keys }));
    const Resource = `arn:aws:lambda:eu-west-1:111122223333:function:${aws.name}`;
    await aws.sdk.lambda.send(new UntagResourceCommand({ Resource, TagKeys: keys }));
    aws.sandbox.journal.clear();
    const { document } = await status(aws, '--probe');
    expect(unhealthy(document)).toMatchObject({ 'lambda-role': 'foreign', 'lambda-function': 'foreign' });
    expect(document).toMatchObject({ installed: true, probe: { ok: false } });
    expect(aws.sandbox.journal.calls.map(({ operation }) => operation)).not.toContain('Invoke');
  });

  test('function gone: it and its permission are missing, and what the trigger does then is said', async () => {
    const aws = await installed();
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: aws.name }));
    const { document } = await status(aws);
    expect(unhealthy(document)).toMatchObject({
      'lambda-function': 'missing',
      'invoke-permission': 'missing',
    });
    expect(document.verdict).toBe(
      "BROKEN. Users who haven't moved can't sign in: the trigger calls a function that no longer exists.",
    );
    setTrigger(aws, undefined);
    const unset = "BROKEN. Users who haven't moved can't sign in: the new pool does not call the function.";
    expect((await status(aws)).document).toMatchObject({ verdict: unset });
  });

  test('role and policy gone: what stands on them waits', async () => {
    const aws = await installed();
    const PolicyArn = `arn:aws:iam::111122223333:policy/${aws.name}`;
    const basic = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
    for (const arn of [PolicyArn, basic])
      await aws.sdk.iam.send(new DetachRolePolicyCommand({ RoleName: aws.name, PolicyArn: arn }));
    await aws.sdk.iam.send(new DeletePolicyCommand({ PolicyArn }));
    await aws.sdk.iam.send(new DeleteRoleCommand({ RoleName: aws.name }));
    expect(unhealthy((await status(aws)).document)).toEqual({
      'lambda-role': 'missing',
      'lambda-policy': 'missing',
      'policy-attachments': 'missing',
      'lambda-function': 'waiting',
    });
  });

  test('the probe says when the function does not reach the old pool', async () => {
    const aws = await installed();
    await driftOfFunction(aws);
    const { code, document } = await status(aws, '--probe');
    expect(code).toBe(sick.code);
    expect(document.probe?.ok).toBe(false);
  });
});

test('after everything has drifted, init repairs it and status is healthy again', async () => {
  const aws = await installed('rich');
  await drift(aws);
  expect((await status(aws)).code).toBe(sick.code);
  expect((await runCli(aws.init, aws.io)).code).toBe(ok.code);
  expect((await status(aws, '--probe')).code).toBe(ok.code);
});

test('where the trigger was never set there is no since', async () => {
  const aws = await scene();
  aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'UpdateUserPool', times: 9 });
  expect((await runCli(aws.init, aws.io)).code).toBe(exitCodes.permission.code);
  expect((await status(aws)).document).toMatchObject({ installed: true, since: null });
});

test('the schema has a version and a sentence for every member, and room for members to come', async () => {
  const aws = await scene();
  const { stdout } = await runCli(['status', '--json-schema'], aws.io);
  const schema = JSON.parse(stdout);
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    properties: { version: { const: 1 } },
  });
  const members: [string, { description?: string }][] = [];
  JSON.parse(stdout, (_key, value) => {
    if (typeof value?.properties === 'object') members.push(...Object.entries<object>(value.properties));
    return value;
  });
  expect(members.length).toBeGreaterThan(40);
  expect(
    members.filter(([, { description = '' }]) => !/[.]$/.test(description)).map(([name]) => name),
  ).toEqual([]);
  const { document } = await status(aws);
  const later = { ...document, added: 1, newUserPool: { ...document.newUserPool, added: 1 } };
  expect(fromJSONSchema(schema).safeParse(later).success).toBe(true);
  expect(fromJSONSchema(schema).safeParse({ ...document, version: 2 }).success).toBe(false);
});

test('status writes no file and leaves no lock', async () => {
  const aws = await scene();
  await status(aws);
  expect(await readdir(aws.folder)).toEqual([]);
});
