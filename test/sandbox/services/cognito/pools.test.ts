import {
  AddCustomAttributesCommand,
  CreateUserPoolDomainCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  ListTagsForResourceCommand,
  ListUserPoolsCommand,
  TagResourceCommand,
  UntagResourceCommand,
  UpdateUserPoolCommand,
  type UpdateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { keysOf } from '../../../../src/sandbox/index.ts';
import { cognitoSettings, plantPoolFields } from '../../../../src/sandbox/services/cognito/index.ts';
import { settableNames } from '../../../../src/sandbox/services/cognito/pool-fields.ts';
import {
  account,
  describePool,
  errorOf,
  functionArn,
  inner,
  newPool,
  rawCall,
  region,
  startLocalCognito,
} from './support.ts';

const smsRole = `arn:aws:iam::${account}:role/sms`;
const kmsKey = `arn:aws:kms:${region}:${account}:key/1`;

/** Every member that can be set, with a value that is not its default, and the default that UpdateUserPool leaves. */
const members = {
  Policies: {
    sent: {
      PasswordPolicy: {
        MinimumLength: 12,
        RequireUppercase: false,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: false,
        PasswordHistorySize: 3,
        TemporaryPasswordValidityDays: 2,
      },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD', 'EMAIL_OTP'] },
    },
    reset: {
      PasswordPolicy: {
        MinimumLength: 8,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
        TemporaryPasswordValidityDays: 7,
      },
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
    },
  },
  DeletionProtection: { sent: 'ACTIVE', reset: 'INACTIVE' },
  LambdaConfig: {
    sent: {
      PreSignUp: functionArn('a'),
      UserMigration: functionArn('b'),
      PreTokenGeneration: functionArn('c'),
      PreTokenGenerationConfig: { LambdaVersion: 'V2_0', LambdaArn: functionArn('c') },
      CustomSMSSender: { LambdaVersion: 'V1_0', LambdaArn: functionArn('d') },
      KMSKeyID: kmsKey,
      InboundFederation: { LambdaVersion: 'V1_0', LambdaArn: functionArn('e') },
    },
    reset: {},
  },
  AutoVerifiedAttributes: { sent: ['email'], reset: undefined },
  SmsVerificationMessage: { sent: 'Your code is {####}', reset: undefined },
  EmailVerificationMessage: { sent: 'Your code: {####}', reset: undefined },
  EmailVerificationSubject: { sent: 'Your code', reset: undefined },
  VerificationMessageTemplate: {
    sent: {
      EmailMessageByLink: 'Click {##here##}',
      EmailSubjectByLink: 'Click',
      DefaultEmailOption: 'CONFIRM_WITH_LINK',
    },
    reset: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
  },
  SmsAuthenticationMessage: { sent: 'Sign in with {####}', reset: undefined },
  UserAttributeUpdateSettings: {
    sent: { AttributesRequireVerificationBeforeUpdate: ['email'] },
    reset: undefined,
    needs: { AutoVerifiedAttributes: ['email'] },
  },
  MfaConfiguration: {
    sent: 'OPTIONAL',
    reset: 'OFF',
    needs: { SmsConfiguration: { SnsCallerArn: smsRole } },
  },
  DeviceConfiguration: {
    sent: { ChallengeRequiredOnNewDevice: true, DeviceOnlyRememberedOnUserPrompt: false },
    reset: undefined,
  },
  EmailConfiguration: {
    sent: {
      EmailSendingAccount: 'DEVELOPER',
      SourceArn: `arn:aws:ses:${region}:${account}:identity/a@example.com`,
      From: 'a@example.com',
      ReplyToEmailAddress: 'b@example.com',
      ConfigurationSet: 'set',
    },
    reset: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  },
  SmsConfiguration: {
    sent: { SnsCallerArn: smsRole, ExternalId: 'x', SnsRegion: region },
    reset: undefined,
  },
  UserPoolTags: { sent: { team: 'a' }, reset: {} },
  AdminCreateUserConfig: {
    sent: {
      AllowAdminCreateUserOnly: true,
      InviteMessageTemplate: { EmailMessage: '{username} {####}', EmailSubject: 'Hello' },
    },
    reset: { AllowAdminCreateUserOnly: false, UnusedAccountValidityDays: 7 },
  },
  UserPoolAddOns: {
    sent: { AdvancedSecurityMode: 'ENFORCED', AdvancedSecurityAdditionalFlows: { CustomAuthMode: 'AUDIT' } },
    reset: undefined,
    needs: { UserPoolTier: 'PLUS' },
  },
  // "If you omit this parameter, Amazon Cognito keeps the existing configuration."
  DcrConfiguration: {
    sent: { EnableStatus: 'Disabled', OpenDcrEnabled: true, AllowedScopes: ['a/b'] },
    reset: { EnableStatus: 'Disabled', OpenDcrEnabled: true, AllowedScopes: ['a/b'] },
  },
  AccountRecoverySetting: {
    sent: { RecoveryMechanisms: [{ Priority: 1, Name: 'verified_email' }] },
    reset: undefined,
  },
  UserPoolTier: { sent: 'PLUS', reset: 'ESSENTIALS' },
  KeyConfiguration: { sent: { KeyType: 'CUSTOMER_MANAGED_KEY', KmsKeyArn: kmsKey }, reset: undefined },
  IssuerConfiguration: { sent: { Type: 'UPDATED' }, reset: undefined },
  AcrConfiguration: {
    sent: {
      Level1: { AcrValue: 'urn:mine:1' },
      Level2: { AcrValue: 'urn:cognito:loa:2' },
      Level3: { AcrValue: 'urn:cognito:loa:3' },
      Level4: { AcrValue: 'urn:cognito:loa:4' },
    },
    reset: {
      Level1: { AcrValue: 'urn:cognito:loa:1' },
      Level2: { AcrValue: 'urn:cognito:loa:2' },
      Level3: { AcrValue: 'urn:cognito:loa:3' },
      Level4: { AcrValue: 'urn:cognito:loa:4' },
    },
  },
} as const;

async function described(scene: Awaited<ReturnType<typeof startLocalCognito>>, poolId: string) {
  return inner(await rawCall(scene, 'DescribeUserPool', { UserPoolId: poolId }), 'UserPool');
}

describe('UpdateUserPool', () => {
  test('the table below names every member that can be set', () => {
    expect(Object.keys(members).sort()).toEqual([...settableNames].sort());
  });

  test.each(Object.entries(members))(
    '%s is kept when sent, and gets its default when left out',
    async (name, row) => {
      const scene = await startLocalCognito();
      const created = await rawCall(scene, 'CreateUserPool', {
        PoolName: 'old',
        ...('needs' in row ? row.needs : {}),
        [name]: row.sent,
      });
      const poolId = String(inner(created, 'UserPool').Id);
      expect((await described(scene, poolId))[name]).toMatchObject(
        typeof row.sent === 'string' ? expect.stringMatching(row.sent.replaceAll(/[{}]/g, '.')) : row.sent,
      );
      expect(
        await rawCall(scene, 'UpdateUserPool', {
          UserPoolId: poolId,
          PoolName: 'old',
          ...('needs' in row ? row.needs : {}),
          [name]: row.sent,
        }),
      ).toEqual({});
      expect((await described(scene, poolId))[name]).toMatchObject(
        typeof row.sent === 'string' ? expect.stringMatching(row.sent.replaceAll(/[{}]/g, '.')) : row.sent,
      );
      expect(await rawCall(scene, 'UpdateUserPool', { UserPoolId: poolId, PoolName: 'old' })).toEqual({});
      expect((await described(scene, poolId))[name]).toEqual(row.reset);
    },
  );

  test('PoolName stays when it is left out, becomes another, or is asked for, by setting', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { PoolName: 'mine' });
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId }));
    expect((await describePool(scene, poolId)).Name).toBe('mine');
    cognitoSettings(scene.sandbox.world).omittedPoolName = 'renamed';
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId }));
    expect((await describePool(scene, poolId)).Name).toBe(poolId);
    cognitoSettings(scene.sandbox.world).omittedPoolName = 'refused';
    const error = await errorOf(scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId })));
    expect(error.name).toBe('InvalidParameterException');
  });

  test('LastModifiedDate moves with every change, even at the same moment', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const first = await describePool(scene, poolId);
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, PoolName: 'a' }));
    const second = await describePool(scene, poolId);
    expect(second.LastModifiedDate?.getTime()).toBeGreaterThan(first.LastModifiedDate?.getTime() ?? 0);
    expect(second.CreationDate).toEqual(first.CreationDate);
  });

  test.each<[string, string, string, Partial<UpdateUserPoolCommandInput>]>([
    [
      'both day counts',
      'InvalidParameterException',
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
      {
        Policies: { PasswordPolicy: { MinimumLength: 8, TemporaryPasswordValidityDays: 3 } },
        AdminCreateUserConfig: { UnusedAccountValidityDays: 3 },
      },
    ],
    [
      'link and code texts at once',
      'InvalidParameterException',
      'The message is invalid.',
      {
        VerificationMessageTemplate: {
          DefaultEmailOption: 'CONFIRM_WITH_CODE',
          EmailMessage: '{####}',
          EmailMessageByLink: '{##x##}',
        },
      },
    ],
    [
      'verification before update of what is not auto-verified',
      'InvalidParameterException',
      'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
      { UserAttributeUpdateSettings: { AttributesRequireVerificationBeforeUpdate: ['email'] } },
    ],
    [
      'threat protection without PLUS',
      'FeatureUnavailableInTierException',
      'The following features need to be disabled for the ESSENTIALS pricing tier configured: Threat Protection',
      { UserPoolAddOns: { AdvancedSecurityMode: 'AUDIT' } },
    ],
    [
      'ACR names of one’s own on LITE',
      'FeatureUnavailableInTierException',
      'The following features need to be disabled for the LITE pricing tier configured: ACR Configuration',
      { UserPoolTier: 'LITE', AcrConfiguration: { Level1: { AcrValue: 'urn:x' } } },
    ],
    [
      'dynamic registration on LITE',
      'FeatureUnavailableInTierException',
      'The following features need to be disabled for the LITE pricing tier configured: Dynamic Client Registration',
      { UserPoolTier: 'LITE', DcrConfiguration: {} },
    ],
    [
      'MFA turned ON after creation',
      'InvalidParameterException',
      'Cannot turn MFA functionality ON, once the user pool has been created.',
      { MfaConfiguration: 'ON' },
    ],
    [
      'MFA without any factor',
      'InvalidParameterException',
      'SMS configuration and Auto verification for phone_number are required when MFA is optional',
      { MfaConfiguration: 'OPTIONAL' },
    ],
    [
      'two SMS services',
      'InvalidParameterException',
      'Provide either SnsCallerArn or EumsSms in SmsConfiguration, not both.',
      { SmsConfiguration: { SnsCallerArn: smsRole, EumsSms: { CallerArn: smsRole } } },
    ],
    [
      'different functions for the same trigger',
      'InvalidParameterException',
      'PreTokenGeneration and PreTokenGenerationConfig must have the same Lambda ARN.',
      {
        LambdaConfig: {
          PreTokenGeneration: functionArn('a'),
          PreTokenGenerationConfig: { LambdaVersion: 'V1_0', LambdaArn: functionArn('b') },
        },
      },
    ],
    [
      'reserved tags',
      'InvalidParameterException',
      'aws: prefixed tag key names are not allowed for external use.',
      { UserPoolTags: { 'aws:cloudformation:stack-name': 'x' } },
    ],
    [
      'two levels of one name',
      'InvalidParameterException',
      'Each ACR name must be unique across all levels.',
      { AcrConfiguration: { Level1: { AcrValue: 'urn:cognito:loa:2' } } },
    ],
  ])('refuses %s', async (_, name, message, input) => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { DcrConfiguration: { EnableStatus: 'Disabled' } });
    const before = await describePool(scene, poolId);
    const error = await errorOf(
      scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...input })),
    );
    expect(error).toEqual({ name, message });
    expect(await describePool(scene, poolId)).toEqual(before);
  });

  test('a pool of the older day count takes it again, and the newer one ends that', async () => {
    const scene = await startLocalCognito();
    const older = { AdminCreateUserConfig: { UnusedAccountValidityDays: 30 } };
    const poolId = await newPool(scene, older);
    const pool = await describePool(scene, poolId);
    expect(pool.Policies?.PasswordPolicy?.TemporaryPasswordValidityDays).toBeUndefined();
    expect(pool.AdminCreateUserConfig?.UnusedAccountValidityDays).toBe(30);
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...older }));
    const newer = { PasswordPolicy: { MinimumLength: 8, TemporaryPasswordValidityDays: 30 } };
    await scene.client.send(
      new UpdateUserPoolCommand({
        UserPoolId: poolId,
        Policies: newer,
        AdminCreateUserConfig: { UnusedAccountValidityDays: 0 },
      }),
    );
    const error = await errorOf(
      scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...older })),
    );
    expect(error.message).toContain('Please use TemporaryPasswordValidityDays');
  });

  test('any value of DeviceConfiguration turns it on', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const off = { ChallengeRequiredOnNewDevice: false };
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, DeviceConfiguration: off }));
    expect((await describePool(scene, poolId)).DeviceConfiguration).toEqual({
      ChallengeRequiredOnNewDevice: false,
      DeviceOnlyRememberedOnUserPrompt: false,
    });
  });

  test('an included DcrConfiguration replaces the whole, and turns it on unless it says otherwise', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, {
      DcrConfiguration: { EnableStatus: 'Disabled', AllowedScopes: ['a/b'] },
    });
    await scene.client.send(
      new UpdateUserPoolCommand({ UserPoolId: poolId, DcrConfiguration: { OpenDcrEnabled: true } }),
    );
    expect((await describePool(scene, poolId)).DcrConfiguration).toEqual({
      EnableStatus: 'Enabled',
      OpenDcrEnabled: true,
    });
  });

  test('an SMS role that Cognito cannot use any more blocks it, and Describe says so', async () => {
    const scene = await startLocalCognito();
    const sms = { SmsConfiguration: { SnsCallerArn: smsRole } };
    const poolId = await newPool(scene, sms);
    cognitoSettings(scene.sandbox.world).brokenSmsRoles.set(smsRole, 'trust');
    expect((await describePool(scene, poolId)).SmsConfigurationFailure).toBe(
      'InvalidSmsRoleAccessPolicyException',
    );
    const error = await errorOf(scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...sms })));
    expect(error.name).toBe('InvalidSmsRoleTrustRelationshipException');
  });

  test('members that no request has are refused, and nothing changes', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { UserPoolTags: { a: 'b' } });
    for (const extra of [{ AliasAttributes: ['email'] }, { LambdaConfig: { Future: 'x' } }]) {
      const answer = await rawCall(scene, 'UpdateUserPool', { UserPoolId: poolId, ...extra });
      expect(answer.__type).toContain('InvalidParameterException');
    }
    const wrong = await rawCall(scene, 'UpdateUserPool', { UserPoolId: poolId, MfaConfiguration: 1 });
    expect(wrong.__type).toContain('SerializationException');
    expect((await describePool(scene, poolId)).UserPoolTags).toEqual({ a: 'b' });
  });

  test('aws:* tags survive a call without them, do not, or are ordinary, by setting', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const tags = { 'aws:cloudformation:stack-name': 'stack', mine: 'x' };
    plantPoolFields(scene.sandbox.world, poolId, { UserPoolTags: tags });
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, UserPoolTags: { mine: 'x' } }));
    expect((await describePool(scene, poolId)).UserPoolTags).toEqual(tags);
    cognitoSettings(scene.sandbox.world).awsTags = 'lost';
    const withTags = new UpdateUserPoolCommand({ UserPoolId: poolId, UserPoolTags: tags });
    expect((await errorOf(scene.client.send(withTags))).name).toBe('InvalidParameterException');
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, UserPoolTags: { mine: 'x' } }));
    expect((await describePool(scene, poolId)).UserPoolTags).toEqual({ mine: 'x' });
    cognitoSettings(scene.sandbox.world).awsTags = 'ordinary';
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, UserPoolTags: tags }));
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, UserPoolTags: { mine: 'x' } }));
    expect((await describePool(scene, poolId)).UserPoolTags).toEqual({ mine: 'x' });
  });
});

describe('fields of a later Cognito', () => {
  test('are described, taken, and reset when left out, at the top and nested', async () => {
    const scene = await startLocalCognito();
    cognitoSettings(scene.sandbox.world).futureFields.pool.push(
      { path: 'FutureField', default: 'calm' },
      { path: 'FutureObject' },
      { path: 'LambdaConfig.FutureTrigger' },
      { path: 'Policies.PasswordPolicy.FutureRule', default: 0 },
    );
    const future = {
      FutureField: 'wild',
      FutureObject: { a: [1, { b: true }] },
      LambdaConfig: { FutureTrigger: 'x' },
      Policies: { PasswordPolicy: { MinimumLength: 9, FutureRule: 5 } },
    };
    const created = await rawCall(scene, 'CreateUserPool', { PoolName: 'p', ...future });
    const poolId = String(inner(created, 'UserPool').Id);
    expect(await described(scene, poolId)).toMatchObject(future);
    await rawCall(scene, 'UpdateUserPool', { UserPoolId: poolId, ...future });
    expect(await described(scene, poolId)).toMatchObject(future);
    // The SDK drops what it does not know: its update resets them all.
    await scene.client.send(
      new UpdateUserPoolCommand({
        UserPoolId: poolId,
        LambdaConfig: { PreSignUp: functionArn('a') },
        Policies: { PasswordPolicy: { MinimumLength: 9 } },
      }),
    );
    const after = await described(scene, poolId);
    expect(after.FutureField).toBe('calm');
    expect(after.FutureObject).toBeUndefined();
    expect(after.LambdaConfig).toEqual({ PreSignUp: functionArn('a') });
    expect(after.Policies).toMatchObject({ PasswordPolicy: { FutureRule: 0 } });
  });
});

describe('the life of a pool', () => {
  test('its ID, ARN and attributes have the forms that AWS gives them', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const pool = await describePool(scene, poolId);
    expect(poolId).toMatch(/^eu-west-1_[A-Za-z0-9]{9}$/);
    expect(pool.Arn).toBe(`arn:aws:cognito-idp:${region}:${account}:userpool/${poolId}`);
    expect(pool.SchemaAttributes?.map(({ Name }) => Name)).toContain('phone_number_verified');
    expect(pool.CreationDate).toBeInstanceOf(Date);
  });

  test('pools of another account or Region do not exist here', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const other = scene.clientOf(keysOf('999988887777'));
    const error = await errorOf(other.send(new DescribeUserPoolCommand({ UserPoolId: poolId })));
    expect(error).toEqual({
      name: 'ResourceNotFoundException',
      message: `User pool ${poolId} does not exist.`,
    });
    const bad = await errorOf(scene.client.send(new DescribeUserPoolCommand({ UserPoolId: 'nonsense' })));
    expect(bad.name).toBe('InvalidParameterException');
  });

  test('lists come in pages of at most 60', async () => {
    const scene = await startLocalCognito();
    for (let index = 0; index < 5; index += 1) await newPool(scene, { PoolName: `pool-${index}` });
    const first = await scene.client.send(new ListUserPoolsCommand({ MaxResults: 3 }));
    const second = await scene.client.send(
      new ListUserPoolsCommand({ MaxResults: 3, NextToken: first.NextToken }),
    );
    expect([...(first.UserPools ?? []), ...(second.UserPools ?? [])].map(({ Name }) => Name)).toEqual([
      'pool-0',
      'pool-1',
      'pool-2',
      'pool-3',
      'pool-4',
    ]);
    expect(second.NextToken).toBeUndefined();
    const error = await errorOf(scene.client.send(new ListUserPoolsCommand({ MaxResults: 61 })));
    expect(error.name).toBe('InvalidParameterException');
  });

  test('deletion protection and a domain stand against deletion', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { DeletionProtection: 'ACTIVE' });
    const remove = new DeleteUserPoolCommand({ UserPoolId: poolId });
    expect((await errorOf(scene.client.send(remove))).message).toContain('deletion protection');
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId }));
    await scene.client.send(new CreateUserPoolDomainCommand({ UserPoolId: poolId, Domain: 'mine' }));
    expect((await describePool(scene, poolId)).Domain).toBe('mine');
    expect((await errorOf(scene.client.send(remove))).message).toContain('domain');
  });

  test('custom attributes are added for good, each name once', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const add = new AddCustomAttributesCommand({
      UserPoolId: poolId,
      CustomAttributes: [{ Name: 'old_sub', AttributeDataType: 'String', Mutable: false }],
    });
    await scene.client.send(add);
    const attribute = (await describePool(scene, poolId)).SchemaAttributes?.find(
      ({ Name }) => Name === 'custom:old_sub',
    );
    expect(attribute).toMatchObject({ AttributeDataType: 'String', Mutable: false, Required: false });
    expect((await errorOf(scene.client.send(add))).name).toBe('InvalidParameterException');
  });

  test('tags by ARN', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene, { UserPoolTags: { a: '1' } });
    const arn = (await describePool(scene, poolId)).Arn;
    await scene.client.send(new TagResourceCommand({ ResourceArn: arn, Tags: { b: '2' } }));
    await scene.client.send(new UntagResourceCommand({ ResourceArn: arn, TagKeys: ['a'] }));
    const { Tags } = await scene.client.send(new ListTagsForResourceCommand({ ResourceArn: arn }));
    expect(Tags).toEqual({ b: '2' });
  });

  test('every action that a call needs is asked for, the hidden ones too', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    scene.sandbox.journal.clear();
    await scene.client.send(
      new UpdateUserPoolCommand({
        UserPoolId: poolId,
        UserPoolTags: { a: 'b' },
        SmsConfiguration: { SnsCallerArn: smsRole },
        EmailConfiguration: {
          EmailSendingAccount: 'DEVELOPER',
          SourceArn: `arn:aws:ses:${region}:${account}:identity/a@example.com`,
        },
      }),
    );
    const [call] = scene.sandbox.journal.calls;
    expect(call?.actions.map(({ action }) => action)).toEqual([
      'cognito-idp:UpdateUserPool',
      'cognito-idp:TagResource',
      'iam:CreateServiceLinkedRole',
      'iam:PassRole',
    ]);
  });
});

describe('settings of what the documentation leaves open', () => {
  const acr = { Level1: { AcrValue: 'urn:cognito:loa:1' } };

  test('AcrConfiguration on LITE: default names are accepted, or refused, or not even shown', async () => {
    const scene = await startLocalCognito();
    const settings = cognitoSettings(scene.sandbox.world);
    const poolId = await newPool(scene, { UserPoolTier: 'LITE' });
    const lite = { UserPoolId: poolId, UserPoolTier: 'LITE' as const };
    expect(Object.keys((await describePool(scene, poolId)).AcrConfiguration ?? {})).toHaveLength(4);
    await scene.client.send(new UpdateUserPoolCommand({ ...lite, AcrConfiguration: acr }));
    settings.liteAcr = 'refused';
    const send = scene.client.send(new UpdateUserPoolCommand({ ...lite, AcrConfiguration: acr }));
    expect((await errorOf(send)).name).toBe('FeatureUnavailableInTierException');
    settings.liteAcr = 'absent';
    expect((await describePool(scene, poolId)).AcrConfiguration).toBeUndefined();
  });

  test('DcrConfiguration on LITE: Disabled is accepted, or refused', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    const update = new UpdateUserPoolCommand({
      UserPoolId: poolId,
      UserPoolTier: 'LITE',
      DcrConfiguration: { EnableStatus: 'Disabled' },
    });
    await scene.client.send(update);
    cognitoSettings(scene.sandbox.world).liteDcr = 'refused';
    expect((await errorOf(scene.client.send(update))).name).toBe('FeatureUnavailableInTierException');
  });

  test('UserAttributeUpdateSettings left out: reset, or kept', async () => {
    const scene = await startLocalCognito();
    const auto = { AutoVerifiedAttributes: ['email' as const] };
    const asked = { AttributesRequireVerificationBeforeUpdate: ['email' as const] };
    const poolId = await newPool(scene, { ...auto, UserAttributeUpdateSettings: asked });
    cognitoSettings(scene.sandbox.world).omittedAttributeUpdateSettings = 'kept';
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...auto }));
    expect((await describePool(scene, poolId)).UserAttributeUpdateSettings).toEqual(asked);
    // aws-cli#7151: then an update without AutoVerifiedAttributes is refused.
    const bare = scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId }));
    expect((await errorOf(bare)).message).toContain('must exist in AutoVerifiedAttributes');
  });

  test('MfaConfiguration left out: reset, or kept', async () => {
    const scene = await startLocalCognito();
    const mfa = { MfaConfiguration: 'OPTIONAL' as const, SmsConfiguration: { SnsCallerArn: smsRole } };
    const sms = { SmsConfiguration: mfa.SmsConfiguration };
    const poolId = await newPool(scene, mfa);
    cognitoSettings(scene.sandbox.world).omittedMfaConfiguration = 'kept';
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...sms }));
    expect((await describePool(scene, poolId)).MfaConfiguration).toBe('OPTIONAL');
    cognitoSettings(scene.sandbox.world).omittedMfaConfiguration = 'reset';
    await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, ...sms }));
    expect((await describePool(scene, poolId)).MfaConfiguration).toBe('OFF');
  });

  test('Policies left out, as a whole or in part: reset, or kept', async () => {
    const scene = await startLocalCognito();
    const { sent, reset } = members.Policies;
    const Policies = {
      PasswordPolicy: sent.PasswordPolicy,
      SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD' as const, 'EMAIL_OTP' as const] },
    };
    const poolId = await newPool(scene, { Policies });
    const update = async (part: Partial<typeof Policies>) => {
      await scene.client.send(new UpdateUserPoolCommand({ UserPoolId: poolId, Policies: part }));
      return (await describePool(scene, poolId)).Policies;
    };
    cognitoSettings(scene.sandbox.world).omittedPolicies = 'kept';
    expect(await update({})).toEqual(sent);
    expect(await update({ SignInPolicy: Policies.SignInPolicy })).toEqual(sent);
    cognitoSettings(scene.sandbox.world).omittedPolicies = 'reset';
    expect(await update({ SignInPolicy: Policies.SignInPolicy })).toEqual({
      ...sent,
      PasswordPolicy: reset.PasswordPolicy,
    });
    expect(await update({})).toEqual(reset);
  });

  test('texts for codes and for links at once: refused, or accepted', async () => {
    const scene = await startLocalCognito();
    const both = { EmailMessage: 'Code {####}', EmailMessageByLink: '{##Verify##}' };
    const poolId = await newPool(scene);
    const update = new UpdateUserPoolCommand({ UserPoolId: poolId, VerificationMessageTemplate: both });
    expect((await errorOf(scene.client.send(update))).message).toContain('The message is invalid.');
    cognitoSettings(scene.sandbox.world).bothVerificationTexts = 'accepted';
    await scene.client.send(update);
    expect((await describePool(scene, poolId)).VerificationMessageTemplate).toMatchObject(both);
  });

  test('unknown members: refused, or ignored', async () => {
    const scene = await startLocalCognito();
    const poolId = await newPool(scene);
    cognitoSettings(scene.sandbox.world).unknownMembers = 'ignored';
    const answer = await rawCall(scene, 'UpdateUserPool', {
      UserPoolId: poolId,
      Future: 1,
      LambdaConfig: { X: 'y' },
    });
    expect(answer).toEqual({});
    expect((await described(scene, poolId)).LambdaConfig).toEqual({});
  });
});
