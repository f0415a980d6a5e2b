/** The states that version 1.0.0 leaves in AWS, each with what was there before it. A new one is recorded by scripts/record-release.mjs. */
import type { CreateUserPoolClientCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import type { Configuration } from '../fault-injection/configurations.ts';
import { main, other } from '../fault-injection/sides.ts';
import type { SignInName } from './users.ts';

export interface State extends Configuration {
  /** The old account's half was made there by the script of `handoff`. */
  readonly isHandedOff?: true;
  /** The execution role and the old pool's app client are somebody else's, and init was given them. */
  readonly isExisting?: true;
  /** What people sign in with; absent: their email. */
  readonly signInName?: SignInName;
  /** Flags that a person must give again where the state file is lost, with names in braces. */
  readonly again?: readonly string[];
}

const lambdaOf = (name: string): string => `arn:aws:lambda:${main.region}:${main.account}:function:${name}`;

type ClientSettings = Partial<CreateUserPoolClientCommandInput>;

const web: ClientSettings = { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] };
const ready: ClientSettings = {
  ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
};
const earlier = 'an-earlier-migration';

/** Users sign in to the client `web` in each of them. */
export const states = {
  /** Both pools in one account; the new one has all kinds of settings that an update could lose. */
  'one-account': {
    pool: {
      UsernameAttributes: ['email'],
      UsernameConfiguration: { CaseSensitive: false },
      Policies: { PasswordPolicy: { MinimumLength: 10, TemporaryPasswordValidityDays: 5 } },
      DeletionProtection: 'ACTIVE',
      AutoVerifiedAttributes: ['email'],
      LambdaConfig: { CustomMessage: lambdaOf('custom-message') },
      AccountRecoverySetting: { RecoveryMechanisms: [{ Name: 'verified_email', Priority: 1 }] },
      UserPoolTags: { team: 'identity' },
    },
    mfa: { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } },
    clients: {
      web: {
        ...web,
        AccessTokenValidity: 30,
        TokenValidityUnits: { AccessToken: 'minutes' },
        CallbackURLs: ['https://example.com/signed-in'],
        AllowedOAuthFlowsUserPoolClient: true,
        AllowedOAuthFlows: ['code'],
        AllowedOAuthScopes: ['openid', 'email'],
        SupportedIdentityProviders: ['COGNITO'],
        PreventUserExistenceErrors: 'ENABLED',
      },
      ready,
      older: { ExplicitAuthFlows: ['ADMIN_NO_SRP_AUTH'] },
      empty: {},
    },
    names: [],
    init: [],
  },
  /** The old pool is in another account and Region. */
  'two-accounts': {
    pool: { UsernameAttributes: ['email'] },
    old: other,
    clients: { web, ready },
    names: [],
    init: [],
  },
  /** The same, but set up by two people. */
  'handed-off': {
    pool: { UsernameAttributes: ['email'] },
    old: other,
    isHandedOff: true,
    again: [
      ...['--old-role-arn', `arn:aws:iam::${other.account}:role/cognito-migrate-{{new pool}}`],
      ...['--old-external-id', '{{external ID}}', '--old-client-id', '{{old client}}'],
    ],
    clients: { web },
    names: [],
    init: [],
  },
  /** The trigger was on somebody else's function. */
  'replaced-trigger': {
    pool: { UsernameAttributes: ['email'], LambdaConfig: { UserMigration: lambdaOf(earlier) } },
    function: earlier,
    clients: { web, ready },
    names: [],
    init: ['--replace-trigger'],
  },
  /** Names, a path and tags of the person's own. */
  'own-name': {
    pool: { UsernameAttributes: ['email'] },
    clients: { web },
    name: 'move-users',
    names: ['--name', 'move-users', '--role-path', '/apps/'],
    init: ['--tag', 'cost=42', '--log-retention', '7'],
  },
  /** Nothing is as it is by default in what the function does. */
  'every-choice': {
    pool: {
      UsernameAttributes: ['email'],
      Schema: [
        { Name: 'old_sub', AttributeDataType: 'String', Mutable: false },
        { Name: 'from', AttributeDataType: 'String', Mutable: true },
      ],
    },
    clients: { web },
    names: [],
    init: [
      ...['--mfa', 'reset', '--forgot-password', 'off', '--on-bad-attribute', 'refuse'],
      ...['--map', 'nickname=name', '--drop', 'website', '--set', 'custom:from=legacy'],
      ...['--add-old-sub', '--runtime', 'nodejs22.x'],
    ],
  },
  /** The execution role and the old pool's app client were there. */
  'existing-parts': {
    pool: { UsernameAttributes: ['email'] },
    isExisting: true,
    again: ['--role-arn', `arn:aws:iam::${main.account}:role/existing`, '--old-client-id', '{{old client}}'],
    clients: { web },
    names: [],
    init: [],
  },
  /** People sign in by a name of their own, or by the email of it. */
  usernames: {
    pool: { AliasAttributes: ['email'] },
    oldPool: { AliasAttributes: ['email'] },
    signInName: 'username',
    clients: { web },
    names: [],
    init: [],
  },
  /** People sign in by their phone numbers. */
  phones: {
    pool: { UsernameAttributes: ['phone_number'] },
    oldPool: { UsernameAttributes: ['phone_number'] },
    signInName: 'phone',
    clients: { web },
    names: [],
    init: [],
  },
  /** The old pool knows usernames only, and people chose their address as theirs. The new pool knows addresses only. */
  'addresses-as-usernames': {
    pool: { UsernameAttributes: ['email'] },
    oldPool: {},
    clients: { web },
    names: [],
    init: [],
  },
} as const satisfies Record<string, State>;

export type StateName = keyof typeof states;

/** All of them, in order. */
export const stateNames: readonly StateName[] = [
  'one-account',
  'two-accounts',
  'handed-off',
  'replaced-trigger',
  'own-name',
  'every-choice',
  'existing-parts',
  'usernames',
  'phones',
  'addresses-as-usernames',
];
