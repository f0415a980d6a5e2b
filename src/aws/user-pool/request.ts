import { isJsonObject, type Json, type JsonObject, numberAt, objectAt, withKey } from '../../core/json.ts';
import { withoutEmptyTexts } from '../lossless-update/index.ts';
import { neverEmptyPoolTexts, type PoolField, poolFields, readOnlyPoolFields } from './fields.ts';
import { tokenConfigName, tokenConfigOf } from './token-trigger.ts';
import type { Triggers } from './undo.ts';

/**
 * The body of an UpdateUserPool that changes nothing.
 * @param raw DescribeUserPool's answer, with every key. The content of a known member is sent unchanged.
 * @returns The JSON of the request. No value of `raw` is changed and none invented, except as each rule below
 * says.
 */
export function poolRequest(raw: JsonObject): JsonObject {
  const members = Object.entries<PoolField>(poolFields);
  const sent = members.flatMap(([name, { from, send }]) => {
    const value = Object.hasOwn(raw, from) ? raw[from] : undefined;
    return isSent(send, value) ? [[name, value] as const] : [];
  });
  const known = new Set<string>([...Object.keys(readOnlyPoolFields), ...members.map(([, { from }]) => from)]);
  const unknown = Object.entries(raw).filter(([key, value]) => !known.has(key) && value !== null);
  const request = Object.fromEntries([...sent, ...unknown]);
  return withoutOlderDays(withoutEmptyTexts(request, neverEmptyPoolTexts));
}

function isSent(send: PoolField['send'], value: Json | undefined): value is Json {
  // AWS-JSON writes "absent" as null.
  if (value === undefined || value === null || send === 'kept') return false;
  return send === 'always' || !hasDefaultNames(value);
}

/** The same body with these triggers set, or removed where the ARN is undefined. */
export function withTriggers(json: JsonObject, triggers: Triggers): JsonObject {
  // The other triggers stay, and so does the KMSKeyID that custom senders need.
  const before = objectAt(json, 'LambdaConfig') ?? {};
  const config = Object.entries(triggers).reduce((all, [slot, arn]) => {
    const one = withKey(all, slot, arn);
    return slot === 'PreTokenGeneration' ? withKey(one, tokenConfigName, arn && tokenConfigOf(arn)) : one;
  }, before);
  return withKey(json, 'LambdaConfig', config);
}

/**
 * Removes UnusedAccountValidityDays if the setting that replaced it is set too.
 * AWS refuses both together: "Please use TemporaryPasswordValidityDays in PasswordPolicy instead of
 * UnusedAccountValidityDays" (aws/aws-sdk-js#3817, pulumi/pulumi-aws-native#1256). Yet DescribeUserPool
 * returns both. A pool that has only the older one keeps it.
 */
function withoutOlderDays(request: JsonObject): JsonObject {
  const config = objectAt(request, 'AdminCreateUserConfig');
  const policy = objectAt(objectAt(request, 'Policies'), 'PasswordPolicy');
  if (config === undefined || numberAt(policy, 'TemporaryPasswordValidityDays') === undefined) return request;
  return withKey(request, 'AdminCreateUserConfig', withKey(config, 'UnusedAccountValidityDays', undefined));
}

/**
 * Whether AcrConfiguration holds only default names.
 * DescribeUserPool merges default names into it, and custom names require the Essentials plan (API reference,
 * UserPoolType). If it's omitted, every level gets its default name: the same result on every plan.
 */
function hasDefaultNames(acr: Json): boolean {
  return (
    isJsonObject(acr) &&
    Object.entries(acr).every(
      ([level, config]) =>
        isJsonObject(config) &&
        Object.keys(config).length === 1 &&
        config.AcrValue === level.replace(/^Level/, 'urn:cognito:loa:'),
    )
  );
}
