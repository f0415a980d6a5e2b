/** Reads a function's tags, and detects that they cannot be read. */
import { type GetFunctionCommandOutput, type LambdaClient, ListTagsCommand } from '@aws-sdk/client-lambda';
import { errorName } from '../errors.ts';
import type { TagMap } from '../ownership.ts';

/** GetFunction silently omits tags if lambda:ListTags is denied. Undefined means unreadable. */
export async function functionTags(
  lambda: LambdaClient,
  arn: string,
  found: GetFunctionCommandOutput,
): Promise<TagMap | undefined> {
  if (found.Tags !== undefined) return found.Tags;
  try {
    const { Tags = {} } = await lambda.send(new ListTagsCommand({ Resource: arn }));
    return Tags;
  } catch (error) {
    if (errorName(error) === 'AccessDeniedException') return undefined;
    throw error;
  }
}
