/** Settings and ways in that the local AWS keeps and shows. */
import {
  CreateFunctionUrlConfigCommand,
  DeleteFunctionEventInvokeConfigCommand,
  DeleteFunctionUrlConfigCommand,
  GetFunctionConfigurationCommand,
  GetFunctionEventInvokeConfigCommand,
  GetFunctionUrlConfigCommand,
  ListFunctionEventInvokeConfigsCommand,
  ListFunctionUrlConfigsCommand,
  PutFunctionEventInvokeConfigCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { startMigration } from '../../../steps/support.ts';

const started = async () => {
  const migration = await startMigration();
  await migration.apply();
  const { sdk, inputs, clock } = migration;
  return { ...migration, FunctionName: inputs.NAME, lambda: sdk.lambda, settle: () => clock.advance(2_000) };
};

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
