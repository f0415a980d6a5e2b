/**
 * Another migration into the same new pool that has replaced our trigger.
 * It moves users of a second old pool.
 */
import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { LambdaClient } from '@aws-sdk/client-lambda';
import { undefinedIfDenied, undefinedIfNotFound } from '../errors.ts';
import { readUndoRecords } from '../function/undo-tags.ts';
import { poolTag, type TagMap } from '../ownership.ts';
import { undoTrigger } from './index.ts';

/**
 * That migration's function and its records.
 * Undefined if the trigger is ours, empty, or set to anything else.
 */
export async function nextMigration(
  { idp, lambda }: { readonly idp: CognitoIdentityProviderClient; readonly lambda: LambdaClient },
  UserPoolId: string,
  ours: string,
): Promise<{ readonly arn: string; readonly records: TagMap } | undefined> {
  const answer = idp.send(new DescribeUserPoolCommand({ UserPoolId }));
  const found = await undefinedIfNotFound(answer, 'ResourceNotFoundException');
  const undo = undoTrigger(found?.UserPool?.LambdaConfig?.UserMigration, ours);
  if (undo.action !== 'leave') return undefined;
  const records = await undefinedIfDenied(readUndoRecords(lambda, undo.lambdaArn));
  return records?.[poolTag] === UserPoolId ? { arn: undo.lambdaArn, records } : undefined;
}
