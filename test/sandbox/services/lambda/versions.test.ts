/** Versions, aliases, and event source mappings, which others add to a function. */
import {
  AddPermissionCommand,
  CreateAliasCommand,
  CreateEventSourceMappingCommand,
  DeleteAliasCommand,
  DeleteEventSourceMappingCommand,
  DeleteFunctionCommand,
  GetFunctionConfigurationCommand,
  GetPolicyCommand,
  InvokeCommand,
  ListAliasesCommand,
  ListEventSourceMappingsCommand,
  ListFunctionsCommand,
  ListVersionsByFunctionCommand,
  PublishVersionCommand,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { startMigration } from '../../../steps/support.ts';

const started = async () => {
  const migration = await startMigration();
  await migration.apply();
  const { sdk, inputs, clock } = migration;
  const FunctionName = inputs.NAME;
  const arn = `arn:aws:lambda:eu-west-1:111122223333:function:${FunctionName}`;
  const { lambda } = sdk;
  clock.advance(2_000);
  return {
    ...migration,
    FunctionName,
    arn,
    lambda,
    /** A change, so that the next version is another one. */
    change: async (Description: string) => {
      await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, Description }));
      clock.advance(2_000);
    },
    publish: () => lambda.send(new PublishVersionCommand({ FunctionName })),
    permit: (Qualifier: string) =>
      lambda.send(
        new AddPermissionCommand({
          FunctionName,
          Qualifier,
          StatementId: 'open',
          Action: 'lambda:InvokeFunction',
          Principal: '*',
        }),
      ),
  };
};

const queue = 'arn:aws:sqs:eu-west-1:111122223333:q';

test('a version keeps what was published; without a change there is no new one', async () => {
  const { lambda, FunctionName, arn, publish, change } = await started();
  await change('first');
  expect(await publish()).toMatchObject({ Version: '1', FunctionArn: `${arn}:1`, Description: 'first' });
  expect(await publish()).toMatchObject({ Version: '1' });
  await change('second');
  expect(await publish()).toMatchObject({ Version: '2' });
  const { Versions = [] } = await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }));
  expect(Versions.map(({ FunctionArn, Description }) => [FunctionArn, Description])).toEqual([
    [`${arn}:$LATEST`, 'second'],
    [`${arn}:1`, 'first'],
    [`${arn}:2`, 'second'],
  ]);
  const read = (Qualifier: string) =>
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName, Qualifier }));
  expect(await read('1')).toMatchObject({ Description: 'first', Version: '1' });
  await expect(read('3')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  expect(Functions).toHaveLength(1);
  const stale = new PublishVersionCommand({ FunctionName, CodeSha256: 'x' });
  await expect(lambda.send(stale)).rejects.toMatchObject({ name: 'InvalidParameterValueException' });
});

test('more than 50 versions come in pages', async () => {
  const { lambda, FunctionName, publish, change } = await started();
  for (let count = 1; count <= 51; count += 1) {
    await change(String(count));
    await publish();
  }
  const list = (Marker?: string) =>
    lambda.send(new ListVersionsByFunctionCommand({ FunctionName, MaxItems: 1_000, Marker }));
  const { Versions = [], NextMarker } = await list();
  expect(Versions).toHaveLength(50);
  const { Versions: rest = [], NextMarker: last } = await list(NextMarker);
  expect(rest.map(({ Version }) => Version)).toEqual(['50', '51']);
  expect(last).toBeUndefined();
});

test('a version runs when it is named', async () => {
  const { lambda, FunctionName, publish } = await started();
  await publish();
  const answer = await lambda.send(new InvokeCommand({ FunctionName, Qualifier: '1', Payload: '{}' }));
  expect(answer.ExecutedVersion).toBe('1');
});

test('an alias names a version, which cannot be deleted meanwhile', async () => {
  const { lambda, FunctionName, arn, publish } = await started();
  const create = (FunctionVersion: string, Name = 'live') =>
    lambda.send(new CreateAliasCommand({ FunctionName, Name, FunctionVersion }));
  await expect(create('1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await publish();
  expect(await create('1')).toMatchObject({ AliasArn: `${arn}:live`, FunctionVersion: '1' });
  await expect(create('1')).rejects.toMatchObject({ name: 'ResourceConflictException' });
  await expect(create('1', '7')).rejects.toMatchObject({ name: 'ValidationException' });
  expect(await create('$LATEST', 'newest')).toMatchObject({ FunctionVersion: '$LATEST' });
  const aliases = async (FunctionVersion?: string) =>
    ((await lambda.send(new ListAliasesCommand({ FunctionName, FunctionVersion }))).Aliases ?? []).map(
      ({ Name }) => Name,
    );
  expect(await aliases()).toEqual(['live', 'newest']);
  expect(await aliases('1')).toEqual(['live']);
  const remove = new DeleteFunctionCommand({ FunctionName, Qualifier: '1' });
  await expect(lambda.send(remove)).rejects.toMatchObject({ name: 'ResourceConflictException' });
  await lambda.send(new DeleteAliasCommand({ FunctionName, Name: 'live' }));
  await lambda.send(remove);
  expect((await lambda.send(new ListVersionsByFunctionCommand({ FunctionName }))).Versions).toHaveLength(1);
});

test('version, alias, and function have a policy each', async () => {
  const { lambda, FunctionName, arn, publish, permit } = await started();
  await publish();
  await lambda.send(new CreateAliasCommand({ FunctionName, Name: 'live', FunctionVersion: '1' }));
  const policy = async (Qualifier?: string) =>
    JSON.parse((await lambda.send(new GetPolicyCommand({ FunctionName, Qualifier }))).Policy ?? '{}')
      .Statement;
  const own = await policy();
  await expect(policy('live')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await permit('live');
  expect(await policy('live')).toMatchObject([{ Sid: 'open', Resource: `${arn}:live` }]);
  await expect(policy('1')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await permit('1');
  expect(await policy('1')).toMatchObject([{ Resource: `${arn}:1` }]);
  expect(await policy()).toEqual(own);
  await expect(permit('$LATEST')).rejects.toMatchObject({
    name: 'InvalidParameterValueException',
    message: 'We currently do not support adding policies for $LATEST.',
  });
  await expect(permit('2')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
  await lambda.send(new RemovePermissionCommand({ FunctionName, Qualifier: 'live', StatementId: 'open' }));
  await expect(policy('live')).rejects.toMatchObject({ name: 'ResourceNotFoundException' });
});

test('event source mappings: one for each source and function, and they outlive the function', async () => {
  const { lambda, FunctionName, arn, publish } = await started();
  const create = (name = FunctionName, more: object = {}) =>
    lambda.send(new CreateEventSourceMappingCommand({ FunctionName: name, EventSourceArn: queue, ...more }));
  const list = async (name = FunctionName) =>
    (await lambda.send(new ListEventSourceMappingsCommand({ FunctionName: name }))).EventSourceMappings ?? [];
  const { UUID, FunctionArn } = await create();
  expect(FunctionArn).toBe(arn);
  await expect(create()).rejects.toMatchObject({
    name: 'ResourceConflictException',
    message: expect.stringContaining(`existing mapping with UUID ${UUID}`),
  });
  const invalid = { name: 'InvalidParameterValueException' };
  await expect(create('other')).rejects.toMatchObject(invalid);
  await expect(create(FunctionName, { EventSourceArn: undefined })).rejects.toMatchObject(invalid);
  const stream = 'arn:aws:kinesis:eu-west-1:111122223333:stream/s';
  await expect(create(FunctionName, { EventSourceArn: stream })).rejects.toMatchObject(invalid);
  await publish();
  await create(`${FunctionName}:1`);
  expect(await list()).toMatchObject([{ UUID, State: 'Enabled', EventSourceArn: queue }]);
  expect(await list(`${FunctionName}:1`)).toMatchObject([{ FunctionArn: `${arn}:1` }]);
  await lambda.send(new DeleteFunctionCommand({ FunctionName }));
  await expect(lambda.send(new ListVersionsByFunctionCommand({ FunctionName }))).rejects.toMatchObject({
    name: 'ResourceNotFoundException',
  });
  expect(await list()).toHaveLength(1);
  await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  expect(await list()).toEqual([]);
});

test('each call asks for the right that AWS documents', async () => {
  const { lambda, FunctionName, arn, publish, permit, sandbox } = await started();
  await publish();
  sandbox.journal.clear();
  await permit('1');
  await lambda.send(new GetPolicyCommand({ FunctionName, Qualifier: '1' }));
  await lambda.send(new ListAliasesCommand({ FunctionName }));
  const { UUID } = await lambda.send(
    new CreateEventSourceMappingCommand({ FunctionName, EventSourceArn: queue }),
  );
  await lambda.send(new ListEventSourceMappingsCommand({ FunctionName }));
  await lambda.send(new DeleteEventSourceMappingCommand({ UUID }));
  const asked = sandbox.journal.calls.flatMap(({ actions }) => actions);
  const on = (resource: string, action: string) => ({ action: `lambda:${action}`, resource });
  const mapping = `arn:aws:lambda:eu-west-1:111122223333:event-source-mapping:${UUID}`;
  expect(asked).toMatchObject([
    on(`${arn}:1`, 'AddPermission'),
    on(`${arn}:1`, 'GetPolicy'),
    on(arn, 'ListAliases'),
    { ...on('*', 'CreateEventSourceMapping'), context: { 'lambda:FunctionArn': arn } },
    on('*', 'ListEventSourceMappings'),
    { ...on(mapping, 'DeleteEventSourceMapping'), context: { 'lambda:FunctionArn': arn } },
  ]);
});
