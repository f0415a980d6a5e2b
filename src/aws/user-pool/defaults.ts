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
export function withDefaults(raw: JsonObject): JsonObject {
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

import { isJsonObject, type JsonObject, objectAt, stringAt, withKey } from '../../core/json.ts';
