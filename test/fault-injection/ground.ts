/** What is there before a migration begins: both pools, the new one's clients, perhaps somebody else's function. */

import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import {
  CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  CreateUserPoolCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, IAMClient } from '@aws-sdk/client-iam';
import { CreateFunctionCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { strToU8, zipSync } from 'fflate';
import { keysOf } from '../../src/sandbox/index.ts';
import { lambdaTrust } from '../sandbox/support.ts';
import type { FakeClock } from '../support/clock.ts';
import { given } from '../support/errors.ts';
import type { Configuration } from './configurations.ts';
import { shortDelays } from './delays.ts';
import type { Side } from './sides.ts';

/** An administrator's own SDK clients, for what others do to the account. */
export interface Sdk {
  readonly idp: CognitoIdentityProviderClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
}

export interface PoolPair {
  readonly oldPool: string;
  readonly newPool: string;
  /** IDs of the new pool's app clients, by name. */
  readonly clients: Readonly<Record<string, string>>;
}

/** Makes it, on either side. */
export async function makePools(
  configuration: Configuration,
  sdk: Sdk,
  oldSdk: Sdk,
  clock: FakeClock,
): Promise<PoolPair> {
  const old = {
    ...configuration,
    pool: {
      ...(configuration.oldPool ?? { UsernameAttributes: ['email'] }),
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
    },
  } satisfies Configuration;
  const oldPool = await makePool(oldSdk.idp, old, 'legacy');
  const newPool = await makePool(sdk.idp, configuration, 'fresh');
  const clients: Record<string, string> = {};
  for (const [ClientName, settings] of Object.entries(configuration.clients)) {
    const command = new CreateUserPoolClientCommand({ UserPoolId: newPool, ClientName, ...settings });
    clients[ClientName] = given((await sdk.idp.send(command)).UserPoolClient?.ClientId, 'client ID');
  }
  if (configuration.function !== undefined) await makeFunction(sdk, clock, configuration.function);
  return { oldPool, newPool, clients };
}

export function sdkOf(endpoint: string, { account, region }: Side): Sdk {
  const credentials = keysOf(account);
  const config = { endpoint, region, credentials, maxAttempts: 1 };
  return {
    idp: new CognitoIdentityProviderClient(config),
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
  };
}

async function makePool(
  idp: CognitoIdentityProviderClient,
  { pool, mfa }: Configuration,
  PoolName: string,
): Promise<string> {
  const { UserPool } = await idp.send(new CreateUserPoolCommand({ PoolName, ...pool }));
  const UserPoolId = given(UserPool?.Id, 'pool ID');
  if (mfa !== undefined) await idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId, ...mfa }));
  return UserPoolId;
}

/** With a date of its own, so that it is the same in two scenes. */
const otherCode = zipSync(
  { 'index.mjs': strToU8('export const handler = async (event) => event;') },
  { mtime: '2026-01-01T00:00:00Z' },
);

/** Somebody else's function, with a role of its own. */
async function makeFunction({ iam, lambda }: Sdk, clock: FakeClock, name: string): Promise<void> {
  const { Role } = await iam.send(
    new CreateRoleCommand({ RoleName: name, AssumeRolePolicyDocument: lambdaTrust }),
  );
  clock.advance(shortDelays.roleToLambda);
  await lambda.send(
    new CreateFunctionCommand({
      FunctionName: name,
      Role: Role?.Arn,
      Runtime: 'nodejs22.x',
      Handler: 'index.handler',
      Code: { ZipFile: otherCode },
    }),
  );
}
