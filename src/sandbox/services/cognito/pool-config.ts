/**
 * Turns a request into the stored configuration of a pool. Omitted members get their defaults.
 * "If you don't provide a value for an attribute, Amazon Cognito sets it to its default value."
 * (API_UpdateUserPool)
 */
import type { Json, JsonObject } from '../../operation.ts';
import { applyFutureDefaults, topLevel } from './future.ts';
import { isObject } from './input.ts';
import { settableNames } from './pool-fields.ts';
import type { CognitoSettings } from './settings.ts';
import type { Pool } from './state.ts';

export const acrDefaults: Readonly<Record<string, string>> = {
  Level1: 'urn:cognito:loa:1',
  Level2: 'urn:cognito:loa:2',
  Level3: 'urn:cognito:loa:3',
  Level4: 'urn:cognito:loa:4',
};

export function member(config: JsonObject, name: string): JsonObject {
  const value = config[name];
  return isObject(value) ? value : {};
}

export function text(config: JsonObject, name: string): string | undefined {
  const value = config[name];
  return typeof value === 'string' ? value : undefined;
}

export function texts(config: JsonObject, name: string): string[] {
  const value = config[name];
  return Array.isArray(value) ? value.filter((item) => typeof item === 'string') : [];
}

export function count(config: JsonObject, name: string): number {
  const value = config[name];
  return typeof value === 'number' ? value : 0;
}

/**
 * Completes a password policy.
 * The documented default of a whole policy is 8 characters of all four kinds. AWS doesn't document the
 * meaning of a member that a sent policy omits. Here, an omitted requirement is off.
 */
function passwordPolicy(sent: Json | undefined, unusedDays: number): JsonObject {
  const base: JsonObject = isObject(sent)
    ? {
        MinimumLength: 8,
        RequireUppercase: false,
        RequireLowercase: false,
        RequireNumbers: false,
        RequireSymbols: false,
        ...sent,
      }
    : {
        MinimumLength: 8,
        RequireUppercase: true,
        RequireLowercase: true,
        RequireNumbers: true,
        RequireSymbols: true,
      };
  // "If you submit a value of 0, Amazon Cognito treats it as a null value and sets [it] to its default
  // value."
  const days = count(base, 'TemporaryPasswordValidityDays');
  if (days > 0) return base;
  const { TemporaryPasswordValidityDays: _, ...rest } = base;
  // A pool that still uses the older UnusedAccountValidityDays has no TemporaryPasswordValidityDays.
  return unusedDays > 0 ? rest : { ...rest, TemporaryPasswordValidityDays: 7 };
}

function adminCreateUserConfig(sent: JsonObject, temporaryDays: number): JsonObject {
  const { UnusedAccountValidityDays: unused, ...rest } = sent;
  // Describe shows both numbers (pulumi-aws-native#1256: a trivial update sends both back and fails).
  const days = typeof unused === 'number' && unused > 0 ? unused : temporaryDays;
  return { AllowAdminCreateUserOnly: false, ...rest, UnusedAccountValidityDays: days };
}

/**
 * Fills the older message members and the template from each other.
 * The three older members "are no longer used", yet Describe shows them beside the template. If only one side
 * is sent, it fills the other. If both are sent and differ, both are kept (not documented).
 */
function completeMessages(config: JsonObject): void {
  const template: JsonObject = {
    DefaultEmailOption: 'CONFIRM_WITH_CODE',
    ...member(config, 'VerificationMessageTemplate'),
  };
  const pairs = [
    ['SmsVerificationMessage', 'SmsMessage'],
    ['EmailVerificationMessage', 'EmailMessage'],
    ['EmailVerificationSubject', 'EmailSubject'],
  ] as const;
  const byLink = template.EmailMessageByLink !== undefined;
  for (const [older, newer] of pairs) {
    const olderText = text(config, older);
    const newerText = text(template, newer);
    if (newerText !== undefined && olderText === undefined) config[older] = newerText;
    if (olderText !== undefined && newerText === undefined && !(byLink && newer !== 'SmsMessage')) {
      template[newer] = olderText;
    }
  }
  config.VerificationMessageTemplate = template;
}

/** Stores custom names only: "any level that you don't specify keeps its default name". */
function customAcr(sent: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(sent).filter(([level, item]) => isObject(item) && item.AcrValue !== acrDefaults[level]),
  );
}

function completeDevice(config: JsonObject): void {
  const sent = member(config, 'DeviceConfiguration');
  // "When you provide a value for any DeviceConfiguration field, you activate [it]". An empty structure has
  // no value.
  if (Object.keys(sent).length === 0) {
    delete config.DeviceConfiguration;
    return;
  }
  config.DeviceConfiguration = {
    ChallengeRequiredOnNewDevice: false,
    DeviceOnlyRememberedOnUserPrompt: false,
    ...sent,
  };
}

function completeDcr(config: JsonObject, before: Pool | undefined): void {
  if (config.DcrConfiguration !== undefined) {
    // "an omitted EnableStatus turns dynamic client registration on". Other members revert to their defaults.
    config.DcrConfiguration = {
      EnableStatus: 'Enabled',
      OpenDcrEnabled: false,
      ...member(config, 'DcrConfiguration'),
    };
  } else if (before?.config.DcrConfiguration !== undefined) {
    // "If you omit this parameter, Amazon Cognito keeps the existing configuration."
    config.DcrConfiguration = before.config.DcrConfiguration;
  }
}

function completeTags(config: JsonObject, before: Pool | undefined, settings: CognitoSettings): void {
  const reservedTags =
    before === undefined || settings.awsTags !== 'reserved'
      ? []
      : Object.entries(member(before.config, 'UserPoolTags')).filter(([key]) => key.startsWith('aws:'));
  config.UserPoolTags = { ...member(config, 'UserPoolTags'), ...Object.fromEntries(reservedTags) };
}

/** Keeps omitted members that an update doesn't reset, if the settings say so. */
function keepOmitted(config: JsonObject, before: Pool, settings: CognitoSettings): void {
  const { UserAttributeUpdateSettings, MfaConfiguration } = before.config;
  if (settings.omittedAttributeUpdateSettings === 'kept' && UserAttributeUpdateSettings !== undefined)
    config.UserAttributeUpdateSettings ??= UserAttributeUpdateSettings;
  if (settings.omittedMfaConfiguration === 'kept' && MfaConfiguration !== undefined)
    config.MfaConfiguration ??= MfaConfiguration;
  if (settings.omittedPolicies === 'kept')
    config.Policies = { ...member(before.config, 'Policies'), ...member(config, 'Policies') };
}

/** The configuration of a pool after CreateUserPool (`before` undefined) or UpdateUserPool. */
export function poolConfig(
  request: JsonObject,
  before: Pool | undefined,
  settings: CognitoSettings,
): JsonObject {
  const config: JsonObject = {};
  const future = settings.futureFields.pool;
  for (const name of [...settableNames, ...topLevel(future)]) {
    const value = request[name];
    if (value !== undefined) config[name] = structuredClone(value);
  }
  if (before !== undefined) keepOmitted(config, before, settings);
  const policies = member(config, 'Policies');
  const admin = member(config, 'AdminCreateUserConfig');
  const password = passwordPolicy(policies.PasswordPolicy, count(admin, 'UnusedAccountValidityDays'));
  config.Policies = {
    SignInPolicy: { AllowedFirstAuthFactors: ['PASSWORD'] },
    ...policies,
    PasswordPolicy: password,
  };
  config.AdminCreateUserConfig = adminCreateUserConfig(
    admin,
    count(password, 'TemporaryPasswordValidityDays'),
  );
  config.DeletionProtection ??= 'INACTIVE';
  config.LambdaConfig ??= {};
  config.MfaConfiguration ??= 'OFF';
  config.UserPoolTier ??= 'ESSENTIALS';
  config.EmailConfiguration = {
    EmailSendingAccount: 'COGNITO_DEFAULT',
    ...member(config, 'EmailConfiguration'),
  };
  config.AcrConfiguration = customAcr(member(config, 'AcrConfiguration'));
  completeMessages(config);
  completeDevice(config);
  completeDcr(config, before);
  completeTags(config, before, settings);
  applyFutureDefaults(config, future);
  return config;
}

/** Removes members whose value equals the one that they have if no request sets them. */
export function hideDefaults(config: JsonObject): void {
  if (config.DeletionProtection === 'INACTIVE') delete config.DeletionProtection;
  const email = member(config, 'EmailConfiguration');
  if (email.EmailSendingAccount === 'COGNITO_DEFAULT' && Object.keys(email).length === 1)
    config.EmailConfiguration = {};
  const template = member(config, 'VerificationMessageTemplate');
  const older = [
    config.SmsVerificationMessage,
    config.EmailVerificationMessage,
    config.EmailVerificationSubject,
  ];
  const isPlain = Object.values(template).every(
    (value) => value === 'CONFIRM_WITH_CODE' || older.includes(value),
  );
  if (isPlain) delete config.VerificationMessageTemplate;
}

/** True if usernames in this pool are case-sensitive, which is the default of the API. */
export function caseSensitive(pool: Pool): boolean {
  return member(pool.fixed, 'UsernameConfiguration').CaseSensitive !== false;
}

export function usernameAttributes(pool: Pool): string[] {
  return texts(pool.fixed, 'UsernameAttributes');
}

export function aliasAttributes(pool: Pool): string[] {
  return texts(pool.fixed, 'AliasAttributes');
}
