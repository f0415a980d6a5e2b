import { FilterLogEventsCommand } from '@aws-sdk/client-cloudwatch-logs';
import { AttachRolePolicyCommand, CreateRoleCommand } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, GetFunctionCommand, InvokeCommand } from '@aws-sdk/client-lambda';
import { afterEach, expect, test } from 'vitest';
import type { Sandbox } from '../../../../src/sandbox/index.ts';
import { basicExecution, clientsOf, lambdaTrust, startSandbox, zipOf } from '../../support.ts';

let sandbox: Sandbox;
afterEach(() => sandbox.close());

test('a function runs from the uploaded zip with its role’s credentials and logs', async () => {
  sandbox = await startSandbox();
  const { iam, lambda, logs } = clientsOf(sandbox);
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'fn',
      AssumeRolePolicyDocument: lambdaTrust,
      Tags: [{ Key: 'a', Value: 'b' }],
    }),
  );
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'fn', PolicyArn: basicExecution }));
  const source = `export const handler = async (event, context) => {
    console.log('saw', event.x);
    return { x: event.x + 1, region: process.env.AWS_REGION, home: process.env.HOME, endpoint: process.env.AWS_ENDPOINT_URL, name: context.functionName };
  };`;
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: 'fn',
      Role: Role?.Arn,
      Runtime: 'nodejs24.x',
      Handler: 'index.handler',
      Code: { ZipFile: zipOf({ 'index.mjs': source }) },
      Tags: { t: 'u' },
    }),
  );
  const { Configuration, Tags } = await lambda.send(new GetFunctionCommand({ FunctionName: 'fn' }));
  expect(Configuration?.State).toBe('Active');
  expect(Tags).toEqual({ t: 'u' });
  const answer = await lambda.send(
    new InvokeCommand({ FunctionName: 'fn', Payload: JSON.stringify({ x: 1 }), LogType: 'Tail' }),
  );
  expect(JSON.parse(answer.Payload?.transformToString() ?? '')).toEqual({
    x: 2,
    region: 'eu-west-1',
    endpoint: sandbox.url,
    name: 'fn',
  });
  expect(Buffer.from(answer.LogResult ?? '', 'base64').toString()).toContain('\tINFO\tsaw 1\n');
  const { events } = await logs.send(new FilterLogEventsCommand({ logGroupName: '/aws/lambda/fn' }));
  expect(events?.map((event) => event.message?.split(/[\s:]/)[0])).toEqual([
    'START',
    expect.any(String),
    'END',
    'REPORT',
  ]);
});
