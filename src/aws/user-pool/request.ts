import {
  isObject,
  type JsonValue,
  numberAt,
  objectAt,
  type RawJson,
  withKey,
  withoutEmptyTexts,
} from '../lossless-update/index.ts';
import { neverEmptyPoolTexts, type PoolField, poolFields, readOnlyPoolFields } from './fields.ts';

/** For the proof that every field matters: the program itself always uses the defaults. */
export interface RequestRules {
  /** Members of UpdateUserPool that are sent. */
  readonly fields?: Readonly<Record<string, PoolField>>;
  /** Are top-level keys that this program does not know carried through? Default true. */
  readonly carryUnknown?: boolean;
}

/**
 * The body of an UpdateUserPool that changes nothing.
 * @param raw what DescribeUserPool answered, with every key. What is nested in a known member goes along as it is.
 * @returns the JSON of the request; no value of `raw` is changed, and none invented, except as each rule below says.
 */
export function poolRequest(raw: RawJson, rules: RequestRules = {}): RawJson {
  const { fields = poolFields, carryUnknown = true } = rules;
  const members = Object.entries<PoolField>(fields);
  const sent = members.flatMap(([name, { from, send }]) => {
    const value = Object.hasOwn(raw, from) ? raw[from] : undefined;
    return isSent(send, value) ? [[name, value] as const] : [];
  });
  const known = new Set<string>([...Object.keys(readOnlyPoolFields), ...members.map(([, { from }]) => from)]);
  const unknown = Object.entries(raw).filter(
    ([key, value]) => carryUnknown && !known.has(key) && value !== null,
  );
  const request = Object.fromEntries([...sent, ...unknown]);
  return withoutOlderDays(withoutEmptyTexts(request, neverEmptyPoolTexts));
}

function isSent(send: PoolField['send'], value: JsonValue | undefined): value is JsonValue {
  // null is how AWS-JSON writes "absent".
  if (value === undefined || value === null || send === 'kept') return false;
  return send === 'always' || !hasDefaultNames(value);
}

/** The same body with the user-migration trigger set, or taken out when `lambdaArn` is undefined. */
export function withUserMigration(json: RawJson, lambdaArn: string | undefined): RawJson {
  // The other triggers, and KMSKeyID that custom senders need, stay.
  return withKey(
    json,
    'LambdaConfig',
    withKey(objectAt(json, 'LambdaConfig') ?? {}, 'UserMigration', lambdaArn),
  );
}

/**
 * UnusedAccountValidityDays may not be sent beside the setting that replaced it: "Please use
 * TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays" (aws/aws-sdk-js#3817,
 * pulumi/pulumi-aws-native#1256), though DescribeUserPool returns both. A pool that has only the older one keeps it.
 */
function withoutOlderDays(request: RawJson): RawJson {
  const config = objectAt(request, 'AdminCreateUserConfig');
  const policy = objectAt(objectAt(request, 'Policies'), 'PasswordPolicy');
  if (config === undefined || numberAt(policy, 'TemporaryPasswordValidityDays') === undefined) return request;
  return withKey(request, 'AdminCreateUserConfig', withKey(config, 'UnusedAccountValidityDays', undefined));
}

/**
 * DescribeUserPool merges default names into AcrConfiguration, and names of one's own need the Essentials plan (API
 * reference, UserPoolType). Left out, every level gets its default name: the same, on every plan.
 */
function hasDefaultNames(acr: JsonValue): boolean {
  return (
    isObject(acr) &&
    Object.entries(acr).every(
      ([level, config]) =>
        isObject(config) &&
        Object.keys(config).length === 1 &&
        config.AcrValue === level.replace(/^Level/, 'urn:cognito:loa:'),
    )
  );
}
