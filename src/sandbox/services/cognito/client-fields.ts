/**
 * The members of an app client that requests can set.
 * This is our own table. A test compares it with the SDK's schema.
 */
import type { Shape, Struct } from './shapes.ts';

const units: Shape = { oneOf: ['seconds', 'minutes', 'hours', 'days'] };

export const legacyFlows = ['ADMIN_NO_SRP_AUTH', 'CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH'] as const;

export const allowFlows = [
  'ALLOW_ADMIN_USER_PASSWORD_AUTH',
  'ALLOW_CUSTOM_AUTH',
  'ALLOW_REFRESH_TOKEN_AUTH',
  'ALLOW_USER_AUTH',
  'ALLOW_USER_PASSWORD_AUTH',
  'ALLOW_USER_SRP_AUTH',
] as const;

/** Members that CreateUserPoolClient and UpdateUserPoolClient share, except the name. */
const settable = {
  RefreshTokenValidity: { range: [0, 315_360_000] },
  AccessTokenValidity: { range: [1, 86_400] },
  IdTokenValidity: { range: [1, 86_400] },
  TokenValidityUnits: { members: { AccessToken: units, IdToken: units, RefreshToken: units } },
  ReadAttributes: { list: 'string' },
  WriteAttributes: { list: 'string' },
  ExplicitAuthFlows: { list: { oneOf: [...legacyFlows, ...allowFlows] } },
  SupportedIdentityProviders: { list: 'string' },
  CallbackURLs: { list: 'string' },
  LogoutURLs: { list: 'string' },
  DefaultRedirectURI: 'string',
  AllowedOAuthFlows: { list: { oneOf: ['code', 'implicit', 'client_credentials'] } },
  AllowedOAuthScopes: { list: 'string' },
  AllowedOAuthFlowsUserPoolClient: 'boolean',
  AnalyticsConfiguration: {
    members: {
      ApplicationId: 'string',
      ApplicationArn: 'string',
      RoleArn: 'string',
      ExternalId: 'string',
      UserDataShared: 'boolean',
    },
  },
  PreventUserExistenceErrors: { oneOf: ['LEGACY', 'ENABLED'] },
  EnableTokenRevocation: 'boolean',
  EnablePropagateAdditionalUserContextData: 'boolean',
  AuthSessionValidity: { range: [3, 15] },
  RefreshTokenRotation: {
    members: { Feature: { oneOf: ['ENABLED', 'DISABLED'] }, RetryGracePeriodSeconds: { range: [0, 60] } },
  },
} as const satisfies Readonly<Record<string, Shape>>;

export const clientName: Shape = { pattern: /^[\w\s+=,.@-]{1,128}$/ };

export const createClientRequest: Struct = {
  members: {
    UserPoolId: 'string',
    ClientName: clientName,
    GenerateSecret: 'boolean',
    ClientSecret: 'string',
    ...settable,
  },
};

export const updateClientRequest: Struct = {
  members: { UserPoolId: 'string', ClientId: 'string', ClientName: clientName, ...settable },
};

export const clientSettable: readonly string[] = Object.keys(settable);

/** Members that DescribeUserPoolClient returns in addition to {@link clientSettable}. */
export const clientDescribed = [
  'UserPoolId',
  'ClientName',
  'ClientId',
  'ClientSecret',
  'LastModifiedDate',
  'CreationDate',
  'ClientType',
] as const;
