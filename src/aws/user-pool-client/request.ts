import { type JsonObject, withKey } from '../../core/json.ts';
import { withoutEmptyTexts } from '../lossless-update/index.ts';
import { clientFields, neverEmptyClientTexts, readOnlyClientFields } from './fields.ts';

/**
 * The body of an UpdateUserPoolClient that changes nothing.
 * @param raw DescribeUserPoolClient's answer, with every key except the secret.
 */
export function clientRequest(raw: JsonObject): JsonObject {
  const isSent = (key: string) =>
    Object.hasOwn(clientFields, key) || !Object.hasOwn(readOnlyClientFields, key);
  // AWS-JSON writes "absent" as null.
  const sent = Object.entries(raw).filter(([key, value]) => value !== null && isSent(key));
  return withoutEmptyTexts(Object.fromEntries(sent), neverEmptyClientTexts);
}

/** The same body with these flows. Omits an empty list, which requests AWS's default. */
export function withFlows(json: JsonObject, flows: readonly string[]): JsonObject {
  return withKey(json, 'ExplicitAuthFlows', flows.length === 0 ? undefined : flows);
}
