/** What others do to a migration: every kind of drift that init repairs, all at once. */
import {
  DeleteGroupCommand,
  DeleteUserPoolClientCommand,
  ListUserPoolClientsCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  CreatePolicyVersionCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  PutRolePolicyCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import {
  GetFunctionConfigurationCommand,
  PutFunctionEventInvokeConfigCommand,
  RemovePermissionCommand,
  UpdateFunctionCodeCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { isObject } from '../../src/sandbox/input.ts';
import { alarmsIn } from '../../src/sandbox/services/cloudwatch/alarms.ts';
import { dashboardsIn } from '../../src/sandbox/services/cloudwatch/dashboards.ts';
import { cognitoKind, type Pool } from '../../src/sandbox/services/cognito/state.ts';
import { zipOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { account, type ConfiguredAws, region } from './scene.ts';
import { other } from './sides.ts';

const policyOf = (statement: object): string =>
  JSON.stringify({ Version: '2012-10-17', Statement: [statement] });

/**
 * Role trust, policy and attachment; function code, time-out and environment; permission; a flow taken off; trigger; our
 * client in the old pool; across accounts the role there; alarms, dashboard, groups, and the other triggers where there are
 * some.
 */
export async function drift(scene: ConfiguredAws): Promise<void> {
  await driftOfRole(scene);
  await driftOfFunction(scene);
  await removePermission(scene);
  takeFlowOff(scene);
  await driftOfOldClient(scene);
  if (scene.configuration === 'accounts') await driftOfOldRole(scene);
  // Somebody who empties a trigger that was replaced has decided about that one too: then it is not put back.
  if (scene.configuration !== 'replaced') setTrigger(scene, undefined);
  if (scene.configuration === 'guarded' || scene.configuration === 'grouped') emptyOtherSlots(scene);
  if (scene.configuration === 'watched') driftOfAlarms(scene);
  if (scene.configuration === 'grouped') await driftOfGroups(scene);
}

export async function driftOfRole({ sdk, name }: ConfiguredAws): Promise<void> {
  const { Role } = await sdk.iam.send(new GetRoleCommand({ RoleName: name }));
  const PolicyArn = given(Role?.Arn, 'role ARN').replace(':role/', ':policy/');
  const open = { Effect: 'Allow', Principal: { AWS: account }, Action: 'sts:AssumeRole' };
  const lambda = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  await sdk.iam.send(
    new UpdateAssumeRolePolicyCommand({
      RoleName: name,
      PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [lambda, open] }),
    }),
  );
  await sdk.iam.send(
    new CreatePolicyVersionCommand({
      PolicyArn,
      SetAsDefault: true,
      PolicyDocument: policyOf({ Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' }),
    }),
  );
  await sdk.iam.send(new DetachRolePolicyCommand({ RoleName: name, PolicyArn }));
}

export async function driftOfFunction({ sdk, name, clock }: ConfiguredAws): Promise<void> {
  const settle = () => clock.advance(1_000); // Lambda takes no change while another is in progress
  settle();
  const old = zipOf({ 'handler.mjs': 'export const handler = async (event) => event;' });
  await sdk.lambda.send(new UpdateFunctionCodeCommand({ FunctionName: name, ZipFile: old }));
  settle();
  const { Environment } = await sdk.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name }));
  await sdk.lambda.send(
    new UpdateFunctionConfigurationCommand({
      FunctionName: name,
      Timeout: 3,
      Environment: { Variables: { ...Environment?.Variables, OLD_CLIENT_ID: 'nobody' } },
    }),
  );
  settle();
}

export async function removePermission({ sdk, name }: ConfiguredAws): Promise<void> {
  const StatementId = 'cognito-migrate';
  await sdk.lambda.send(new RemovePermissionCommand({ FunctionName: name, StatementId }));
}

const newPoolOf = ({ sandbox, newPool }: ConfiguredAws): Pool =>
  given(sandbox.world.state(cognitoKind, account, region).pools.get(newPool), 'pool');

/** Opened to public sign-in; in the other account deleted: then the function must be told of a new one. */
async function driftOfOldClient({
  configuration,
  oldSdk: { idp },
  oldPool: UserPoolId,
}: ConfiguredAws): Promise<void> {
  const { UserPoolClients } = await idp.send(new ListUserPoolClientsCommand({ UserPoolId }));
  const { ClientId, ClientName } = given(UserPoolClients?.[0], 'the old client');
  const ExplicitAuthFlows = ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] as const;
  await (configuration === 'accounts'
    ? idp.send(new DeleteUserPoolClientCommand({ UserPoolId, ClientId }))
    : idp.send(
        new UpdateUserPoolClientCommand({
          UserPoolId,
          ClientId,
          ClientName,
          ExplicitAuthFlows: [...ExplicitAuthFlows],
        }),
      ));
}

/** Somebody changes an alarm and the dashboard, and deletes another alarm. */
function driftOfAlarms({ sandbox: { world }, name }: ConfiguredAws): void {
  const alarms = alarmsIn({ world, account, region });
  const failures = given(alarms.get(`${name}-failures`), 'alarm');
  alarms.set(failures.name, { ...failures, settings: { ...failures.settings, Threshold: 50 } });
  alarms.delete(`${name}-throttles`);
  const dashboards = dashboardsIn({ world, account });
  dashboards.set(name, { ...given(dashboards.get(name), 'dashboard'), body: '{"widgets":[]}' });
}

/** Somebody deletes a group that is still empty, and turns the retries of the function off. */
async function driftOfGroups({ sdk, newPool, name }: ConfiguredAws): Promise<void> {
  await sdk.idp.send(new DeleteGroupCommand({ UserPoolId: newPool, GroupName: 'admins' }));
  await sdk.lambda.send(
    new PutFunctionEventInvokeConfigCommand({ FunctionName: name, MaximumRetryAttempts: 0 }),
  );
}

/** Anybody may assume it, without an external ID: init makes a new one, and tells the function. */
async function driftOfOldRole({ oldSdk: { iam }, name }: ConfiguredAws): Promise<void> {
  const open = { Effect: 'Allow', Principal: { AWS: other.account }, Action: 'sts:AssumeRole' };
  await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName: name, PolicyDocument: policyOf(open) }));
  const all = { Effect: 'Allow', Action: 'cognito-idp:*', Resource: '*' };
  const [PolicyName, PolicyDocument] = ['cognito-migrate', policyOf(all)];
  await iam.send(new PutRolePolicyCommand({ RoleName: name, PolicyName, PolicyDocument }));
}

/** Somebody takes the password flow off the client `web`. */
export function takeFlowOff(scene: ConfiguredAws): void {
  const client = given(newPoolOf(scene).clients.get(given(scene.clients.web, 'client')), 'client');
  const { ExplicitAuthFlows: flows } = client.config;
  if (!Array.isArray(flows)) throw new Error('The client has no flows');
  client.config = {
    ...client.config,
    ExplicitAuthFlows: flows.filter((flow) => flow !== 'ALLOW_USER_PASSWORD_AUTH'),
  };
  client.modified = scene.sandbox.world.now();
}

/** Somebody empties the triggers of sign-ups and tokens too: names of old users are free, and tokens lack groups. */
function emptyOtherSlots(scene: ConfiguredAws): void {
  const pool = newPoolOf(scene);
  pool.config = { ...pool.config, LambdaConfig: {} };
  pool.modified = scene.sandbox.world.now();
}

/** Somebody puts another function on the trigger, or takes ours out, and changes nothing else. */
export function setTrigger(scene: ConfiguredAws, arn: string | undefined): void {
  const pool = newPoolOf(scene);
  const { LambdaConfig: config = {} } = pool.config;
  if (!isObject(config)) throw new Error('The pool has no triggers');
  const { UserMigration: _ours, ...others } = config;
  const trigger = arn === undefined ? {} : { UserMigration: arn };
  pool.config = { ...pool.config, LambdaConfig: { ...others, ...trigger } };
  pool.modified = scene.sandbox.world.now();
}
