/**
 * Switches for what the documentation leaves open (each default is the documented reading, or where there is none
 * the milder one), and fields that a later version of AWS might add. One set of settings for a whole world.
 */
import type { Json } from '../../operation.ts';
import type { StateKind, World } from '../../world.ts';

/**
 * A field that this world's Cognito has and today's SDK does not know. `path` is a member name or two joined by a
 * dot (`LambdaConfig.FutureTrigger`). Describe returns it, Create and Update take it, Update resets it to
 * `default` when it is left out (absent, when there is no default).
 */
export interface FutureField {
  readonly path: string;
  readonly default?: Json;
}

export interface CognitoSettings {
  /**
   * Names of identity providers that the pools no longer have. App clients keep referring to a provider that is deleted, and
   * each later write of such a client is refused.
   */
  deletedIdentityProviders: readonly string[];
  /** Does USER_AUTH with PREFERRED_CHALLENGE=PASSWORD fire the migration trigger? Documented are only the *_PASSWORD_AUTH flows. */
  userAuthPasswordMigrates: boolean;
  /** Is the trigger called at all when PreventUserExistenceErrors is ENABLED? Documented: yes. */
  migratesWhenExistenceHidden: boolean;
  /** The result of an empty trigger response if existence is hidden. The simulated answer is documented. */
  hiddenEmptyResponse: 'simulated' | 'exception';
  /** ForgotPassword migration with finalUserStatus CONFIRMED, where no password exists: user without a password, or refused. */
  forgotPasswordConfirmed: 'no-password' | 'refused';
  /**
   * Further triggers of the new pool that a migration fires. The Developer Guide names pre authentication only, which
   * every sign-in fires. The API reference lists pre sign-up among the triggers that get the ClientMetadata of
   * InitiateAuth, and names no trigger source; one production report has its refusal stop every migration.
   */
  migrationAlsoFires: readonly ('PreSignUp_SignUp' | 'PreSignUp_AdminCreateUser' | 'PostConfirmation')[];
  /** Which trigger comes last in a sign-in? No AWS page states the order of these two. */
  lastTrigger: 'pre-token-generation' | 'post-authentication';
  /** Does UpdateUserPool leave the factors of SetUserPoolMfaConfig alone (they are no part of its request), or drop them? */
  mfaFactorsAfterUpdate: 'kept' | 'dropped';
  /** Does UpdateUserPool ask for an SMS configuration when TOTP or e-mail MFA is on already? Reports say no. */
  updateMfaNeedsSms: boolean;
  /** AcrConfiguration on a LITE pool: returned, and refused only with names of one's own; or refused at all; or not even returned. */
  liteAcr: 'custom-refused' | 'refused' | 'absent';
  /** DcrConfiguration on a LITE pool: `Disabled` is documented as accepted; or refused in any form. */
  liteDcr: 'disabled-accepted' | 'refused';
  /**
   * aws:* keys in UserPoolTags: refused, and kept when left out; or refused, and lost when left out; or accepted like any other
   * (and lost when left out).
   */
  awsTags: 'reserved' | 'lost' | 'ordinary';
  /** UpdateUserPool without PoolName: the name stays, or becomes another, or the call is refused. */
  omittedPoolName: 'kept' | 'renamed' | 'refused';
  /** UpdateUserPool without UserAttributeUpdateSettings: reset like all else, or kept (as Terraform's code assumes). */
  omittedAttributeUpdateSettings: 'reset' | 'kept';
  /** UpdateUserPool without MfaConfiguration: reset as documented, or kept (measured in go-to-k/cdkd#1968). */
  omittedMfaConfiguration: 'reset' | 'kept';
  /** UpdateUserPool without Policies or a part of them: reset as documented, or kept (measured in go-to-k/cdkd#1982). */
  omittedPolicies: 'reset' | 'kept';
  /**
   * A verification template with texts for codes and for links in one request: refused, as the API reference says
   * (UpdateUserPool: "When you supply both parameters with either choice, Amazon Cognito returns an error"), or accepted,
   * as Terraform's acceptance test does it (TestAccCognitoIDPUserPool_withVerificationMessageTemplate).
   */
  bothVerificationTexts: 'refused' | 'accepted';
  /** Must every client have ALLOW_REFRESH_TOKEN_AUTH, as in 2020? */
  requireRefreshFlow: boolean;
  /** messageAction null in the trigger's response: as if missing (welcome message), or refused as invalid. */
  nullMessageAction: 'missing' | 'refused';
  /** A finalUserStatus other than CONFIRMED and RESET_REQUIRED: refused (AWS re:Post), or RESET_REQUIRED (Developer Guide). */
  otherFinalStatus: 'refused' | 'reset-required';
  /**
   * The words of a migration that failed: put together from what AWS re:Post and public code quote, or other ones, with no
   * detail ("Amazon Cognito error descriptions are not fixed strings", Developer Guide).
   */
  migrationTexts: 'quoted' | 'other';
  /** Does the hosted sign-in page ask for USER_PASSWORD_AUTH among the client's flows? Not documented; no report says so. */
  managedLoginNeedsPasswordFlow: boolean;
  /**
   * The fifty mails a day that Cognito sends for an account without Amazon SES (Developer Guide, "Quotas in Amazon Cognito"): some
   * are left, or other pools of the account have used them up. They are not counted here.
   */
  dailyMails: 'left' | 'used-up';
  /**
   * The result of password sign-ins to a pool that enforces threat protection. Its wording isn't documented: this one and
   * "Request not allowed due to security reasons" are in public code.
   */
  threatProtection: 'lets-in' | 'blocks';
  /** The wording for a temporary password that has expired: today's, or the older one (aws-amplify/amplify-js#1182, #9844). */
  expiredPasswordText: 'temporary' | 'account';
  /**
   * A verified flag of "True": it verifies its address, or it doesn't. The documentation knows "true" only; SDKs, scripts, and
   * CloudFormation store the other (aws-amplify/amplify-js#8205).
   */
  trueInOtherCase: 'verified' | 'unverified';
  /**
   * preferred_username in a migration's answer, where it is an alias. It "can be added only after the user is confirmed"
   * (Developer Guide, user pool attributes), and a migrated user is confirmed at once: taken, or refused.
   */
  aliasAtMigration: 'taken' | 'refused';
  /** Values of a Number attribute. The documentation gives no form: whole numbers only, or any number (1.50, +1, 1e3). */
  numberForms: 'whole' | 'any';
  /**
   * Attributes that an app client without WriteAttributes can set at sign-up: "the values of the Standard attributes" (API
   * reference, UserPoolClientType), or all, as the console and reports say (aws/aws-aspnet-cognito-identity-provider#89,
   * aws/aws-cdk#21835, hashicorp/terraform-provider-aws#28684), or those that the pool had when the client was created ("any
   * new custom attributes will not be available until you set read and write permissions for them", Developer Guide).
   */
  writesWithoutList: 'standard' | 'at-creation' | 'all';
  /**
   * A sign-up with an attribute that its app client cannot write: refused before pre sign-up is called, or only after it. The
   * documentation states no order.
   */
  signUpWriteCheck: 'before-trigger' | 'after-trigger';
  /** Members that a request may not have: refused, or ignored. The documentation says neither. */
  unknownMembers: 'refused' | 'ignored';
  /** Does UpdateUserPool ask for kms:CreateGrant on the key of custom senders, as CreateUserPool does? Documented: yes. */
  customSenderGrant: 'asked' | 'not-asked';
  /**
   * Whether letter case counts for a filter of ListUsers. "All searches are case-insensitive" (Developer Guide, "Searching for
   * users"); "exact match" (API reference, ListUsers).
   */
  searchedCase: 'any' | 'exact';
  /**
   * ListUsers with `sub ^= "…"`: the users whose sub begins so, or the filter is refused, or it finds only the whole sub. The API
   * reference (ListUsers) names sub among the attributes, and ^= for a beginning, and has no example of both.
   */
  subPrefix: 'found' | 'refused' | 'whole';
  /** How long a pagination token of ListUsers is good, in milliseconds: "one hour" (Developer Guide). It doesn't say from when. */
  listTokenLife: number;
  /**
   * Whether a user is found by the sub as Username. "If username isn't an alias attribute in your user pool, this value must be
   * the sub of a local user" (API reference, AdminGetUser), which is silent about pools with aliases and about other calls.
   */
  subAsUsername: 'found' | 'not-found';
  /**
   * Pages of ListUsers: full, or also short ones and empty ones with a token. "You can receive multiple pages in a row with
   * zero results" (Developer Guide, "Searching for users"); a page of fewer users than Limit is in aws/aws-sdk-js-v3#7071.
   */
  userPages: 'full' | 'short';
  /**
   * Milliseconds until ListUsers shows a new user. "This operation is eventually consistent" (API reference, ListUsers); the
   * documentation doesn't say for how long. Changes and deletions show at once here.
   */
  newUserListedAfter: number;
  /** A backslash in a CSV file before another character than a comma: kept, dropped, or a fault of its row. Not documented. */
  importBackslash: 'kept' | 'dropped' | 'fails';
  /** A row with another number of values than the header has, as after a line break in a value. Not documented. */
  importBrokenRow: 'fails-job' | 'fails-row';
  /** cognito:mfa_enabled TRUE without a phone number. Not documented. */
  importMfaWithoutPhone: 'imported' | 'failed';
  /** A second auto-verified attribute with a value that is not verified. Not documented. */
  importSecondAddress: 'imported' | 'failed';
  /** A row with the alias of another user. Documented is only that "the user already exists" skips a row. */
  importTakenAlias: 'skipped' | 'failed';
  /** cognito:username of a pool with two username attributes. The documentation doesn't say which it is. */
  importTwoAddressNames: 'imported' | 'failed';
  /** The share of the rows that may fail or be skipped until "too many users" did. Not documented. */
  importThreshold: 'half' | 'tenth' | 'never';
  /** Does an import fire pre sign-up? The Developer Guide names no trigger for imports. */
  importFiresPreSignUp: boolean;
  /** Whether Cognito gives its source (aws:SourceAccount, aws:SourceArn) when it uses the role of an import job. Not documented. */
  importSourceAccount: 'given' | 'absent';
  /** UserLastModifiedDate of an imported user: the time of creation, or a little later. Not documented. */
  importedModified: 'at-creation' | 'later';
  /** A second import job of a pool while one runs. Not documented. */
  secondImportJob: 'refused' | 'accepted';
  /**
   * A sign-in of a user in RESET_REQUIRED where existence is hidden. "NotAuthorizedException" (Developer Guide, "Managing user
   * existence error responses"); reports have the older PasswordResetRequiredException there.
   */
  resetRequiredHidden: 'wrong-password' | 'reset-required';
  /** The wording of ForgotPassword for a user with a temporary password: quoted in reports, not documented. */
  temporaryResetText: 'quoted' | 'other';
  /** Which first factors a user with a temporary password may choose. Not documented. */
  temporaryFactors: 'all' | 'password';
  /**
   * From which point of a sign-in on a new membership counts in its tokens: set in Post authentication, set in Pre token
   * generation without an override, or set before the sign-in. The documentation is silent. Reports say the last
   * (aws-amplify/amplify-js#3435, #1645).
   */
  groupsSeenFrom: 'pre-token' | 'post-authentication' | 'next-token';
  /** Custom attributes in the event of Pre token generation when a user migrates. The documentation says "user attributes". */
  preTokenAttributes: 'all' | 'standard';
  /**
   * An identity provider that is mapped to an immutable attribute. Sign-ins with it fail when Cognito updates the attribute
   * (Developer Guide, "Mapping IdP attributes"), which is silent about the mapping itself.
   */
  immutableMapping: 'accepted' | 'refused';
  /** Running sessions of a disabled user. "revokes all access tokens" (API reference, AdminDisableUser) names no refresh tokens. */
  disabledSessions: 'ended' | 'refreshed';
  /** The order of maps and lists in answers of all services: as they were made, or any. AWS promises none for most. */
  answerOrder: 'as-made' | 'shuffled';
  /**
   * Defaults that CreateUserPool was not sent: shown at once, or only once the pool was updated (recorded examples of the AWS CLI
   * show neither DeletionProtection nor a verification template, and an empty EmailConfiguration).
   */
  unsentDefaults: 'shown' | 'after-update';
  /** Whether calls above the documented rate of their category are refused, for each account and Region. */
  requestRates: 'unlimited' | 'documented';
  /** Requests per second that the account has instead of the default, by category (GetProvisionedLimit). */
  readonly provisionedLimits: Map<string, number>;
  /** SMS roles that Cognito can no longer use, by ARN: as if their trust or access policy had been broken. */
  readonly brokenSmsRoles: Map<string, 'trust' | 'access'>;
  /** Fields of a later Cognito, on pools and on clients. */
  readonly futureFields: { pool: FutureField[]; client: FutureField[] };
}

const kind: StateKind<CognitoSettings> = {
  name: 'cognito-settings',
  create: () => ({
    deletedIdentityProviders: [],
    userAuthPasswordMigrates: false,
    migratesWhenExistenceHidden: true,
    hiddenEmptyResponse: 'simulated',
    forgotPasswordConfirmed: 'no-password',
    migrationAlsoFires: [],
    lastTrigger: 'pre-token-generation',
    mfaFactorsAfterUpdate: 'kept',
    updateMfaNeedsSms: false,
    liteAcr: 'custom-refused',
    liteDcr: 'disabled-accepted',
    awsTags: 'reserved',
    omittedPoolName: 'kept',
    omittedAttributeUpdateSettings: 'reset',
    omittedMfaConfiguration: 'reset',
    omittedPolicies: 'reset',
    unsentDefaults: 'shown',
    bothVerificationTexts: 'refused',
    requireRefreshFlow: false,
    nullMessageAction: 'missing',
    otherFinalStatus: 'refused',
    migrationTexts: 'quoted',
    managedLoginNeedsPasswordFlow: false,
    dailyMails: 'left',
    threatProtection: 'lets-in',
    expiredPasswordText: 'temporary',
    trueInOtherCase: 'verified',
    aliasAtMigration: 'taken',
    numberForms: 'whole',
    writesWithoutList: 'standard',
    signUpWriteCheck: 'before-trigger',
    unknownMembers: 'refused',
    customSenderGrant: 'asked',
    searchedCase: 'any',
    subPrefix: 'found',
    listTokenLife: 60 * 60_000,
    subAsUsername: 'found',
    userPages: 'full',
    newUserListedAfter: 0,
    importBackslash: 'kept',
    importBrokenRow: 'fails-job',
    importMfaWithoutPhone: 'imported',
    importSecondAddress: 'imported',
    importTakenAlias: 'skipped',
    importTwoAddressNames: 'imported',
    importThreshold: 'half',
    importFiresPreSignUp: false,
    importSourceAccount: 'given',
    importedModified: 'at-creation',
    secondImportJob: 'refused',
    resetRequiredHidden: 'wrong-password',
    temporaryResetText: 'quoted',
    temporaryFactors: 'all',
    groupsSeenFrom: 'pre-token',
    preTokenAttributes: 'all',
    immutableMapping: 'accepted',
    disabledSessions: 'ended',
    answerOrder: 'as-made',
    requestRates: 'unlimited',
    provisionedLimits: new Map(),
    brokenSmsRoles: new Map(),
    futureFields: { pool: [], client: [] },
  }),
};

/** The settings of a world's Cognito; change them in place. */
export function cognitoSettings(world: World): CognitoSettings {
  return world.state(kind, '', '');
}
