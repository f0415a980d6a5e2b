import {
  type Difference,
  isJsonObject,
  type JsonObject,
  numberAt,
  objectAt,
  stringAt,
  withKey,
} from '../../core/json.ts';
import { settingDifferences, withoutEmptyTexts } from '../lossless-update/index.ts';
import { neverEmptyPoolTexts, volatilePoolFields } from './fields.ts';
import type { RawPool } from './read.ts';
import { bothTokenTriggers } from './token-trigger.ts';

const notSettings: ReadonlySet<string> = new Set([...volatilePoolFields, 'LastModifiedDate']);

/** Changes by someone else since `before` was read: any setting, or only the date of the last change. */
export function changedSince(before: RawPool, now: RawPool): Difference[] {
  return [
    ...settingDifferences(now.raw, before.raw, volatilePoolFields),
    ...mfaDifferences(now.mfa, before.mfa),
  ];
}

/**
 * Differences from the expected state after a write.
 * Omits dates and numbers that change on their own.
 */
export function poolDifferences(actual: RawPool, expected: RawPool): Difference[] {
  const found = settingDifferences(spelledOut(actual.raw), spelledOut(expected.raw), notSettings);
  return [...found, ...mfaDifferences(actual.mfa, expected.mfa)];
}

/** Defaults that an update made visible, and that applied before (see defaults). */
export function shownDefaults(actual: RawPool, expected: RawPool): Difference[] {
  const changed = new Set(poolDifferences(actual, expected).map(({ path }) => path));
  return settingDifferences(temporaryDays(actual.raw), temporaryDays(expected.raw), notSettings).filter(
    ({ path, expected: was }) => was === undefined && !changed.has(path),
  );
}

const spelledOut = (raw: JsonObject): JsonObject =>
  withDefaults(bothTokenTriggers(temporaryDays(withoutEmptyTexts(raw, neverEmptyPoolTexts))));

function mfaDifferences(actual: JsonObject, expected: JsonObject): Difference[] {
  return settingDifferences(actual, expected).map((line) => ({ ...line, path: `mfa.${line.path}` }));
}

/**
 * Writes the validity of temporary passwords under its newer name.
 * This setting has two names (see update-fallbacks.ts). Both sides of a comparison need the same one. After
 * an update, AWS may show an older pool's number under either name.
 */
function temporaryDays(raw: JsonObject): JsonObject {
  const config = objectAt(raw, 'AdminCreateUserConfig');
  const policies = objectAt(raw, 'Policies');
  const policy = objectAt(policies, 'PasswordPolicy');
  const older = numberAt(config, 'UnusedAccountValidityDays');
  if (config === undefined || older === undefined || policies === undefined || policy === undefined)
    return raw;
  const days = numberAt(policy, 'TemporaryPasswordValidityDays') ?? older;
  const newer = withKey(policies, 'PasswordPolicy', withKey(policy, 'TemporaryPasswordValidityDays', days));
  const trimmed = withKey(
    raw,
    'AdminCreateUserConfig',
    withKey(config, 'UnusedAccountValidityDays', undefined),
  );
  return withKey(trimmed, 'Policies', newer);
}

/** Top-level keys of `raw` that aren't settings. */
export const poolKeysThatAreNoSettings = notSettings;

/**
 * CreateUserPool's documented defaults, for settings that a pool doesn't show.
 * DescribeUserPool shows them for some pools only, and may show them after an update. The AWS CLI's recorded
 * examples have `EmailConfiguration: {}`, and neither a template nor DeletionProtection. UserPoolTier isn't
 * one of these: an older pool that shows no plan may not have the default plan. DeviceConfiguration isn't one
 * either, because its presence turns a feature on.
 */
const defaults: JsonObject = {
  DeletionProtection: 'INACTIVE',
  MfaConfiguration: 'OFF',
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
};

/**
 * Members that "are no longer used" (API reference).
 * If a pool shows no template, their texts fill it.
 */
const olderTexts = {
  SmsMessage: 'SmsVerificationMessage',
  EmailMessage: 'EmailVerificationMessage',
  EmailSubject: 'EmailVerificationSubject',
} as const;

/** The pool with all defaults that it doesn't show written out. */
function withDefaults(raw: JsonObject): JsonObject {
  return Object.entries(defaults).reduce((pool, [key, value]) => {
    const shown = pool[key] ?? undefined;
    if (!isJsonObject(value)) return shown === undefined ? withKey(pool, key, value) : pool;
    const own = objectAt(pool, key);
    return withKey(pool, key, { ...value, ...(own ?? oldTexts(key, pool)) });
  }, raw);
}

function oldTexts(key: string, raw: JsonObject): JsonObject {
  if (key !== 'VerificationMessageTemplate') return {};
  const texts = Object.entries(olderTexts).flatMap(([name, older]) => {
    const text = stringAt(raw, older);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
