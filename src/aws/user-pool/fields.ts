import type { UpdateUserPoolRequest, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';

/** Where a member of UpdateUserPool's request comes from, and when it is sent. */
export interface PoolField {
  /** Its name in what DescribeUserPool answers. */
  readonly from: keyof UserPoolType;
  /**
   * always: carried as it was read, since "if you don't provide a value for an attribute, Amazon Cognito sets it to
   * its default value" (AWS API reference, UpdateUserPool).
   * custom: carried unless every value is AWS's own default name (see request.ts, AcrConfiguration).
   * kept: AWS keeps what it has when the member is left out, so it is left out.
   */
  readonly send: 'always' | 'custom' | 'kept';
}

/**
 * Every member of UpdateUserPool's request. A newer SDK that knows one more does not compile until somebody has
 * decided here what becomes of it: four were added in the first seven months of 2026 alone.
 */
export const poolFields = {
  UserPoolId: { from: 'Id', send: 'always' },
  PoolName: { from: 'Name', send: 'always' },
  Policies: { from: 'Policies', send: 'always' },
  DeletionProtection: { from: 'DeletionProtection', send: 'always' },
  LambdaConfig: { from: 'LambdaConfig', send: 'always' },
  AutoVerifiedAttributes: { from: 'AutoVerifiedAttributes', send: 'always' },
  // "No longer used" (AWS API reference), but AWS keeps them equal to the texts of the template, and takes both in
  // one request (hashicorp/terraform-provider-aws, TestAccCognitoIDPUserPool_withVerificationMessageTemplate).
  SmsVerificationMessage: { from: 'SmsVerificationMessage', send: 'always' },
  EmailVerificationMessage: { from: 'EmailVerificationMessage', send: 'always' },
  EmailVerificationSubject: { from: 'EmailVerificationSubject', send: 'always' },
  // With code and link texts both, if it has both: the API reference says that this is an error, the same Terraform
  // test does it against AWS. "The message is invalid" means a link text without {##…##} (aws/aws-cli#8280,
  // aws-amplify/amplify-cli#5907). Leaving one kind out would lose a text; a refusal loses nothing (both-texts.ts).
  VerificationMessageTemplate: { from: 'VerificationMessageTemplate', send: 'always' },
  SmsAuthenticationMessage: { from: 'SmsAuthenticationMessage', send: 'always' },
  // Must be part of AutoVerifiedAttributes (aws/aws-cli#7151), which goes along.
  UserAttributeUpdateSettings: { from: 'UserAttributeUpdateSettings', send: 'always' },
  // Unchanged; the factors behind it are compared and put back apart (mfa.ts).
  MfaConfiguration: { from: 'MfaConfiguration', send: 'always' },
  // Sent only if it was there: any value, {false, false} too, turns device remembering on (API reference,
  // UpdateUserPool), and leaving it out turns it off (aws/aws-cdk#33282).
  DeviceConfiguration: { from: 'DeviceConfiguration', send: 'always' },
  EmailConfiguration: { from: 'EmailConfiguration', send: 'always' },
  SmsConfiguration: { from: 'SmsConfiguration', send: 'always' },
  UserPoolTags: { from: 'UserPoolTags', send: 'always' },
  AdminCreateUserConfig: { from: 'AdminCreateUserConfig', send: 'always' },
  UserPoolAddOns: { from: 'UserPoolAddOns', send: 'always' },
  // "If you omit this parameter, Amazon Cognito keeps the existing configuration"; if it is included, what it leaves
  // out reverts, and a missing EnableStatus turns registration on (API reference, UpdateUserPool).
  DcrConfiguration: { from: 'DcrConfiguration', send: 'kept' },
  AccountRecoverySetting: { from: 'AccountRecoverySetting', send: 'always' },
  // "Defaults to ESSENTIALS" (API reference): left out, a LITE pool would cost more and a PLUS pool lose protection.
  UserPoolTier: { from: 'UserPoolTier', send: 'always' },
  KeyConfiguration: { from: 'KeyConfiguration', send: 'always' },
  IssuerConfiguration: { from: 'IssuerConfiguration', send: 'always' },
  AcrConfiguration: { from: 'AcrConfiguration', send: 'custom' },
} as const satisfies Record<keyof UpdateUserPoolRequest, PoolField>;

type Sent = (typeof poolFields)[keyof typeof poolFields]['from'];

/** Texts of UpdateUserPool's request that its model wants to have at least one character (API reference, length constraints). */
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

/** What DescribeUserPool says and no update can set. Together with {@link poolFields} all of UserPoolType. */
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

/** Read-only values that change on their own while nobody changes a setting. */
export const volatilePoolFields: ReadonlySet<string> = new Set<keyof UserPoolType>([
  'EstimatedNumberOfUsers',
  'SmsConfigurationFailure',
  'EmailConfigurationFailure',
]);
