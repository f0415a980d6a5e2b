import { type JsonObject, withKey } from '../../core/json.ts';
import { withoutEmptyTexts } from '../lossless-update/index.ts';
import { clientFields, neverEmptyClientTexts, readOnlyClientFields } from './fields.ts';

/** For the tests which prove that every field matters. The program itself always uses the defaults. */
export interface ClientRequestRules {
  /** Members of UpdateUserPoolClient to send. */
  readonly fields?: Readonly<Record<string, true>>;
  /** Whether to send top-level keys that this program doesn't know. Default: true. */
  readonly carryUnknown?: boolean;
}

/**
 * The body of an UpdateUserPoolClient that changes nothing.
 * @param raw DescribeUserPoolClient's answer, with every key except the secret.
 */
export function clientRequest(raw: JsonObject, rules: ClientRequestRules = {}): JsonObject {
  const { fields = clientFields, carryUnknown = true } = rules;
  const isSent = (key: string) =>
    Object.hasOwn(fields, key) || (carryUnknown && !Object.hasOwn(readOnlyClientFields, key));
  // AWS-JSON writes "absent" as null.
  const sent = Object.entries(raw).filter(([key, value]) => value !== null && isSent(key));
  return withoutEmptyTexts(Object.fromEntries(sent), neverEmptyClientTexts);
}

/** The same body with these flows. Omits an empty list, which requests AWS's default. */
export function withFlows(json: JsonObject, flows: readonly string[]): JsonObject {
  return withKey(json, 'ExplicitAuthFlows', flows.length === 0 ? undefined : flows);
}
