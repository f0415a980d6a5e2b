/** Resource ownership, read from tags. Tags survive a lost state file. */
import type { Ownership } from '../core/step.ts';
import type { Vars } from '../core/variables/index.ts';

export const poolTag = 'cognito-migrate:pool';
export const oldPoolTag = 'cognito-migrate:old-pool';

type Pools = Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>;

/** Tags by key, in the form that the steps compare. */
export type TagMap = Readonly<Record<string, string>>;

/** The tags of every taggable resource of this migration, including the caller's own tags. */
export function ownTags(vars: Pools & Pick<Vars, 'TAGS'>): TagMap {
  return { ...vars.TAGS, [poolTag]: vars.NEW_USER_POOL_ID, [oldPoolTag]: vars.OLD_USER_POOL_ID };
}

/**
 * The owner of a resource. Undefined tags mean that its tags cannot be read.
 * A migration from another old pool into the same new pool is a different migration.
 */
export function ownerOf(
  tags: TagMap | undefined,
  pools: Pools,
): { readonly ownership: Ownership; readonly owner?: string } {
  if (tags === undefined) return { ownership: 'unknown' };
  const newPool = tags[poolTag];
  const oldPool = tags[oldPoolTag];
  if (newPool === pools.NEW_USER_POOL_ID && oldPool === pools.OLD_USER_POOL_ID) return { ownership: 'ours' };
  if (newPool === undefined) return { ownership: 'foreign' };
  return { ownership: 'foreign', owner: `of the migration ${oldPool ?? '?'} → ${newPool}` };
}

interface AwsTag {
  readonly Key: string | undefined;
  readonly Value: string | undefined;
}

export const toTagMap = (tags: readonly AwsTag[] | undefined): TagMap =>
  Object.fromEntries((tags ?? []).map(({ Key = '', Value = '' }) => [Key, Value]));

export const toTagList = (tags: TagMap): { Key: string; Value: string }[] =>
  Object.entries(tags).map(([Key, Value]) => ({ Key, Value }));

/** Expected tags that are missing or have another value. */
export const missingTags = (wanted: TagMap, found: TagMap): TagMap =>
  Object.fromEntries(Object.entries(wanted).filter(([key, value]) => found[key] !== value));
