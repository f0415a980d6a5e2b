/** What a pool with custom senders needs in AWS KMS. */
import { objectAt, type RawJson, stringAt } from '../lossless-update/index.ts';

/** The KMS key with which Cognito encrypts what it hands to custom senders; undefined where the pool has none. */
export function senderKeyOf(raw: RawJson | undefined): string | undefined {
  const lambda = objectAt(raw, 'LambdaConfig');
  const hasSender = ['CustomEmailSender', 'CustomSMSSender'].some((name) => objectAt(lambda, name));
  return hasSender ? stringAt(lambda, 'KMSKeyID') : undefined;
}
