/** Condition keys of tags (Service Authorization Reference, "Amazon Cognito User Pools"). */
import type { JsonObject, RequestContext } from '../../operation.ts';
import { member } from './pool-config.ts';
import type { Pool } from './state.ts';

/** aws:ResourceTag keys of the pool that a call names. */
export function resourceTags(pool: Pool | undefined): RequestContext {
  const tags = pool === undefined ? {} : member(pool.config, 'UserPoolTags');
  return Object.fromEntries(
    Object.entries(tags).map(([key, value]) => [`aws:ResourceTag/${key}`, String(value)]),
  );
}

/** aws:RequestTag and aws:TagKeys of tags that a call sets, or of keys that it removes. */
export function requestTags(tags: JsonObject, removed: readonly string[] = []): RequestContext {
  const keys = [...Object.keys(tags), ...removed];
  if (keys.length === 0) return {};
  const values = Object.entries(tags).map(
    ([key, value]) => [`aws:RequestTag/${key}`, String(value)] as const,
  );
  return { ...Object.fromEntries(values), 'aws:TagKeys': keys };
}
