/** The AWS KMS requirements of a pool with custom senders. */
import { objectAt, type RawJson, stringAt } from '../lossless-update/index.ts';

/** The KMS key with which Cognito encrypts data for custom senders. Undefined if the pool has none. */
export function senderKeyOf(raw: RawJson | undefined): string | undefined {
  const lambda = objectAt(raw, 'LambdaConfig');
  const hasSender = ['CustomEmailSender', 'CustomSMSSender'].some((name) => objectAt(lambda, name));
  return hasSender ? stringAt(lambda, 'KMSKeyID') : undefined;
}
