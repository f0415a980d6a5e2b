/** Reads what the role and the log of a migration say about it, for a run without a state file. */
import type { Role } from '@aws-sdk/client-iam';
import type { Side } from '../../aws/clients.ts';
import { getRole } from '../../aws/iam.ts';
import { readLogTraces } from '../../aws/log-group.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { type TagMap, toTagMap } from '../../aws/ownership.ts';
import { logGroupName } from '../../steps/names.ts';

/** The resources of one name, which may belong to a migration. */
export interface Trace {
  readonly NAME: string;
  /** The tags of the function or, without it, those of the role and the log. */
  readonly tags: readonly TagMap[];
  /** Undefined if it is missing or unreadable. */
  readonly role: Role | undefined;
}

/** @param tags those of the function. If it is gone, its role and its log have the same ones. */
export async function traceOf(side: Side, NAME: string, tags: TagMap | undefined): Promise<Trace> {
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
