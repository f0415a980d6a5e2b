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

import { type JsonObject, numberAt, objectAt, withKey } from '../../core/json.ts';
