import type {
  UpdateUserPoolClientRequest,
  UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';

/**
 * Every member of UpdateUserPoolClient's request; all are carried as they were read: "If you don't provide a value for an
 * attribute, Amazon Cognito sets it to its default value" (AWS API reference, UpdateUserPoolClient). A newer SDK that
 * knows one more does not compile until somebody has decided here what becomes of it.
 */
export const clientFields = {
  UserPoolId: true,
  ClientId: true,
  ClientName: true,
  RefreshTokenValidity: true,
  AccessTokenValidity: true,
  IdTokenValidity: true,
  // Without its units a validity of 60 minutes becomes 60 hours (API reference; how it goes wrong:
  // aws-samples/cloudfront-authorization-at-edge#144).
  TokenValidityUnits: true,
  // Both are described only if somebody has chosen them, and must stay absent otherwise (API reference).
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

/** Texts of its request that the model wants to have at least one character (API reference, length constraints). */
export const neverEmptyClientTexts: ReadonlySet<string> = new Set([
  'ClientName',
  'DefaultRedirectURI',
  'AnalyticsConfiguration.ApplicationId',
  'AnalyticsConfiguration.ApplicationArn',
  'AnalyticsConfiguration.RoleArn',
]);

/** What DescribeUserPoolClient says and no update can set. Together with {@link clientFields} all of UserPoolClientType. */
export const readOnlyClientFields = {
  ClientSecret: true,
  CreationDate: true,
  LastModifiedDate: true,
  ClientType: true,
} as const satisfies Record<Exclude<keyof UserPoolClientType, keyof UpdateUserPoolClientRequest>, true>;
