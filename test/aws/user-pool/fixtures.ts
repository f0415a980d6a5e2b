import { type JsonObject, poolId } from './stub.ts';

/** A pool that has something of everything, in the values that DescribeUserPool answers with. */
export function fullPool(): JsonObject {
  return {
    Id: poolId,
    Name: 'customers',
    Arn: `arn:aws:cognito-idp:eu-west-1:123456789012:userpool/${poolId}`,
    Policies: {
      PasswordPolicy: { MinimumLength: 12, RequireSymbols: false, TemporaryPasswordValidityDays: 3 },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'WEB_AUTHN'] },
    },
    DeletionProtection: 'ACTIVE',
    LambdaConfig: { PreSignUp: 'arn:aws:lambda:eu-west-1:123456789012:function:pre' },
    LastModifiedDate: 1763812345.678,
    CreationDate: 1663812345.678,
    SchemaAttributes: [{ Name: 'sub', AttributeDataType: 'String', Mutable: false, Required: true }],
    AutoVerifiedAttributes: ['email'],
    UsernameAttributes: ['email'],
    UsernameConfiguration: { CaseSensitive: false },
    EmailVerificationMessage: 'Your code is {####}',
    VerificationMessageTemplate: {
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
      EmailMessage: 'Your code is {####}',
      EmailMessageByLink: 'Please {##verify##}',
    },
    UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: [] },
    MfaConfiguration: 'OPTIONAL',
    EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
    UserPoolTags: { team: 'identity', __proto__x: 'odd' },
    EstimatedNumberOfUsers: 48_210,
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 3 },
    AccountRecoverySetting: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
    UserPoolTier: 'ESSENTIALS',
    DcrConfiguration: { EnableStatus: 'Disabled', OpenDcrEnabled: false },
    AcrConfiguration: {
      Level1: { AcrValue: 'urn:cognito:loa:1' },
      Level2: { AcrValue: 'urn:cognito:loa:2' },
    },
  };
}

export function totpMfa(): JsonObject {
  return { MfaConfiguration: 'OPTIONAL', SoftwareTokenMfaConfiguration: { Enabled: true } };
}
