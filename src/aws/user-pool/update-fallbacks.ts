import { numberAt, objectAt, type RawJson, withKey } from '../lossless-update/index.ts';

/**
 * The body of an UpdateUserPool that AWS has refused, changed so that it says the same in a way that AWS takes.
 * @returns undefined when the refusal is about something else; each change can be made only once.
 */
export function inOtherWords(refusal: unknown, body: RawJson): RawJson | undefined {
  if (!(refusal instanceof Error)) return undefined;
  const { name, message } = refusal;
  const isInvalid = name === 'InvalidParameterException';
  if (isInvalid && message.includes('TemporaryPasswordValidityDays')) return withNewerDays(body);
  if (name === 'UserPoolTaggingException' || (isInvalid && /\btags?\b/i.test(message)))
    return withoutReservedTags(body);
  return undefined;
}

/**
 * The same number under the name that replaced UnusedAccountValidityDays (AWS API reference, AdminCreateUserConfigType).
 * A password policy of this one member would reset the others, so there must be one.
 */
function withNewerDays(body: RawJson): RawJson | undefined {
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
 * Without the tags that begin with aws:, which belong to AWS (CloudFormation sets them). Whether Cognito keeps them when
 * they are left out is not documented, so they are sent at first; a refusal ("aws: prefixed tag key names are not allowed
 * for external use") says that callers have no power over them (AWS General Reference, tag naming limits).
 */
function withoutReservedTags(body: RawJson): RawJson | undefined {
  const tags = Object.entries(objectAt(body, 'UserPoolTags') ?? {});
  const own = tags.filter(([key]) => !key.toLowerCase().startsWith('aws:'));
  return own.length === tags.length ? undefined : withKey(body, 'UserPoolTags', Object.fromEntries(own));
}
