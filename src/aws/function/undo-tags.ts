/**
 * Undo data, kept as tags of the function.
 * A teardown without the state file reads there which clients got the password flow from us, and how. It also
 * reads which trigger was replaced.
 */
import { type LambdaClient, TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { PermissionError } from '../../core/errors.ts';
import { undefinedIfNotFound } from '../errors.ts';
import type { TagMap } from '../ownership.ts';
import { findFunction } from './read.ts';
import { functionTags } from './tags.ts';

/** The choice of alarms. A teardown without the state file finds them by it. */
export const alarmsTag = 'cognito-migrate:alarms';
/** The function's tags with this choice of alarms. */
export function withAlarms(tags: TagMap = {}, choice: string | undefined): TagMap {
  const { [alarmsTag]: _before, ...others } = tags;
  return choice === undefined ? others : { ...others, [alarmsTag]: choice };
}

/** The two kinds of work after a move that `sync` repeats. */
export const syncParts = ['groups', 'marks'] as const;
export type SyncPart = (typeof syncParts)[number];

/** The time up to which complete runs of `sync` cover users. What they lack since then was taken away. */
export const syncedTags: Readonly<Record<SyncPart, string>> = {
  groups: 'cognito-migrate:synced',
  marks: 'cognito-migrate:synced-marks',
};
/**
 * These tags, for users created before this time. A recreated function gets them too: nothing says what runs of
 * `sync` have covered, and rights that someone took away must not come back.
 */
export const coveredTags = (until: number, parts: readonly SyncPart[] = syncParts): TagMap =>
  Object.fromEntries(parts.map((part) => [syncedTags[part], new Date(until).toISOString()]));

/** The end of the last import job whose users a complete run of `sync` covers, whatever the time above is. */
export const syncedImportsTag = 'cognito-migrate:synced-imports';
/** That tag. */
export const coveredImportsTag = (end: number): TagMap => ({
  [syncedImportsTag]: new Date(end).toISOString(),
});

/** The time of the last `unmark`. `sync` doesn't close the old users of earlier moves by itself after it. */
export const unmarkedTag = 'cognito-migrate:unmarked';
/** Tags that commands write later. Records of app clients leave room for them. */
export const laterTags: readonly string[] = [...Object.values(syncedTags), syncedImportsTag, unmarkedTag];
export const flowPrefix = 'cognito-migrate:flow:';
export const flowTag = (clientId: string): string => `${flowPrefix}${clientId}`;
/** The function that init replaced on the User migration trigger. Other slots are used only if empty. */
export const previousTriggerTag = 'cognito-migrate:previous-trigger';
/** Value of that tag if someone has emptied the trigger since. Then there is nothing to put back. */
export const noPreviousTrigger = 'none';

/** Writes one record. Runs before the change that it describes, so no change lacks its record. */
export async function writeUndoRecord(lambda: LambdaClient, arn: string, tags: TagMap): Promise<void> {
  await lambda.send(new TagResourceCommand({ Resource: arn, Tags: { ...tags } }));
}

/** Removes a record after its undo. A later teardown must not undo later changes by others. */
export async function dropUndoRecord(lambda: LambdaClient, arn: string, key: string): Promise<void> {
  const drop = new UntagResourceCommand({ Resource: arn, TagKeys: [key] });
  await undefinedIfNotFound(lambda.send(drop), 'ResourceNotFoundException');
}

/**
 * All tags of the function. Undefined if the function is gone.
 * @param name The function's name or ARN.
 * @throws PermissionError if the tags cannot be read. Without them, a teardown would leave the recorded
 * changes in place.
 */
export async function readUndoRecords(lambda: LambdaClient, name: string): Promise<TagMap | undefined> {
  const found = await findFunction(lambda, name);
  if (found === undefined) return undefined;
  const tags = await functionTags(lambda, found.Configuration?.FunctionArn ?? name, found);
  if (tags !== undefined) return tags;
  throw new PermissionError(`Cannot read the tags of the function ${name}`, {
    code: 'TAGS_UNREADABLE',
    found: { action: 'lambda:ListTags' },
    hint: [
      'They hold the values that teardown restores. Allow lambda:ListTags, and run the same command again.',
    ],
  });
}
