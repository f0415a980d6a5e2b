/**
 * Settings of the journey's two pools and of their app clients.
 * They include as much as costs nothing and sends nothing.
 */
import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';

type PoolSettings = Partial<CreateUserPoolCommandInput>;
type ClientSettings = Partial<CreateUserPoolClientCommandInput>;

const Schema: PoolSettings['Schema'] = [
  {
    Name: 'team',
    AttributeDataType: 'String',
    Mutable: true,
    StringAttributeConstraints: { MaxLength: '40' },
  },
];

/** Without automatically verified attributes, so that sign-up sends nothing. */
export const oldPool: PoolSettings = {
  Schema,
  UsernameConfiguration: { CaseSensitive: false },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
};

/** Nearly every setting that an update resets when omitted. */
export const newPool: PoolSettings = {
  Schema,
  UsernameConfiguration: { CaseSensitive: false },
  AutoVerifiedAttributes: ['email'],
  UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
  Policies: {
    PasswordPolicy: {
      MinimumLength: 14,
      RequireUppercase: true,
      RequireLowercase: true,
      RequireNumbers: true,
      RequireSymbols: false,
      TemporaryPasswordValidityDays: 3,
    },
  },
  DeletionProtection: 'ACTIVE',
  DeviceConfiguration: { ChallengeRequiredOnNewDevice: false, DeviceOnlyRememberedOnUserPrompt: true },
  AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
  AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  UserPoolTags: { team: 'identity' },
};

export const clientNames = [
  'web',
  'app',
  'hiding',
  'server',
  'login',
  'older',
  'rotating',
  'left-alone',
] as const;
export type ClientName = (typeof clientNames)[number];

/** App clients that AWS doesn't create everywhere, or no longer. The journey works without them. */
export type OptionalClient = 'older' | 'rotating';

const srp: ClientSettings = { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] };

/** App clients of the new pool. All but `left-alone` take part in the migration. */
export const newClients: Readonly<Record<ClientName, ClientSettings>> = {
  /** A typical app client: SRP, and token lifetimes with explicit units. */
  web: {
    ...srp,
    PreventUserExistenceErrors: 'LEGACY',
    AccessTokenValidity: 30,
    IdTokenValidity: 45,
    RefreshTokenValidity: 48,
    TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'hours' },
  },
  /** Has a secret and no explicit flows, so it gets AWS's three defaults. */
  app: { GenerateSecret: true, PreventUserExistenceErrors: 'LEGACY', AuthSessionValidity: 5 },
  /** Does not distinguish unknown users from wrong passwords. */
  hiding: { ...srp, PreventUserExistenceErrors: 'ENABLED', EnableTokenRevocation: false },
  /** A server that signs its users in itself. */
  server: {
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    GenerateSecret: true,
    PreventUserExistenceErrors: 'LEGACY',
    ReadAttributes: ['email', 'email_verified', 'custom:team'],
    WriteAttributes: ['email', 'custom:team'],
  },
  /** Managed login. */
  login: {
    ...srp,
    AllowedOAuthFlowsUserPoolClient: true,
    AllowedOAuthFlows: ['code'],
    AllowedOAuthScopes: ['openid', 'email'],
    SupportedIdentityProviders: ['COGNITO'],
    CallbackURLs: ['https://example.com/callback'],
    LogoutURLs: ['https://example.com/bye'],
  },
  /** Has a flow by its older name, which excludes all newer names. */
  older: { ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH'], PreventUserExistenceErrors: 'LEGACY' },
  /** Uses each refresh token once, which excludes the refresh flow (Developer Guide, refresh tokens). */
  rotating: {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    PreventUserExistenceErrors: 'LEGACY',
    RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
  },
  'left-alone': srp,
};
