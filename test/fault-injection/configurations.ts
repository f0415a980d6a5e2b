/** What new pools look like: everything that the two dangerous calls could lose, and everything that undo must put back. */
import type {
  CreateUserPoolClientCommandInput,
  CreateUserPoolCommandInput,
  SetUserPoolMfaConfigCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';

import type { Side } from '../support/sdk.ts';
import { other } from './sides.ts';

type ClientSettings = Partial<CreateUserPoolClientCommandInput>;

export interface Configuration {
  readonly pool: Partial<CreateUserPoolCommandInput>;
  /** Names of groups of the old pool. Nobody is in them. */
  readonly groups?: readonly string[];
  /** Of the old pool, in which people sign in by email unless this says something else. */
  readonly oldPool?: Partial<CreateUserPoolCommandInput>;
  readonly mfa?: Omit<SetUserPoolMfaConfigCommandInput, 'UserPoolId'>;
  readonly clients: Readonly<Record<string, ClientSettings>>;
  /** The old pool's account and Region, where they are others. */
  readonly old?: Side;
  /** Name of somebody else's function, which is there before. */
  readonly function?: string;
  /** Flags that every command of this migration needs. */
  readonly names: readonly string[];
  readonly name?: string;
  /** Further flags of init. */
  readonly init: readonly string[];
}

const lambdaOf = (name: string): string => `arn:aws:lambda:eu-west-1:111122223333:function:${name}`;

const earlier = 'somebody-elses-migration';

/** The trigger that `replaced` had before. */
export const earlierTrigger = lambdaOf(earlier);

const web: ClientSettings = {
  ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  AccessTokenValidity: 30,
  IdTokenValidity: 45,
  RefreshTokenValidity: 12,
  TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'hours' },
  CallbackURLs: ['https://example.com/signed-in'],
  AllowedOAuthFlowsUserPoolClient: true,
  AllowedOAuthFlows: ['code'],
  AllowedOAuthScopes: ['openid', 'email'],
  SupportedIdentityProviders: ['COGNITO'],
  PreventUserExistenceErrors: 'ENABLED',
  ReadAttributes: ['email', 'name'],
};

export const configurations = {
  /** Many settings, MFA, and clients whose flows are of every family. */
  rich: {
    pool: {
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Policies: {
        PasswordPolicy: { MinimumLength: 14, RequireSymbols: true, TemporaryPasswordValidityDays: 3 },
      },
      DeletionProtection: 'ACTIVE',
      AutoVerifiedAttributes: ['email'],
      UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] },
      LambdaConfig: { PreSignUp: lambdaOf('pre-sign-up'), PostConfirmation: lambdaOf('post-confirmation') },
      DeviceConfiguration: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: true },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      UserPoolTags: { team: 'identity', stage: 'test' },
    },
    mfa: { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } },
    clients: {
      web,
      empty: {},
      older: { ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH'] },
      machine: {
        GenerateSecret: true,
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['client_credentials'],
        AllowedOAuthScopes: ['api/read'],
      },
    },
    names: [],
    init: [],
  },
  /**
   * Somebody else's trigger is replaced and put back; one client has the flow already; every name is the person's own. Users of the
   * old pool are found by their email address.
   */
  replaced: {
    pool: { UsernameAttributes: ['email'], LambdaConfig: { UserMigration: earlierTrigger } },
    oldPool: {},
    function: earlier,
    clients: {
      web,
      ready: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] },
    },
    name: 'move-users',
    names: ['--name', 'move-users', '--role-path', '/apps/'],
    init: [
      '--replace-trigger',
      '--tag',
      'cost=42',
      '--find-by',
      'email',
      '--forward-client-metadata',
      'tenant',
    ],
  },
  /** The old pool is in another account and Region, so half of everything is made there. */
  accounts: {
    pool: { UserPoolTags: { team: 'identity' } },
    old: other,
    clients: { web, ready: { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } },
    names: [],
    init: [],
  },
  /** As little as there can be. */
  plain: {
    pool: {},
    clients: { web: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } },
    names: [],
    init: [],
  },
  /** With alarms that notify a topic, and a dashboard. */
  watched: {
    pool: {},
    clients: { web: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } },
    names: [],
    init: ['--alarms', 'arn:aws:sns:eu-west-1:111122223333:on-call'],
  },
  /**
   * Two groups are copied, one under another name, already into the first token. Old users are disabled, and sign-ups
   * guarded: all three triggers. Nobody signs up, so nobody claims the old ID of another user.
   */
  grouped: {
    pool: {
      AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
      Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    },
    groups: ['admins', 'staff'],
    clients: { web: { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] } },
    names: [],
    init: [
      '--map',
      'sub=custom:old_sub',
      '--groups',
      'admins',
      '--groups',
      'staff=team',
      '--groups-in-first-token',
      '--move-once',
      'disable',
      '--guard-sign-up',
    ],
  },
  /** Anyone can sign up, and both triggers call the function. The app client can't write the old ID. */
  guarded: {
    pool: { Schema: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }] },
    clients: {
      web: {
        ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
        WriteAttributes: ['email'],
      },
    },
    names: [],
    init: ['--map', 'sub=custom:old_sub', '--guard-sign-up'],
  },
} as const satisfies Record<string, Configuration>;
