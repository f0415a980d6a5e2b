import { type JsonObject, poolId, Refusal, type Stub, stub } from '../user-pool/stub.ts';

export const clientId = '1example23456789';
export const secret = 'tops3cretTops3cretTops3cret';

export interface ClientStub extends Stub {
  client: JsonObject;
}

const fixed = ['ClientSecret', 'CreationDate', 'ClientType'];

/** A Cognito that holds one client, and resets everything that an update leaves out. */
export function clientStub(client: JsonObject = {}): ClientStub {
  const held: ClientStub = Object.assign(
    stub({
      DescribeUserPoolClient: () => ({ UserPoolClient: held.client }),
      UpdateUserPoolClient: (input) => {
        if (input.ClientId !== clientId) throw new Refusal('ResourceNotFoundException');
        const kept = Object.entries(held.client).filter(([key]) => fixed.includes(key));
        const LastModifiedDate = Number(held.client.LastModifiedDate ?? 0) + 1;
        held.client = { ...Object.fromEntries(kept), ...input, LastModifiedDate };
        return { UserPoolClient: held.client };
      },
    }),
    { client: fullClient(client) },
  );
  return held;
}

/** A client that has something of everything; null takes a member out. */
export function fullClient(changes: JsonObject = {}): JsonObject {
  const client: JsonObject = {
    UserPoolId: poolId,
    ClientId: clientId,
    ClientName: 'web',
    ClientSecret: secret,
    LastModifiedDate: 1763812345.678,
    CreationDate: 1663812345.678,
    RefreshTokenValidity: 12,
    AccessTokenValidity: 60,
    TokenValidityUnits: { AccessToken: 'minutes', RefreshToken: 'hours' },
    ReadAttributes: ['email', 'name'],
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: ['https://example.com/back'],
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid'],
    AllowedOAuthFlowsUserPoolClient: true,
    PreventUserExistenceErrors: 'ENABLED',
    EnableTokenRevocation: false,
    EnablePropagateAdditionalUserContextData: true,
    AuthSessionValidity: 7,
    RefreshTokenRotation: { Feature: 'DISABLED' },
    ClientType: 'REGULAR',
    ...changes,
  };
  return Object.fromEntries(Object.entries(client).filter(([, value]) => value !== null));
}
