/** The AWS KMS requirements of a pool with custom senders. */

/** The KMS key with which Cognito encrypts data for custom senders. Undefined if the pool has none. */
export function senderKeyOf(raw: JsonObject | undefined): string | undefined {
  const lambda = objectAt(raw, 'LambdaConfig');
  const hasSender = ['CustomEmailSender', 'CustomSMSSender'].some((name) => objectAt(lambda, name));
  return hasSender ? stringAt(lambda, 'KMSKeyID') : undefined;
}

import { type JsonObject, objectAt, stringAt } from '../../core/json.ts';
