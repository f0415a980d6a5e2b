import { isObject, objectAt, type RawJson, stringAt, withKey } from '../lossless-update/index.ts';

/**
 * Values that stand for a setting which a pool does not show: CreateUserPool's documented defaults. DescribeUserPool shows them
 * for some pools only (the AWS CLI's recorded examples have `EmailConfiguration: {}`, and neither a template nor
 * DeletionProtection), and may show them once a pool was updated. UserPoolTier is none of these: an older pool that shows no
 * plan need not have the default one. DeviceConfiguration neither, since its presence turns a feature on.
 */
const defaults: RawJson = {
  DeletionProtection: 'INACTIVE',
  MfaConfiguration: 'OFF',
  EmailConfiguration: { EmailSendingAccount: 'COGNITO_DEFAULT' },
  VerificationMessageTemplate: { DefaultEmailOption: 'CONFIRM_WITH_CODE' },
};

/** Texts that the template takes over from members that "are no longer used", where there is no template (API reference). */
const olderTexts = {
  SmsMessage: 'SmsVerificationMessage',
  EmailMessage: 'EmailVerificationMessage',
  EmailSubject: 'EmailVerificationSubject',
} as const;

/** The pool with every default written out that it does not show. */
export function withDefaults(raw: RawJson): RawJson {
  return Object.entries(defaults).reduce((pool, [key, value]) => {
    const shown = pool[key] ?? undefined;
    if (!isObject(value)) return shown === undefined ? withKey(pool, key, value) : pool;
    const own = objectAt(pool, key);
    return withKey(pool, key, { ...value, ...(own ?? oldTexts(key, pool)) });
  }, raw);
}

function oldTexts(key: string, raw: RawJson): RawJson {
  if (key !== 'VerificationMessageTemplate') return {};
  const texts = Object.entries(olderTexts).flatMap(([name, older]) => {
    const text = stringAt(raw, older);
    return text === undefined ? [] : [[name, text] as const];
  });
  return Object.fromEntries(texts);
}
