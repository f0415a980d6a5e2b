/**
 * Requests that CreateUserPool and UpdateUserPool refuse.
 * Texts are those seen in the issues named beside them.
 */
import { type Call, type JsonObject, ServiceError } from '../../operation.ts';
import { featureUnavailable, invalidParameter } from './errors.ts';
import { isObject } from './input.ts';
import { acrDefaults, count, member, text, texts } from './pool-config.ts';
import type { CognitoSettings } from './settings.ts';
import type { Pool } from './state.ts';

function checkTemporaryDays(request: JsonObject, before: Pool | undefined): void {
  const unused = count(member(request, 'AdminCreateUserConfig'), 'UnusedAccountValidityDays');
  const temporary = count(
    member(member(request, 'Policies'), 'PasswordPolicy'),
    'TemporaryPasswordValidityDays',
  );
  // "When you set TemporaryPasswordValidityDays for a user pool, you can no longer set a value for the legacy
  // UnusedAccountValidityDays parameter in that user pool." Terraform's provider then sends 0, which is
  // accepted.
  if (unused > 0 && (temporary > 0 || before?.temporaryDaysSet === true)) {
    throw invalidParameter(
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    );
  }
}

function checkVerificationTemplate(request: JsonObject, settings: CognitoSettings): void {
  if (settings.bothVerificationTexts === 'accepted') return;
  const template = member(request, 'VerificationMessageTemplate');
  // AWS doesn't document the text of the error. This one is from aws-cli#8280, where both were sent. Its link
  // text has no {##…##}, which gives the same error. According to the documentation, EmailMessage cannot be
  // set under COGNITO_DEFAULT. Many pools carry it, so the local AWS accepts it.
  if (text(template, 'EmailMessage') && text(template, 'EmailMessageByLink')) {
    throw invalidParameter('The message is invalid.');
  }
}

function checkAttributeUpdates(config: JsonObject): void {
  const auto = texts(config, 'AutoVerifiedAttributes');
  const settings = member(config, 'UserAttributeUpdateSettings');
  // aws-cli#7151
  if (texts(settings, 'AttributesRequireVerificationBeforeUpdate').some((name) => !auto.includes(name))) {
    throw invalidParameter(
      'All attributes in AttributesRequireVerificationBeforeUpdate must exist in AutoVerifiedAttributes',
    );
  }
}

function checkTriggers(config: JsonObject): void {
  const lambda = member(config, 'LambdaConfig');
  const simple = text(lambda, 'PreTokenGeneration');
  const versioned = text(member(lambda, 'PreTokenGenerationConfig'), 'LambdaArn');
  if (simple !== undefined && versioned !== undefined && simple !== versioned) {
    throw invalidParameter('PreTokenGeneration and PreTokenGenerationConfig must have the same Lambda ARN.');
  }
  const customSender = isObject(lambda.CustomSMSSender) || isObject(lambda.CustomEmailSender);
  if (customSender && lambda.KMSKeyID === undefined) {
    throw invalidParameter('KMSKeyID is required for CustomSMSSender and CustomEmailSender.');
  }
}

function checkEmail(config: JsonObject): void {
  const sending = member(config, 'EmailConfiguration');
  if (sending.EmailSendingAccount === 'DEVELOPER' && sending.SourceArn === undefined) {
    throw invalidParameter('SourceArn is required when EmailSendingAccount is DEVELOPER.');
  }
}

function checkRecovery(config: JsonObject): void {
  const setting = config.AccountRecoverySetting;
  if (!isObject(setting) || !Array.isArray(setting.RecoveryMechanisms)) return;
  const mechanisms = setting.RecoveryMechanisms.filter(isObject);
  const priorities = new Set(mechanisms.map((mechanism) => mechanism.Priority));
  const adminOnly = mechanisms.some((mechanism) => mechanism.Name === 'admin_only');
  if (priorities.size < mechanisms.length || (adminOnly && mechanisms.length > 1)) {
    throw invalidParameter(
      'Account Recovery Setting is invalid: each priority once, and admin_only on its own.',
    );
  }
}

function checkAcr(config: JsonObject): void {
  const custom = member(config, 'AcrConfiguration');
  const unknown = Object.keys(custom).find((level) => !(level in acrDefaults));
  if (unknown !== undefined) throw invalidParameter(`Unknown ACR level: ${unknown}`);
  const names = Object.entries(acrDefaults).map(
    ([level, name]) => text(member(custom, level), 'AcrValue') ?? name,
  );
  if (new Set(names).size < names.length)
    throw invalidParameter('Each ACR name must be unique across all levels.');
}

/** Features in use that LITE doesn't have. */
function beyondLite(
  request: JsonObject,
  config: JsonObject,
  before: Pool | undefined,
  settings: CognitoSettings,
) {
  const policies = member(config, 'Policies');
  const factors = texts(member(policies, 'SignInPolicy'), 'AllowedFirstAuthFactors');
  const version = text(member(member(config, 'LambdaConfig'), 'PreTokenGenerationConfig'), 'LambdaVersion');
  const hasAcrNames = Object.keys(member(config, 'AcrConfiguration')).length > 0;
  const acrSent = request.AcrConfiguration !== undefined && settings.liteAcr !== 'custom-refused';
  const dcrOn = member(config, 'DcrConfiguration').EnableStatus === 'Enabled';
  const dcrSent = request.DcrConfiguration !== undefined && settings.liteDcr === 'refused';
  const used: readonly (readonly [string, boolean])[] = [
    ['Passwordless Sign-in', factors.some((factor) => factor !== 'PASSWORD')],
    ['Password History', count(member(policies, 'PasswordPolicy'), 'PasswordHistorySize') > 0],
    ['Access Token Customization', version === 'V2_0' || version === 'V3_0'],
    ['Email MFA', before?.mfa.email !== undefined],
    ['ACR Configuration', hasAcrNames || acrSent],
    ['Dynamic Client Registration', dcrOn || dcrSent],
  ];
  return used.filter(([, on]) => on).map(([name]) => name);
}

/**
 * Refuses features of a higher plan, as in terraform-provider-aws#40734.
 * All names except "Threat Protection" are ours.
 */
function checkTier(
  request: JsonObject,
  config: JsonObject,
  before: Pool | undefined,
  settings: CognitoSettings,
): void {
  const plan = text(config, 'UserPoolTier') ?? 'ESSENTIALS';
  const mode = text(member(config, 'UserPoolAddOns'), 'AdvancedSecurityMode');
  const protection =
    plan !== 'PLUS' && (mode === 'AUDIT' || mode === 'ENFORCED') ? ['Threat Protection'] : [];
  const features = plan === 'LITE' ? beyondLite(request, config, before, settings) : [];
  if (protection.length + features.length > 0) throw featureUnavailable(plan, [...protection, ...features]);
}

function checkReservedTags(request: JsonObject, settings: CognitoSettings): void {
  if (settings.awsTags === 'ordinary') return;
  if (Object.keys(member(request, 'UserPoolTags')).some((key) => key.startsWith('aws:'))) {
    throw invalidParameter('aws: prefixed tag key names are not allowed for external use.');
  }
}

/** Checks everything that needs only the request and the resulting configuration. */
export function checkPool(
  request: JsonObject,
  config: JsonObject,
  before: Pool | undefined,
  settings: CognitoSettings,
): void {
  checkTemporaryDays(request, before);
  checkVerificationTemplate(request, settings);
  checkAttributeUpdates(config);
  checkTriggers(config);
  checkEmail(config);
  checkRecovery(config);
  checkAcr(config);
  checkReservedTags(request, settings);
  checkTier(request, config, before, settings);
}

/**
 * Checks the SMS role of a request.
 * The caller must be allowed to pass it, and Cognito must be able to use it.
 */
export function checkSms(call: Call, sms: JsonObject, settings: CognitoSettings): void {
  const eums = member(sms, 'EumsSms');
  const sns = text(sms, 'SnsCallerArn');
  if (sns !== undefined && Object.keys(eums).length > 0) {
    throw invalidParameter('Provide either SnsCallerArn or EumsSms in SmsConfiguration, not both.');
  }
  const role = sns ?? text(eums, 'CallerArn');
  if (role === undefined) throw invalidParameter('SnsCallerArn is required in SmsConfiguration.');
  call.authorize('iam:PassRole', role, { 'iam:PassedToService': 'cognito-idp.amazonaws.com' });
  const failure = settings.brokenSmsRoles.get(role);
  if (failure === 'trust') {
    throw new ServiceError(
      'InvalidSmsRoleTrustRelationshipException',
      'Role does not have a trust relationship allowing Cognito to assume the role',
    );
  }
  if (failure === 'access') {
    throw new ServiceError(
      'InvalidSmsRoleAccessPolicyException',
      'Role does not have permission to publish with SNS',
    );
  }
}
