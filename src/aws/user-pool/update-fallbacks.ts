import { CheckError } from '../../core/errors.ts';
import { type JsonObject, numberAt, objectAt, stringAt, withKey } from '../../core/json.ts';

/**
 * An equivalent body for an UpdateUserPool that AWS refused, in a form that AWS accepts.
 * @returns Undefined if the refusal has another reason. Each change can be made only once.
 */
export function inOtherWords(refusal: unknown, body: JsonObject): JsonObject | undefined {
  if (!(refusal instanceof Error)) return undefined;
  const { name, message } = refusal;
  const isInvalid = name === 'InvalidParameterException';
  if (isInvalid && message.includes('TemporaryPasswordValidityDays')) return withNewerDays(body);
  if (name === 'UserPoolTaggingException' || (isInvalid && /\btags?\b/i.test(message)))
    return withoutReservedTags(body);
  return undefined;
}

/**
 * Moves the number to the name that replaced UnusedAccountValidityDays.
 * Source: AWS API reference, AdminCreateUserConfigType. A password policy with only this member would reset
 * the others, so a policy must exist.
 */
function withNewerDays(body: JsonObject): JsonObject | undefined {
  const config = objectAt(body, 'AdminCreateUserConfig');
  const policies = objectAt(body, 'Policies');
  const policy = objectAt(policies, 'PasswordPolicy');
  const days = numberAt(config, 'UnusedAccountValidityDays');
  if (config === undefined || policies === undefined || policy === undefined || days === undefined)
    return undefined;
  const newer = withKey(policies, 'PasswordPolicy', withKey(policy, 'TemporaryPasswordValidityDays', days));
  const trimmed = withKey(
    body,
    'AdminCreateUserConfig',
    withKey(config, 'UnusedAccountValidityDays', undefined),
  );
  return withKey(trimmed, 'Policies', newer);
}

/**
 * Removes the tags that begin with aws:, which belong to AWS (CloudFormation sets them).
 * AWS doesn't document whether Cognito keeps omitted tags, so the first attempt sends them. A refusal ("aws:
 * prefixed tag key names are not allowed for external use") shows that callers cannot change them (AWS
 * General Reference, tag naming limits).
 */
function withoutReservedTags(body: JsonObject): JsonObject | undefined {
  const tags = Object.entries(objectAt(body, 'UserPoolTags') ?? {});
  const own = tags.filter(([key]) => !key.toLowerCase().startsWith('aws:'));
  return own.length === tags.length ? undefined : withKey(body, 'UserPoolTags', Object.fromEntries(own));
}

/**
 * The error for a verification template that AWS refuses because it has both code and link texts.
 * "When you supply both parameters with either choice, Amazon Cognito returns an error" (AWS API reference,
 * UpdateUserPool). However, AWS has also been seen to accept both (see fields.ts). This program could omit
 * the kind that isn't in use, but that would delete it. No later call could put it back beside the other, so
 * the pool's owner must do this.
 * @returns Undefined if the refusal has another reason.
 */
export function bothTexts(refusal: unknown, body: JsonObject): CheckError | undefined {
  const template = objectAt(body, 'VerificationMessageTemplate');
  const code = stringAt(template, 'EmailMessage');
  const link = stringAt(template, 'EmailMessageByLink');
  if (!(refusal instanceof Error) || refusal.name !== 'InvalidParameterException') return undefined;
  if (code === undefined || link === undefined || !/message|template/i.test(refusal.message))
    return undefined;
  const isLink = stringAt(template, 'DefaultEmailOption') === 'CONFIRM_WITH_LINK';
  const [option, unused] = isLink
    ? ['CONFIRM_WITH_LINK', 'EmailMessage']
    : ['CONFIRM_WITH_CODE', 'EmailMessageByLink'];
  const what = `AWS refuses the pool's own verification messages: ${refusal.message} The pool was not changed.`;
  return new CheckError(
    [what, `EmailMessage: ${JSON.stringify(code)}`, `EmailMessageByLink: ${JSON.stringify(link)}`].join('\n'),
    {
      code: 'BOTH_VERIFICATION_TEXTS',
      expected: `EmailMessage or EmailMessageByLink, or a link text with {##…##} in it`,
      found: { DefaultEmailOption: option, EmailMessage: code, EmailMessageByLink: link },
      hint: [
        `The pool verifies with ${option}, so its ${unused} is not in use. Leaving it out would lose it, so that was not done.`,
        'Correct the verification messages in the console (Authentication methods, Message templates), which leaves the other settings alone, and run the same command again.',
      ],
      cause: refusal,
    },
  );
}
