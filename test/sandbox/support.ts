/** Clients and helpers of the sandbox's tests. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CreateRoleCommand, IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { strToU8, zipSync } from 'fflate';
import {
  createSandbox,
  keysOf,
  noDelays,
  type Sandbox,
  type SandboxOptions,
} from '../../src/sandbox/index.ts';

export interface Keys {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
  readonly sessionToken?: string;
}

/** The long-term key of an account. */
export const keyOf = (account: string): Keys => keysOf(account);

/** A clock that moves only when told to, or when somebody sleeps. */
export function fakeClock(start = Date.parse('2026-11-22T12:00:00Z')) {
  let time = start;
  return {
    now: () => time,
    advance: (ms: number) => {
      time += ms;
    },
    sleep: async (ms: number) => {
      time += ms;
    },
  };
}

/** A sandbox without delays. */
export function startSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  return createSandbox({ delays: noDelays, ...options });
}

/** SDK clients that try once, as a caller. */
export function clientsOf(sandbox: Sandbox, keys: Keys = keyOf('111122223333'), region = 'eu-west-1') {
  const config = { endpoint: sandbox.url, region, credentials: keys, maxAttempts: 1 };
  return {
    iam: new IAMClient(config),
    sts: new STSClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
  };
}

/** A zip of text files. */
export function zipOf(files: Readonly<Record<string, string>>): Uint8Array {
  return zipSync(Object.fromEntries(Object.entries(files).map(([name, text]) => [name, strToU8(text)])));
}

/** A policy document of one statement, or several. */
export function policyOf(...statements: readonly object[]): string {
  return JSON.stringify({ Version: '2012-10-17', Statement: statements });
}

/** Trust policy for Lambda. */
export const lambdaTrust = policyOf({
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
});

export const basicExecution = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';

/** Name and message of the error with which a promise is rejected; fails if it is not. */
export async function errorOf(
  promise: Promise<unknown>,
): Promise<{ readonly name: string; readonly message: string }> {
  try {
    await promise;
  } catch (error) {
    if (error instanceof Error) return { name: error.name, message: error.message };
    throw error;
  }
  throw new Error('It was not refused');
}

/** Keys of a session of a role. */
export async function assume(sandbox: Sandbox, keys: Keys, roleArn: string, session = 'test'): Promise<Keys> {
  const { sts } = clientsOf(sandbox, keys);
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: roleArn, RoleSessionName: session }),
  );
  return {
    accessKeyId: Credentials?.AccessKeyId ?? '',
    secretAccessKey: Credentials?.SecretAccessKey ?? '',
    sessionToken: Credentials?.SessionToken ?? '',
  };
}

/** Keys of a role that may do what a policy says, made on the spot. */
export async function keysWith(sandbox: Sandbox, name: string, policy: string): Promise<Keys> {
  const { iam } = clientsOf(sandbox);
  const AssumeRolePolicyDocument = policyOf({
    Effect: 'Allow',
    Principal: { AWS: '111122223333' },
    Action: 'sts:AssumeRole',
  });
  const { Role } = await iam.send(new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument }));
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName: 'own', PolicyDocument: policy }));
  return assume(sandbox, keyOf('111122223333'), Role?.Arn ?? '');
}
