/** As anybody can see it: the local AWS in one process, at the pace of AWS, and the self-test in another. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  ListUserPoolsCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient, ListPoliciesCommand, ListRolesCommand } from '@aws-sdk/client-iam';
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda';
import { expect, test, vi } from 'vitest';
import * as z from 'zod/mini';
import { start } from '../../e2e/support.ts';
import { tempFolder } from '../../support/temp.ts';

const Ready = z.object({ endpoint: z.string(), env: z.record(z.string(), z.string()) });

/** App clients are gone with their pools. */
async function held(endpoint: string, env: Readonly<Record<string, string>>): Promise<readonly unknown[]> {
  const { AWS_REGION: region = '', AWS_ACCESS_KEY_ID: accessKeyId = '' } = env;
  const config = { endpoint, region, credentials: { accessKeyId, secretAccessKey: 'local' } };
  const [idp, iam] = [new CognitoIdentityProviderClient(config), new IAMClient(config)];
  const [lambda, logs] = [new LambdaClient(config), new CloudWatchLogsClient(config)];
  const { UserPools = [] } = await idp.send(new ListUserPoolsCommand({ MaxResults: 60 }));
  const { Roles = [] } = await iam.send(new ListRolesCommand({}));
  const { Policies = [] } = await iam.send(new ListPoliciesCommand({ Scope: 'Local' }));
  const { Functions = [] } = await lambda.send(new ListFunctionsCommand({}));
  const { logGroups = [] } = await logs.send(new DescribeLogGroupsCommand({}));
  for (const client of [idp, iam, lambda, logs]) client.destroy();
  return [UserPools, Roles, Policies, Functions, logGroups].flat();
}

test('exits 0, and the sandbox then holds nothing', async () => {
  const folder = await tempFolder();
  const sandbox = start(folder, ['sandbox', '--port', '0', '--json']);
  await vi.waitFor(() => expect(() => JSON.parse(sandbox.stdout())).not.toThrow(), { timeout: 20_000 });
  const { endpoint, env } = z.parse(Ready, JSON.parse(sandbox.stdout()));
  const ended = await start(folder, ['self-test', '--yes', '--report', 'report.md'], env).ended;
  expect(ended).toMatchObject({ code: 0 });
  expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain('promises hold.');
  expect(await held(endpoint, env)).toEqual([]);
});
