/** Throw-away pools and app clients. */
import {
  type CognitoIdentityProviderClient,
  CreateGroupCommand,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  CreateUserPoolCommand,
  type CreateUserPoolCommandInput,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { answered } from '../errors.ts';
import { poolName, type ThrowAwayName, tagsOf } from './names.ts';

/** Makes the pool. Name and tags are part of the one call: a run that is killed right after it leaves nothing unmarked. */
export async function createThrowAwayPool(
  idp: CognitoIdentityProviderClient,
  name: ThrowAwayName,
  settings: Partial<CreateUserPoolCommandInput>,
): Promise<{ readonly id: string; readonly name: string; readonly arn: string }> {
  const PoolName = poolName(name);
  const { UserPool } = await idp.send(
    new CreateUserPoolCommand({
      UsernameAttributes: ['email'],
      ...settings,
      PoolName,
      UserPoolTags: { ...settings.UserPoolTags, ...tagsOf(name.run) },
    }),
  );
  return {
    id: answered(UserPool?.Id, "the pool's ID"),
    name: PoolName,
    arn: answered(UserPool?.Arn, "the pool's ARN"),
  };
}

export async function createThrowAwayClient(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  ClientName: string,
  settings: Partial<CreateUserPoolClientCommandInput>,
): Promise<{ readonly id: string; readonly secret?: string }> {
  const { UserPoolClient } = await idp.send(
    new CreateUserPoolClientCommand({ ...settings, UserPoolId, ClientName }),
  );
  const secret = UserPoolClient?.ClientSecret;
  const id = answered(UserPoolClient?.ClientId, "the app client's ID");
  return { id, ...(secret === undefined ? {} : { secret }) };
}

/** Authenticator apps, for whoever wants one: the one second factor that sends nothing and costs nothing. */
export async function allowAuthenticators(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<void> {
  await idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId,
      MfaConfiguration: 'OPTIONAL',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
}

/** For users who are in one. */
export const throwAwayGroup = 'self-test';

export async function createThrowAwayGroup(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<void> {
  await idp.send(new CreateGroupCommand({ UserPoolId, GroupName: throwAwayGroup }));
}
