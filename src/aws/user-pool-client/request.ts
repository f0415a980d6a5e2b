import type { RawJson } from '../lossless-update/index.ts';
import { withKey, withoutEmptyTexts } from '../lossless-update/index.ts';
import { clientFields, neverEmptyClientTexts, readOnlyClientFields } from './fields.ts';

/** For the proof that every field matters: the program itself always uses the defaults. */
export interface ClientRequestRules {
  /** Members of UpdateUserPoolClient that are sent. */
  readonly fields?: Readonly<Record<string, true>>;
  /** Are top-level keys that this program does not know carried through? Default true. */
  readonly carryUnknown?: boolean;
}

/**
 * The body of an UpdateUserPoolClient that changes nothing.
 * @param raw what DescribeUserPoolClient answered, with every key but the secret.
 */
export function clientRequest(raw: RawJson, rules: ClientRequestRules = {}): RawJson {
  const { fields = clientFields, carryUnknown = true } = rules;
  const isSent = (key: string) =>
    Object.hasOwn(fields, key) || (carryUnknown && !Object.hasOwn(readOnlyClientFields, key));
  // null is how AWS-JSON writes "absent".
  const sent = Object.entries(raw).filter(([key, value]) => value !== null && isSent(key));
  return withoutEmptyTexts(Object.fromEntries(sent), neverEmptyClientTexts);
}

/** The same body with these flows; an empty list is left out, which is how AWS's default is asked for. */
export function withFlows(json: RawJson, flows: readonly string[]): RawJson {
  return withKey(json, 'ExplicitAuthFlows', flows.length === 0 ? undefined : flows);
}
