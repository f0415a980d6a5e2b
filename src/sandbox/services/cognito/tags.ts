/** Tags of user pools by ARN. */
import type { Call, JsonObject, Operation } from '../../operation.ts';
import { invalidParameter, noSuchPool } from './errors.ts';
import { optMap, optObj, optStrings, str } from './input.ts';
import { cognitoState } from './pool-access.ts';
import { member } from './pool-config.ts';
import type { Pool } from './state.ts';
import { requestTags, resourceTags } from './tag-context.ts';

function taggedPool(call: Call): Pool {
  const arn = str(call.input, 'ResourceArn');
  const pool = [...cognitoState(call).pools.values()].find((candidate) => candidate.arn === arn);
  const sent = requestTags(optObj(call.input, 'Tags') ?? {}, optStrings(call.input, 'TagKeys'));
  call.authorize(`cognito-idp:${call.operation}`, arn, { ...resourceTags(pool), ...sent });
  if (pool === undefined) throw noSuchPool(arn.split('/').at(-1) ?? arn);
  return pool;
}

function refuseReserved(keys: readonly string[]): void {
  if (keys.some((key) => key.startsWith('aws:'))) {
    throw invalidParameter('aws: prefixed tag key names are not allowed for external use.');
  }
}

function setTags(pool: Pool, tags: JsonObject): void {
  pool.config = { ...pool.config, UserPoolTags: tags };
}

const tagResource: Operation = (call) => {
  const pool = taggedPool(call);
  const tags = optMap(call.input, 'Tags') ?? {};
  refuseReserved(Object.keys(tags));
  setTags(pool, { ...member(pool.config, 'UserPoolTags'), ...tags });
  return {};
};

const untagResource: Operation = (call) => {
  const pool = taggedPool(call);
  const keys = optStrings(call.input, 'TagKeys') ?? [];
  refuseReserved(keys);
  const left = Object.entries(member(pool.config, 'UserPoolTags')).filter(([key]) => !keys.includes(key));
  setTags(pool, Object.fromEntries(left));
  return {};
};

const listTags: Operation = (call) => ({ Tags: member(taggedPool(call).config, 'UserPoolTags') });

export const tagOperations = {
  TagResource: tagResource,
  UntagResource: untagResource,
  ListTagsForResource: listTags,
} satisfies Record<string, Operation>;
