import type {
  UpdateUserPoolClientRequest,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';

/**
 * Every member of UpdateUserPoolClient's request. All are sent as they were read.
 * "If you don't provide a value for an attribute, Amazon Cognito sets it to its default value" (AWS API
 * reference, UpdateUserPoolClient). If a newer SDK knows another member, this doesn't compile until someone
 * decides here how to handle it.
 */
export const clientFields = {
  UserPoolId: true,
  ClientId: true,
  ClientName: true,
  RefreshTokenValidity: true,
  AccessTokenValidity: true,
  IdTokenValidity: true,
  // Without its units, a validity of 60 minutes becomes 60 hours (API reference; an example of the effect:
  // aws-samples/cloudfront-authorization-at-edge#144).
  TokenValidityUnits: true,
  // Both are described only if someone has chosen them. Otherwise they must stay absent (API reference).
  ReadAttributes: true,
  WriteAttributes: true,
  ExplicitAuthFlows: true,
  SupportedIdentityProviders: true,
  CallbackURLs: true,
  LogoutURLs: true,
  DefaultRedirectURI: true,
  AllowedOAuthFlows: true,
  AllowedOAuthScopes: true,
  AllowedOAuthFlowsUserPoolClient: true,
  AnalyticsConfiguration: true,
  PreventUserExistenceErrors: true,
  EnableTokenRevocation: true,
  EnablePropagateAdditionalUserContextData: true,
  AuthSessionValidity: true,
  RefreshTokenRotation: true,
} as const satisfies Record<keyof UpdateUserPoolClientRequest, true>;

/**
 * Texts of its request for which the model requires at least one character.
 * Source: API reference, length constraints.
 */
export const neverEmptyClientTexts: ReadonlySet<string> = new Set([
  'ClientName',
  'DefaultRedirectURI',
  'AnalyticsConfiguration.ApplicationId',
  'AnalyticsConfiguration.ApplicationArn',
  'AnalyticsConfiguration.RoleArn',
]);

/**
 * Members of DescribeUserPoolClient that no update can set.
 * Together with {@link clientFields}, they cover all of UserPoolClientType.
 */
export const readOnlyClientFields = {
  ClientSecret: true,
  CreationDate: true,
  LastModifiedDate: true,
  ClientType: true,
} as const satisfies Record<Exclude<keyof UserPoolClientType, keyof UpdateUserPoolClientRequest>, true>;
