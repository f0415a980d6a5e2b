import type { UpdateUserPoolRequest, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';

/** The source of a member of UpdateUserPool's request, and when to send it. */
export interface PoolField {
  /** The member's name in DescribeUserPool's answer. */
  readonly from: keyof UserPoolType;
  /**
   * When to send the member.
   * always: sent as it was read, because "if you don't provide a value for an attribute, Amazon Cognito sets
   * it to its default value" (AWS API reference, UpdateUserPool).
   * custom: sent unless every value is AWS's own default name (see request.ts, AcrConfiguration).
   * kept: omitted, because AWS then keeps the current value.
   */
  readonly send: 'always' | 'custom' | 'kept';
}

/**
 * Every member of UpdateUserPool's request.
 * If a newer SDK knows another member, this doesn't compile until someone decides here how to handle it. AWS
 * added four in the first seven months of 2026 alone.
 */
export const poolFields = {
  UserPoolId: { from: 'Id', send: 'always' },
  PoolName: { from: 'Name', send: 'always' },
  Policies: { from: 'Policies', send: 'always' },
  DeletionProtection: { from: 'DeletionProtection', send: 'always' },
  LambdaConfig: { from: 'LambdaConfig', send: 'always' },
  AutoVerifiedAttributes: { from: 'AutoVerifiedAttributes', send: 'always' },
  // "No longer used" (AWS API reference), but AWS keeps them equal to the texts of the template. It accepts
  // both in one request (hashicorp/terraform-provider-aws,
  // TestAccCognitoIDPUserPool_withVerificationMessageTemplate).
  SmsVerificationMessage: { from: 'SmsVerificationMessage', send: 'always' },
  EmailVerificationMessage: { from: 'EmailVerificationMessage', send: 'always' },
  EmailVerificationSubject: { from: 'EmailVerificationSubject', send: 'always' },
  // Sent with both code and link texts if it has both. The API reference calls that an error, but the same
  // Terraform test does it against AWS. "The message is invalid" means a link text without {##…##}
  // (aws/aws-cli#8280, aws-amplify/amplify-cli#5907). Omitting one kind would lose a text. A refusal loses
  // nothing (update-fallbacks.ts).
  VerificationMessageTemplate: { from: 'VerificationMessageTemplate', send: 'always' },
  SmsAuthenticationMessage: { from: 'SmsAuthenticationMessage', send: 'always' },
  // Must be part of AutoVerifiedAttributes (aws/aws-cli#7151), which is sent too.
  UserAttributeUpdateSettings: { from: 'UserAttributeUpdateSettings', send: 'always' },
  // Unchanged. The factors behind it are compared and put back separately (mfa.ts).
  MfaConfiguration: { from: 'MfaConfiguration', send: 'always' },
  // Sent only if it was present. Any value, even {false, false}, turns device remembering on (API reference,
  // UpdateUserPool). Omitting it turns device remembering off (aws/aws-cdk#33282).
  DeviceConfiguration: { from: 'DeviceConfiguration', send: 'always' },
  EmailConfiguration: { from: 'EmailConfiguration', send: 'always' },
  SmsConfiguration: { from: 'SmsConfiguration', send: 'always' },
  UserPoolTags: { from: 'UserPoolTags', send: 'always' },
  AdminCreateUserConfig: { from: 'AdminCreateUserConfig', send: 'always' },
  UserPoolAddOns: { from: 'UserPoolAddOns', send: 'always' },
  // "If you omit this parameter, Amazon Cognito keeps the existing configuration". If it's included, its
  // omitted members revert, and a missing EnableStatus turns registration on (API reference, UpdateUserPool).
  DcrConfiguration: { from: 'DcrConfiguration', send: 'kept' },
  AccountRecoverySetting: { from: 'AccountRecoverySetting', send: 'always' },
  // "Defaults to ESSENTIALS" (API reference). Without it, a LITE pool would cost more, and a PLUS pool would
  // lose protection.
  UserPoolTier: { from: 'UserPoolTier', send: 'always' },
  KeyConfiguration: { from: 'KeyConfiguration', send: 'always' },
  IssuerConfiguration: { from: 'IssuerConfiguration', send: 'always' },
  AcrConfiguration: { from: 'AcrConfiguration', send: 'custom' },
} as const satisfies Record<keyof UpdateUserPoolRequest, PoolField>;

type Sent = (typeof poolFields)[keyof typeof poolFields]['from'];

/**
 * Texts of UpdateUserPool's request for which its model requires at least one character.
 * Source: API reference, length constraints.
 */
export const neverEmptyPoolTexts: ReadonlySet<string> = new Set([
  'SmsVerificationMessage',
  'EmailVerificationMessage',
  'EmailVerificationSubject',
  'SmsAuthenticationMessage',
  ...['SmsMessage', 'EmailMessage', 'EmailSubject', 'EmailMessageByLink', 'EmailSubjectByLink'].map(
    (name) => `VerificationMessageTemplate.${name}`,
  ),
  ...['SMSMessage', 'EmailMessage', 'EmailSubject'].map(
    (name) => `AdminCreateUserConfig.InviteMessageTemplate.${name}`,
  ),
  ...['SourceArn', 'ReplyToEmailAddress', 'ConfigurationSet'].map((name) => `EmailConfiguration.${name}`),
  'SmsConfiguration.SnsCallerArn',
  'SmsConfiguration.SnsRegion',
  ...[
    'PreSignUp',
    'CustomMessage',
    'PostConfirmation',
    'PreAuthentication',
    'PostAuthentication',
    'DefineAuthChallenge',
    'CreateAuthChallenge',
    'VerifyAuthChallengeResponse',
    'PreTokenGeneration',
    'UserMigration',
    'PreTokenGenerationConfig.LambdaArn',
    'CustomSMSSender.LambdaArn',
    'CustomEmailSender.LambdaArn',
    'KMSKeyID',
  ].map((name) => `LambdaConfig.${name}`),
]);

/**
 * Members of DescribeUserPool that no update can set.
 * Together with {@link poolFields}, they cover all of UserPoolType.
 */
export const readOnlyPoolFields = {
  Arn: true,
  Status: true,
  CreationDate: true,
  LastModifiedDate: true,
  EstimatedNumberOfUsers: true,
  SchemaAttributes: true,
  AliasAttributes: true,
  UsernameAttributes: true,
  UsernameConfiguration: true,
  Domain: true,
  CustomDomain: true,
  SmsConfigurationFailure: true,
  EmailConfigurationFailure: true,
} as const satisfies Record<Exclude<keyof UserPoolType, Sent>, true>;

/** Read-only values that change on their own, without a change of any setting. */
export const volatilePoolFields: ReadonlySet<string> = new Set<keyof UserPoolType>([
  'EstimatedNumberOfUsers',
  'SmsConfigurationFailure',
  'EmailConfigurationFailure',
]);
