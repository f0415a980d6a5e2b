/** Any pool that Cognito would let one make: every member of CreateUserPool and of SetUserPoolMfaConfig. */
import type {
  CreateUserPoolRequest,
  SetUserPoolMfaConfigRequest,
} from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import type { Json, JsonObject } from '../../src/sandbox/operation.ts';
import {
  anyOf,
  days,
  kmsArn,
  lambdaArn,
  oneOf,
  present,
  roleArn,
  sesArn,
  some,
  text,
  whole,
  word,
} from './values.ts';

export interface PoolCase {
  /** The body of CreateUserPool. */
  readonly create: JsonObject;
  /** The body of SetUserPoolMfaConfig after it, UserPoolId missing. */
  readonly mfa: JsonObject;
}

const versioned = (...versions: string[]) =>
  whole({ LambdaVersion: oneOf(...versions), LambdaArn: lambdaArn });

const sms = fc.oneof(
  fc.record(
    { SnsCallerArn: roleArn, ExternalId: text, SnsRegion: oneOf('eu-west-1', 'us-east-1') },
    { requiredKeys: ['SnsCallerArn'] },
  ),
  fc
    .record(
      {
        CallerArn: roleArn,
        ExternalId: text,
        OriginationIdentity: word,
        ConfigurationSetName: word,
        InEntityId: word,
        InTemplateId: word,
        Region: oneOf('eu-west-1'),
      },
      { requiredKeys: ['CallerArn'] },
    )
    .map((EumsSms): JsonObject => ({ EumsSms })),
);

const recovery = fc.oneof(
  fc.constant<Json>([{ Priority: 1, Name: 'admin_only' }]),
  fc.constant<Json>([{ Priority: 1, Name: 'verified_email' }]),
  fc.constant<Json>([
    { Priority: 2, Name: 'verified_email' },
    { Priority: 1, Name: 'verified_phone_number' },
  ]),
);

/** Every member by itself. What cannot be together is settled in {@link agree}. */
const members = {
  PoolName: fc.stringMatching(/^[\w+=,.@-]{1,20}( [\w+=,.@-]{1,20})?$/),
  Policies: some({
    PasswordPolicy: some({
      MinimumLength: fc.integer({ min: 6, max: 99 }),
      RequireUppercase: fc.boolean(),
      RequireLowercase: fc.boolean(),
      RequireNumbers: fc.boolean(),
      RequireSymbols: fc.boolean(),
      PasswordHistorySize: fc.integer({ min: 0, max: 24 }),
      TemporaryPasswordValidityDays: days,
    }),
    SignInPolicy: whole({
      AllowedFirstAuthFactors: anyOf('EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN').map((more) => [
        'PASSWORD',
        ...more,
      ]),
    }),
  }),
  DeletionProtection: oneOf('ACTIVE', 'INACTIVE'),
  LambdaConfig: some({
    PreSignUp: lambdaArn,
    CustomMessage: lambdaArn,
    PostConfirmation: lambdaArn,
    PreAuthentication: lambdaArn,
    PostAuthentication: lambdaArn,
    DefineAuthChallenge: lambdaArn,
    CreateAuthChallenge: lambdaArn,
    VerifyAuthChallengeResponse: lambdaArn,
    PreTokenGeneration: lambdaArn,
    UserMigration: lambdaArn,
    PreTokenGenerationConfig: versioned('V1_0', 'V2_0', 'V3_0'),
    CustomSMSSender: versioned('V1_0'),
    CustomEmailSender: versioned('V1_0'),
    KMSKeyID: kmsArn,
    InboundFederation: versioned('V1_0'),
  }),
  AutoVerifiedAttributes: anyOf('email', 'phone_number'),
  AliasAttributes: anyOf('email', 'phone_number', 'preferred_username'),
  UsernameAttributes: anyOf('email', 'phone_number'),
  SmsVerificationMessage: text,
  EmailVerificationMessage: text,
  EmailVerificationSubject: text,
  VerificationMessageTemplate: some({
    SmsMessage: text,
    EmailMessage: text,
    EmailSubject: text,
    EmailMessageByLink: text,
    EmailSubjectByLink: text,
    DefaultEmailOption: oneOf('CONFIRM_WITH_LINK', 'CONFIRM_WITH_CODE'),
  }),
  SmsAuthenticationMessage: text,
  UserAttributeUpdateSettings: whole({
    AttributesRequireVerificationBeforeUpdate: anyOf('email', 'phone_number'),
  }),
  MfaConfiguration: oneOf('OFF', 'OPTIONAL', 'ON'),
  DeviceConfiguration: some({
    ChallengeRequiredOnNewDevice: fc.boolean(),
    DeviceOnlyRememberedOnUserPrompt: fc.boolean(),
  }),
  EmailConfiguration: some({
    SourceArn: sesArn,
    ReplyToEmailAddress: text,
    EmailSendingAccount: oneOf('COGNITO_DEFAULT', 'DEVELOPER'),
    From: text,
    ConfigurationSet: word,
  }),
  SmsConfiguration: sms,
  UserPoolTags: fc.dictionary(
    text.filter((key) => !/^aws:/i.test(key)),
    text,
    { maxKeys: 5 },
  ),
  AdminCreateUserConfig: some({
    AllowAdminCreateUserOnly: fc.boolean(),
    UnusedAccountValidityDays: days,
    InviteMessageTemplate: some({ SMSMessage: text, EmailMessage: text, EmailSubject: text }),
  }),
  Schema: fc.uniqueArray(
    whole({
      Name: word,
      AttributeDataType: oneOf('String'),
      DeveloperOnlyAttribute: fc.constant(false),
      Mutable: fc.boolean(),
      Required: fc.constant(false),
      StringAttributeConstraints: whole({ MinLength: oneOf('0', '1'), MaxLength: oneOf('20', '2048') }),
    }),
    { selector: (attribute) => attribute.Name, maxLength: 4 },
  ),
  UserPoolAddOns: fc.record(
    {
      AdvancedSecurityMode: oneOf('OFF', 'AUDIT', 'ENFORCED'),
      AdvancedSecurityAdditionalFlows: some({ CustomAuthMode: oneOf('AUDIT', 'ENFORCED') }),
    },
    { requiredKeys: ['AdvancedSecurityMode'] },
  ),
  DcrConfiguration: some({
    EnableStatus: oneOf('Enabled', 'Disabled'),
    OpenDcrEnabled: fc.boolean(),
    AuthenticatedGrantTypes: anyOf('code', 'implicit', 'client_credentials'),
    OpenDcrGrantTypes: anyOf('code', 'implicit', 'client_credentials'),
    AllowedScopes: anyOf('openid', 'email', 'own/scope'),
  }),
  UsernameConfiguration: whole({ CaseSensitive: fc.boolean() }),
  AccountRecoverySetting: whole({ RecoveryMechanisms: recovery }),
  UserPoolTier: oneOf('LITE', 'ESSENTIALS', 'PLUS'),
  KeyConfiguration: fc.oneof(
    fc.constant<JsonObject>({ KeyType: 'AWS_OWNED_KEY' }),
    whole({ KeyType: oneOf('CUSTOMER_MANAGED_KEY'), KmsKeyArn: kmsArn }),
  ),
  IssuerConfiguration: whole({ Type: oneOf('ORIGINAL', 'UPDATED') }),
  AcrConfiguration: fc
    .subarray(['Level1', 'Level2', 'Level3', 'Level4'])
    .chain((levels) =>
      fc.record(
        Object.fromEntries(levels.map((level) => [level, word.map((name) => `urn:own:${level}:${name}`)])),
      ),
    )
    .map((names) =>
      Object.fromEntries(Object.entries(names).map(([level, AcrValue]) => [level, { AcrValue }])),
    ),
} satisfies Record<keyof CreateUserPoolRequest, fc.Arbitrary<Json>>;

const factors = {
  UserPoolId: fc.constant(''),
  SmsMfaConfiguration: some({ SmsAuthenticationMessage: text, SmsConfiguration: sms }),
  SoftwareTokenMfaConfiguration: whole({ Enabled: fc.boolean() }),
  EmailMfaConfiguration: some({ Message: text, Subject: text }),
  MfaConfiguration: oneOf('OFF', 'OPTIONAL', 'ON'),
  WebAuthnConfiguration: some({
    RelyingPartyId: word.map((name) => `${name}.example.com`),
    UserVerification: oneOf('required', 'preferred'),
    FactorConfiguration: oneOf('SINGLE_FACTOR', 'MULTI_FACTOR_WITH_USER_VERIFICATION'),
  }),
} satisfies Record<keyof SetUserPoolMfaConfigRequest, fc.Arbitrary<Json>>;

const { PoolName, ...optional } = members;
const { UserPoolId: _poolId, ...optionalFactors } = factors;

const disagreeing = fc.tuple(
  fc.record({ PoolName, ...optional }, { requiredKeys: ['PoolName'] }),
  some(optionalFactors),
);

/** A pool with every member that Cognito lets it have at the same time; each may be missing. */
export const anyPool: fc.Arbitrary<PoolCase> = disagreeing.map(([create, mfa]) => {
  const made = present(create);
  oneText(made);
  return agree(made, structuredClone(mfa));
});

/** The same with verification texts for codes and for links, where the local AWS takes both. */
export const poolWithBothTexts: fc.Arbitrary<PoolCase> = fc
  .tuple(disagreeing, text, text)
  .map(([[create, mfa], EmailMessage, EmailMessageByLink]) => {
    const made = present(create);
    const template = { ...object(made.VerificationMessageTemplate), EmailMessage, EmailMessageByLink };
    made.VerificationMessageTemplate = template;
    return agree(made, structuredClone(mfa));
  });

function agree(create: JsonObject, mfa: JsonObject): PoolCase {
  const tier = create.UserPoolTier ?? 'ESSENTIALS';
  if (create.AliasAttributes !== undefined) delete create.UsernameAttributes;
  triggers(create);
  temporaryDays(create);
  attributeUpdates(create);
  email(create);
  if (tier !== 'PLUS' && create.UserPoolAddOns !== undefined)
    create.UserPoolAddOns = { AdvancedSecurityMode: 'OFF' };
  if (tier === 'LITE') lite(create);
  return { create, mfa: agreeMfa(create, mfa, tier) };
}

function triggers(create: JsonObject): void {
  const config = object(create.LambdaConfig);
  const versionedToken = object(config.PreTokenGenerationConfig);
  if (config.PreTokenGeneration !== undefined && versionedToken.LambdaArn !== undefined) {
    config.PreTokenGeneration = versionedToken.LambdaArn;
  }
  if (config.KMSKeyID === undefined) {
    delete config.CustomSMSSender;
    delete config.CustomEmailSender;
  }
}

function temporaryDays(create: JsonObject): void {
  const policy = object(object(create.Policies).PasswordPolicy);
  if (policy.TemporaryPasswordValidityDays !== undefined) {
    delete object(create.AdminCreateUserConfig).UnusedAccountValidityDays;
  }
}

/** The local AWS refuses both kinds of text together by default, as the API reference says. */
function oneText(create: JsonObject): void {
  const template = object(create.VerificationMessageTemplate);
  if (template.EmailMessage !== undefined) delete template.EmailMessageByLink;
}

function attributeUpdates(create: JsonObject): void {
  const verified = list(create.AutoVerifiedAttributes);
  const settings = object(create.UserAttributeUpdateSettings);
  const key = 'AttributesRequireVerificationBeforeUpdate';
  if (settings[key] !== undefined)
    settings[key] = list(settings[key]).filter((name) => verified.includes(name));
}

function email(create: JsonObject): void {
  const config = object(create.EmailConfiguration);
  if (config.SourceArn === undefined) delete config.EmailSendingAccount;
}

function lite(create: JsonObject): void {
  const policies = object(create.Policies);
  delete policies.SignInPolicy;
  delete object(policies.PasswordPolicy).PasswordHistorySize;
  const token = object(object(create.LambdaConfig).PreTokenGenerationConfig);
  if (token.LambdaVersion !== undefined) token.LambdaVersion = 'V1_0';
  delete create.AcrConfiguration;
  if (create.DcrConfiguration !== undefined) object(create.DcrConfiguration).EnableStatus = 'Disabled';
}

function agreeMfa(create: JsonObject, mfa: JsonObject, tier: Json): JsonObject {
  // Without a way to send text messages MFA is turned on later, by its own call, as the console does.
  if (create.SmsConfiguration === undefined) delete create.MfaConfiguration;
  const { WebAuthnConfiguration } = mfa;
  const passkeys = WebAuthnConfiguration === undefined ? {} : { WebAuthnConfiguration };
  const developer = object(create.EmailConfiguration).EmailSendingAccount === 'DEVELOPER';
  if (tier === 'LITE' || !developer) delete mfa.EmailMfaConfiguration;
  if (object(mfa.SmsMfaConfiguration).SmsConfiguration === undefined) delete mfa.SmsMfaConfiguration;
  const smsOn = create.MfaConfiguration === 'ON' || create.MfaConfiguration === 'OPTIONAL';
  if (smsOn && mfa.SmsMfaConfiguration === undefined) {
    mfa.SmsMfaConfiguration = { SmsConfiguration: create.SmsConfiguration ?? {} };
  }
  const totp = object(mfa.SoftwareTokenMfaConfiguration).Enabled === true;
  const any = totp || mfa.SmsMfaConfiguration !== undefined || mfa.EmailMfaConfiguration !== undefined;
  if (!any || mfa.MfaConfiguration === undefined || mfa.MfaConfiguration === 'OFF') {
    return { MfaConfiguration: 'OFF', ...passkeys };
  }
  return mfa;
}

/** The object itself, to be changed in place; a new one, changed in vain, when it is none. */
function object(value: Json | undefined): JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {};
}

function list(value: Json | undefined): Json[] {
  return Array.isArray(value) ? value : [];
}
