/** Settings and ways in that the local AWS keeps and shows. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch';
import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionConcurrencyCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionCommand,
  GetFunctionConcurrencyCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  GetRuntimeManagementConfigCommand,
  InvokeCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
  PublishVersionCommand,
  PutFunctionConcurrencyCommand,
  PutFunctionEventInvokeConfigCommand,
  PutRuntimeManagementConfigCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expect, onTestFinished, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import { startMigration } from '../../../steps/support.ts';
import { account, region } from '../../../support/local-aws.ts';
import { keyOf, zipOf } from '../../support.ts';

const started = async () => {
  const migration = await startMigration();
  await migration.apply();
  const { sdk, inputs, clock } = migration;
  return { ...migration, FunctionName: inputs.NAME, lambda: sdk.lambda, settle: () => clock.advance(2_000) };
};

/** The sums of the function's metrics. */
async function sums({ url, world }: Sandbox, FunctionName: string): Promise<Record<string, number>> {
  const config = { endpoint: url, region, credentials: keyOf(account) };
  const queries = ['Invocations', 'Errors', 'Throttles'].map((MetricName) => ({
    Id: MetricName.toLowerCase(),
    MetricStat: {
      Metric: {
        Namespace: 'AWS/Lambda',
        MetricName,
        Dimensions: [{ Name: 'FunctionName', Value: FunctionName }],
      },
      Period: 3600,
      Stat: 'Sum',
    },
  }));
  const { MetricDataResults = [] } = await new CloudWatchClient(config).send(
    new GetMetricDataCommand({
      MetricDataQueries: queries,
      StartTime: new Date(world.now() - 3_600_000),
      EndTime: new Date(world.now() + 3_600_000),
    }),
  );
  return Object.fromEntries(
    MetricDataResults.map(({ Label = '', Values = [] }) => [Label, Values.reduce((a, b) => a + b, 0)]),
  );
}

/** A function that runs until the test lets it end, so that two runs really overlap. */
async function startGate() {
  const waiting: (() => void)[] = [];
  const wanted: ((open: () => void) => void)[] = [];
  const server = createServer((_, response) => {
    const open = () => response.end();
    const next = wanted.shift();
    if (next === undefined) waiting.push(open);
    else next(open);
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('the gate has no port');
  const url = `http://127.0.0.1:${address.port}`;
  return {
    files: {
      'index.mjs': `import { get } from 'node:http';
export const handler = () => new Promise((done, fail) => get('${url}', (answer) => answer.resume().on('end', done)).on('error', fail));`,
    },
    /** Resolves when a run has begun, to a function that lets it end. */
    arrival: () =>
      new Promise<() => void>((resolve) => {
        const open = waiting.shift();
        if (open === undefined) wanted.push(resolve);
        else resolve(open);
      }),
  };
}

test('layers, network, queue, tracing: set, shown, and taken away by what AWS documents for it', async () => {
  const { lambda, FunctionName, settle } = await started();
  const found = () => lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  const before = await found();
  const layer = 'arn:aws:lambda:eu-west-1:111122223333:layer:x:1';
  settle();
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Layers: [layer],
      VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
      DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-1:111122223333:q' },
      TracingConfig: { Mode: 'Active' },
    }),
  );
  settle();
  expect(await found()).toMatchObject({
    Layers: [{ Arn: layer }],
    VpcConfig: { SubnetIds: ['subnet-1'], SecurityGroupIds: ['sg-1'] },
    DeadLetterConfig: { TargetArn: 'arn:aws:sqs:eu-west-1:111122223333:q' },
    TracingConfig: { Mode: 'Active' },
  });
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Layers: [],
      VpcConfig: { SubnetIds: [], SecurityGroupIds: [] },
      DeadLetterConfig: { TargetArn: '' },
      TracingConfig: { Mode: 'PassThrough' },
    }),
  );
  settle();
  const changing = {
    RevisionId: expect.anything(),
    LastModified: expect.anything(),
    $metadata: expect.anything(),
  };
  expect(await found()).toEqual({ ...before, ...changing });
});

test('a function URL: one for a function, found and deleted again', async () => {
  const { lambda, FunctionName } = await started();
  const create = () => lambda.send(new CreateFunctionUrlConfigCommand({ FunctionName, AuthType: 'NONE' }));
  await expect(lambda.send(new GetFunctionUrlConfigCommand({ FunctionName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  const { FunctionUrl } = await create();
  expect(FunctionUrl).toMatch(/^https:\/\/[0-9a-f]+\.lambda-url\.eu-west-1\.on\.aws\/$/);
  await expect(create()).rejects.toMatchObject({ name: 'ResourceConflictException' });
  expect(await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName }))).toMatchObject({
    FunctionUrlConfigs: [{ FunctionUrl, AuthType: 'NONE' }],
  });
  await lambda.send(new DeleteFunctionUrlConfigCommand({ FunctionName }));
  expect(await lambda.send(new ListFunctionUrlConfigsCommand({ FunctionName }))).toMatchObject({
    FunctionUrlConfigs: [],
  });
});

test('asynchronous calls: settings are put, listed, and deleted', async () => {
  const { lambda, FunctionName } = await started();
  const Destination = 'arn:aws:sqs:eu-west-1:111122223333:q';
  await lambda.send(
    new PutFunctionEventInvokeConfigCommand({
      FunctionName,
      MaximumRetryAttempts: 1,
      DestinationConfig: { OnFailure: { Destination } },
    }),
  );
  const wanted = { MaximumRetryAttempts: 1, DestinationConfig: { OnFailure: { Destination } } };
  expect(await lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).toMatchObject(wanted);
  expect(await lambda.send(new ListFunctionEventInvokeConfigsCommand({ FunctionName }))).toMatchObject({
    FunctionEventInvokeConfigs: [wanted],
  });
  await lambda.send(new DeleteFunctionEventInvokeConfigCommand({ FunctionName }));
  await expect(lambda.send(new GetFunctionEventInvokeConfigCommand({ FunctionName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
});

test('reserved concurrency: shown by GetFunction, holds for versions too, and leaves 100 for others', async () => {
  const { lambda, FunctionName, settle, sandbox } = await started();
  const put = (ReservedConcurrentExecutions: number) =>
    lambda.send(new PutFunctionConcurrencyCommand({ FunctionName, ReservedConcurrentExecutions }));
  const found = async () => (await lambda.send(new GetFunctionCommand({ FunctionName }))).Concurrency;
  const invoke = (Qualifier?: string) =>
    lambda.send(new InvokeCommand({ FunctionName, Qualifier, Payload: Buffer.from('{}') }));
  expect(await found()).toBeUndefined();
  const gate = await startGate();
  settle();
  await lambda.send(new UpdateFunctionCodeCommand({ FunctionName, ZipFile: zipOf(gate.files) }));
  settle();
  await lambda.send(new PublishVersionCommand({ FunctionName }));
  await put(0);
  expect(await found()).toEqual({ ReservedConcurrentExecutions: 0 });
  for (const qualifier of [undefined, '1'])
    await expect(invoke(qualifier)).rejects.toMatchObject({
      name: 'TooManyRequestsException',
      message: 'Rate Exceeded.',
      Reason: 'ReservedFunctionConcurrentInvocationLimitExceeded',
      $metadata: { httpStatusCode: 429 },
    });
  await expect(put(901)).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message:
      "Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [100].",
  });
  await put(1);
  expect(await lambda.send(new GetFunctionConcurrencyCommand({ FunctionName }))).toMatchObject({
    ReservedConcurrentExecutions: 1,
  });
  const first = invoke();
  const release = await gate.arrival();
  await expect(invoke('1')).rejects.toMatchObject({ name: 'TooManyRequestsException' });
  release();
  expect((await first).FunctionError).toBeUndefined();
  const next = invoke('1'); // a run that has ended no longer counts
  (await gate.arrival())();
  expect((await next).FunctionError).toBeUndefined();
  await lambda.send(new DeleteFunctionConcurrencyCommand({ FunctionName }));
  expect(await found()).toBeUndefined();
  const both = [invoke(), invoke('1')];
  for (const open of [await gate.arrival(), await gate.arrival()]) open();
  await Promise.all(both);
  // The call of init, and four here. The three refused ones are neither invocations nor errors.
  expect(await sums(sandbox, FunctionName)).toEqual({ Invocations: 5, Errors: 0, Throttles: 3 });
  expect(
    sandbox.journal.calls.filter(({ operation }) => operation === 'PutFunctionConcurrency'),
  ).toMatchObject(
    [0, 901, 1].map(() => ({ actions: [{ action: 'lambda:PutFunctionConcurrency', allowed: true }] })),
  );
});

test('the mode of runtime updates: Auto at first, and Manual names its version', async () => {
  const { lambda, FunctionName } = await started();
  const found = () => lambda.send(new GetRuntimeManagementConfigCommand({ FunctionName }));
  const { FunctionArn, RuntimeVersionConfig } = await lambda.send(
    new GetFunctionConfigurationCommand({ FunctionName }),
  );
  const { RuntimeVersionArn } = RuntimeVersionConfig ?? {};
  const { $metadata: _, ...first } = await found();
  expect(first).toEqual({ UpdateRuntimeOn: 'Auto', FunctionArn });
  const put = (UpdateRuntimeOn: 'Auto' | 'Manual' | 'FunctionUpdate', pinned?: string) =>
    lambda.send(
      new PutRuntimeManagementConfigCommand({ FunctionName, UpdateRuntimeOn, RuntimeVersionArn: pinned }),
    );
  await put('Manual', RuntimeVersionArn);
  expect(await found()).toMatchObject({ UpdateRuntimeOn: 'Manual', RuntimeVersionArn, FunctionArn });
  await expect(put('Manual')).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
  await put('FunctionUpdate');
  expect(await found()).toMatchObject({ UpdateRuntimeOn: 'FunctionUpdate' });
  expect((await found()).RuntimeVersionArn).toBeUndefined();
});
