/** Reads what the resources of a migration say about it, for a run without a state file. Asks nothing. */
import type { Role } from '@aws-sdk/client-iam';
import { parseArn } from '../../aws/arn.ts';
import type { Side } from '../../aws/clients.ts';
import { readUndoRecords } from '../../aws/function/undo-tags.ts';
import { getRole } from '../../aws/iam.ts';
import { readLogTraces } from '../../aws/log-group.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { type TagMap, toTagMap } from '../../aws/ownership.ts';
import type { Vars } from '../../core/variables/index.ts';
import { defaultName, logGroupName } from '../../steps/names.ts';
import { findPool } from './require-pool.ts';

/** The resources of one name, which may belong to a migration. */
export interface Trace {
  readonly NAME: string;
  /** The tags of the function or, without it, those of the role and the log. */
  readonly tags: readonly TagMap[];
  /** Undefined if it is missing or unreadable. */
  readonly role: Role | undefined;
}

/** The resources of this name, or of the default name and of the function on the trigger. */
export async function readTraces(
  side: Side,
  { NEW_USER_POOL_ID, NAME }: Pick<Vars, 'NEW_USER_POOL_ID'> & Partial<Pick<Vars, 'NAME'>>,
): Promise<readonly Trace[]> {
  const own = NAME ?? defaultName(NEW_USER_POOL_ID);
  const other = NAME === undefined ? await otherOnTrigger(side, NEW_USER_POOL_ID, own) : undefined;
  const reading = readUndoRecords(side.lambda, own);
  const readingOther = other && readUndoRecords(side.lambda, other.arn);
  // The other function may be foreign, in another account, or unreadable.
  const [tags, otherTags] = await Promise.all([reading, readingOther && readOptional(readingOther)]);
  const named = [{ NAME: own, tags }, ...(other && otherTags ? [{ NAME: other.NAME, tags: otherTags }] : [])];
  return Promise.all(named.map((one) => traceOf(side, one.NAME, one.tags)));
}

/** The function on the trigger, if it has another name. */
async function otherOnTrigger(side: Side, newPool: string, own: string) {
  const pool = await findPool(side, newPool);
  const arn = pool?.pool.LambdaConfig?.UserMigration;
  const [, NAME] = parseArn(arn ?? '').resource.split(':');
  return arn === undefined || NAME === undefined || NAME === own ? undefined : { NAME, arn };
}

/** @param tags those of the function. If it is gone, its role and its log have the same ones. */
async function traceOf(side: Side, NAME: string, tags: TagMap | undefined): Promise<Trace> {
  const finding = getRole(side.iam, NAME);
  const role = await readOptional(finding);
  if (tags !== undefined) return { NAME, tags: [tags], role };
  const log = await readLogTraces(side.logs, logGroupName({ NAME }));
  return { NAME, tags: tagsBeside(role, log.tags), role };
}

const tagsBeside = (role: Role | undefined, log: TagMap | undefined): readonly TagMap[] =>
  [log, role && toTagMap(role.Tags)].filter((one) => one !== undefined);

export interface OwnResources {
  readonly retentionInDays: number | undefined;
  /** The tags of the role and of the log, of those that exist and can be read. */
  readonly tags: readonly TagMap[];
}

/** Reads the role and the log of a migration. Either may be missing or unreadable. The other one then decides. */
export async function readOwnResources(
  { logs, iam }: Pick<Side, 'logs' | 'iam'>,
  NAME: string,
): Promise<OwnResources> {
  const [role, log] = await Promise.all([
    readOptional(getRole(iam, NAME)),
    readLogTraces(logs, logGroupName({ NAME })),
  ]);
  return { retentionInDays: log.retentionInDays, tags: tagsBeside(role, log.tags) };
}
