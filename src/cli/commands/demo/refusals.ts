/**
 * Calls across accounts that must be refused. Each one is a real call.
 * The policies of the old role and the function's role are worth only what they refuse.
 */
import {
  CreateRoleCommand,
  DetachRolePolicyCommand,
  IAMClient,
  PutRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { parseArn } from '../../../aws/arn.ts';
import { errorName, requireField } from '../../../aws/errors.ts';
import { askFunction } from '../../../aws/function/probe.ts';
import { functionReady } from '../../../aws/function/wait.ts';
import { CheckError } from '../../../core/errors.ts';
import type { Io } from '../../terminal/io.ts';
import { localClient } from '../sandbox/index.ts';
import { type App, type LocalAws, people } from './sign-in.ts';

export interface Refusal {
  readonly what: string;
  /** The response of STS to AssumeRole. */
  readonly assumeRole: string;
  /** The result that the person saw at sign-in, if the function itself was refused. */
  readonly signIn?: string;
}

/** The migration under test. */
export interface Tried {
  readonly io: Io;
  readonly local: LocalAws;
  readonly region: string;
  readonly app: App;
  readonly variables: Readonly<Record<string, string>>;
}

const wasRefused = ({ assumeRole, signIn }: Refusal): boolean =>
  /AccessDenied/.test(assumeRole) && signIn !== 'signed in';

/** Throws CheckError for the first attempt that was not refused. */
export function assertRefused(refusals: readonly Refusal[]): void {
  const letIn = refusals.find((refusal) => !wasRefused(refusal));
  if (letIn === undefined) return;
  throw new CheckError(`Not refused: ${letIn.what}`, {
    code: 'DEMO_NOT_REFUSED',
    expected: 'AccessDenied',
    found: letIn,
  });
}

const clients = ({ local, region }: Tried) => {
  const config = localClient(local.url, region, local.keys);
  return { iam: new IAMClient(config), lambda: new LambdaClient(config), sts: new STSClient(config) };
};

const nameOf = (tried: Tried, variable: 'ROLE_ARN' | 'LAMBDA_ARN'): string =>
  parseArn(variableOf(tried, variable)).resource.split(/[/:]/).at(-1) ?? '';

const variableOf = ({ variables }: Tried, name: string): string => requireField(variables[name], name);

/** Changes the function. This also ends its environments and discards their cached credentials. */
async function changeFunction(tried: Tried, more: Readonly<Record<string, string>>): Promise<void> {
  const { lambda } = clients(tried);
  const FunctionName = nameOf(tried, 'LAMBDA_ARN');
  const { Environment } = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
  await lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName,
      Environment: { Variables: { ...Environment?.Variables, ...more } },
    }),
  );
  const { clock, interrupt } = tried.io;
  await functionReady({ new: { lambda }, clock, signal: interrupt.signal }, FunctionName);
}

/** The result for the function, and for a person who signs in meanwhile. */
async function witness(tried: Tried, what: string): Promise<Refusal> {
  const { assumeRole = 'not tried' } = await askFunction(clients(tried).lambda, nameOf(tried, 'LAMBDA_ARN'));
  return { what, assumeRole, signIn: await tried.app.outcome(people.ben) };
}

export async function wrongExternalId(tried: Tried): Promise<Refusal> {
  await changeFunction(tried, { OLD_EXTERNAL_ID: 'not-the-external-id' });
  return witness(tried, 'a wrong external ID');
}

export async function withoutPermission(tried: Tried): Promise<Refusal> {
  await clients(tried).iam.send(
    new DetachRolePolicyCommand({
      RoleName: nameOf(tried, 'ROLE_ARN'),
      PolicyArn: variableOf(tried, 'POLICY_ARN'),
    }),
  );
  await changeFunction(tried, {});
  return witness(tried, 'a function without sts:AssumeRole');
}

/** Another role of the new account. Its own account allows it to assume the old role. */
export async function foreignPrincipal(tried: Tried): Promise<Refusal> {
  const { iam, sts } = clients(tried);
  const RoleName = 'somebody-else';
  const { account, partition } = parseArn(variableOf(tried, 'ROLE_ARN'));
  const allow = (more: object) =>
    JSON.stringify({ Version: '2012-10-17', Statement: [{ Effect: 'Allow', ...more }] });
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName,
      AssumeRolePolicyDocument: allow({
        Principal: { AWS: `arn:${partition}:iam::${account}:root` },
        Action: 'sts:AssumeRole',
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName,
      PolicyName: 'all-roles',
      PolicyDocument: allow({ Action: 'sts:AssumeRole', Resource: '*' }),
    }),
  );
  const session = { RoleSessionName: 'demo' };
  const { Credentials } = await sts.send(
    new AssumeRoleCommand({ RoleArn: requireField(Role?.Arn, "the role's ARN"), ...session }),
  );
  const keys = {
    accessKeyId: requireField(Credentials?.AccessKeyId, 'an access key'),
    secretAccessKey: requireField(Credentials?.SecretAccessKey, 'a secret key'),
    sessionToken: requireField(Credentials?.SessionToken, 'a session token'),
  };
  const other = new STSClient(localClient(tried.local.url, tried.region, keys));
  const assumeRole = await other
    .send(
      new AssumeRoleCommand({
        RoleArn: variableOf(tried, 'OLD_ROLE_ARN'),
        ExternalId: variableOf(tried, 'OLD_EXTERNAL_ID'),
        ...session,
      }),
    )
    .then(() => 'let in', errorName);
  return { what: `another role of account ${account}, with the right external ID`, assumeRole };
}
