/**
 * The members of a user pool that requests can set, with their shapes.
 * This table is our own reading of the API reference (CreateUserPool, UpdateUserPool). A test compares it
 * with the SDK's schema, member by member.
 */
import type { Shape, Struct } from './shapes.ts';

export const lambdaArn: Shape = {
  pattern: /^arn:[\w+=/,.@-]+:[\w+=/,.@-]+:[\w+=/,.@-]*:[0-9]+:[\w+=/,.@-]+(:[\w+=/,.@-]+)?(:[\w+=/,.@-]+)?$/,
};
const roleArn: Shape = lambdaArn;

const passwordPolicy: Struct = {
  members: {
    MinimumLength: { range: [6, 99] },
    RequireUppercase: 'boolean',
    RequireLowercase: 'boolean',
    RequireNumbers: 'boolean',
    RequireSymbols: 'boolean',
    PasswordHistorySize: { range: [0, 24] },
    TemporaryPasswordValidityDays: { range: [0, 365] },
  },
};

const versioned = (versions: readonly string[]): Struct => ({
  members: { LambdaVersion: { oneOf: versions }, LambdaArn: lambdaArn },
});

const lambdaConfig: Struct = {
  members: {
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
    PreTokenGenerationConfig: versioned(['V1_0', 'V2_0', 'V3_0']),
    CustomSMSSender: versioned(['V1_0']),
    CustomEmailSender: versioned(['V1_0']),
    KMSKeyID: lambdaArn,
    InboundFederation: versioned(['V1_0']),
  },
};

export const smsConfiguration: Struct = {
  members: {
    SnsCallerArn: roleArn,
    ExternalId: 'string',
    SnsRegion: 'string',
    EumsSms: {
      members: {
        CallerArn: roleArn,
        ExternalId: 'string',
        OriginationIdentity: 'string',
        ConfigurationSetName: 'string',
        InEntityId: 'string',
        InTemplateId: 'string',
        Region: 'string',
      },
    },
  },
};

const verified: Shape = { list: { oneOf: ['phone_number', 'email'] } };
const grants: Shape = { list: { oneOf: ['code', 'implicit', 'client_credentials'] } };

/** Members that CreateUserPool and UpdateUserPool share. */
const settable = {
  Policies: {
    members: {
      PasswordPolicy: passwordPolicy,
      SignInPolicy: {
        members: {
          AllowedFirstAuthFactors: {
            // The SDK's enumeration has SOFTWARE_TOKEN, and its documentation says not to use it here.
            list: { oneOf: ['PASSWORD', 'EMAIL_OTP', 'SMS_OTP', 'WEB_AUTHN'] },
          },
        },
      },
    },
  },
  DeletionProtection: { oneOf: ['ACTIVE', 'INACTIVE'] },
  LambdaConfig: lambdaConfig,
  AutoVerifiedAttributes: verified,
  SmsVerificationMessage: 'string',
  EmailVerificationMessage: 'string',
  EmailVerificationSubject: 'string',
  VerificationMessageTemplate: {
    members: {
      SmsMessage: 'string',
      EmailMessage: 'string',
      EmailSubject: 'string',
      EmailMessageByLink: 'string',
      EmailSubjectByLink: 'string',
      DefaultEmailOption: { oneOf: ['CONFIRM_WITH_LINK', 'CONFIRM_WITH_CODE'] },
    },
  },
  SmsAuthenticationMessage: 'string',
  UserAttributeUpdateSettings: { members: { AttributesRequireVerificationBeforeUpdate: verified } },
  MfaConfiguration: { oneOf: ['OFF', 'ON', 'OPTIONAL'] },
  DeviceConfiguration: {
    members: { ChallengeRequiredOnNewDevice: 'boolean', DeviceOnlyRememberedOnUserPrompt: 'boolean' },
  },
  EmailConfiguration: {
    members: {
      SourceArn: lambdaArn,
      ReplyToEmailAddress: 'string',
      EmailSendingAccount: { oneOf: ['COGNITO_DEFAULT', 'DEVELOPER'] },
      From: 'string',
      ConfigurationSet: 'string',
    },
  },
  SmsConfiguration: smsConfiguration,
  UserPoolTags: { map: 'string' },
  AdminCreateUserConfig: {
    members: {
      AllowAdminCreateUserOnly: 'boolean',
      UnusedAccountValidityDays: { range: [0, 365] },
      InviteMessageTemplate: {
        members: { SMSMessage: 'string', EmailMessage: 'string', EmailSubject: 'string' },
      },
    },
  },
  UserPoolAddOns: {
    members: {
      AdvancedSecurityMode: { oneOf: ['OFF', 'AUDIT', 'ENFORCED'] },
      AdvancedSecurityAdditionalFlows: { members: { CustomAuthMode: { oneOf: ['AUDIT', 'ENFORCED'] } } },
    },
  },
  DcrConfiguration: {
    members: {
      EnableStatus: { oneOf: ['Enabled', 'Disabled'] },
      OpenDcrEnabled: 'boolean',
      AuthenticatedGrantTypes: grants,
      OpenDcrGrantTypes: grants,
      AllowedScopes: { list: 'string' },
    },
  },
  AccountRecoverySetting: {
    members: {
      RecoveryMechanisms: {
        list: {
          members: {
            Priority: { range: [1, 2] },
            Name: { oneOf: ['verified_email', 'verified_phone_number', 'admin_only'] },
          },
        },
      },
    },
  },
  UserPoolTier: { oneOf: ['LITE', 'ESSENTIALS', 'PLUS'] },
  KeyConfiguration: {
    members: { KeyType: { oneOf: ['AWS_OWNED_KEY', 'CUSTOMER_MANAGED_KEY'] }, KmsKeyArn: lambdaArn },
  },
  IssuerConfiguration: { members: { Type: { oneOf: ['ORIGINAL', 'UPDATED'] } } },
  AcrConfiguration: { map: { members: { AcrValue: 'string' } } },
} as const satisfies Readonly<Record<string, Shape>>;

export const schemaAttribute: Struct = {
  members: {
    Name: 'string',
    AttributeDataType: { oneOf: ['String', 'Number', 'DateTime', 'Boolean'] },
    DeveloperOnlyAttribute: 'boolean',
    Mutable: 'boolean',
    Required: 'boolean',
    NumberAttributeConstraints: { members: { MinValue: 'string', MaxValue: 'string' } },
    StringAttributeConstraints: { members: { MinLength: 'string', MaxLength: 'string' } },
  },
};

export const poolName: Shape = { pattern: /^[\w\s+=,.@-]{1,128}$/ };

export const updatePoolRequest: Struct = {
  members: { UserPoolId: 'string', PoolName: poolName, ...settable },
};

export const createPoolRequest: Struct = {
  members: {
    PoolName: poolName,
    ...settable,
    Schema: { list: schemaAttribute },
    AliasAttributes: { list: { oneOf: ['phone_number', 'email', 'preferred_username'] } },
    UsernameAttributes: { list: { oneOf: ['phone_number', 'email'] } },
    UsernameConfiguration: { members: { CaseSensitive: 'boolean' } },
  },
};

/** Members that both requests set and that Describe returns under the same name. */
export const settableNames: readonly string[] = Object.keys(settable);

/** Members that Describe returns beyond {@link settableNames}. UpdateUserPool accepts none of them. */
export const readOnlyNames = [
  'Id',
  'Name',
  'Arn',
  'Status',
  'LastModifiedDate',
  'CreationDate',
  'SchemaAttributes',
  'AliasAttributes',
  'UsernameAttributes',
  'UsernameConfiguration',
  'EstimatedNumberOfUsers',
  'SmsConfigurationFailure',
  'EmailConfigurationFailure',
  'Domain',
  'CustomDomain',
] as const;
