/** Reads what the role and the log of a migration say about it, for a run without a state file. */
import {
  ListTagsForResourceCommand,
  type LogGroup,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import type { Side } from '../../aws/clients.ts';
import { getRole } from '../../aws/iam.ts';
import { readOptional } from '../../aws/optional-read.ts';
import { type TagMap, toTagMap } from '../../aws/ownership.ts';
import { logGroupName } from '../../steps/names.ts';

export interface OwnResources {
  readonly retentionInDays: number | undefined;
  /** The tags of the role and of the log, of those that exist and can be read. */
  readonly tags: readonly TagMap[];
}

/**
 * Reads the log, then the tags of both at the same time.
 * The role or the log may be missing or unreadable. The other one then decides.
 */
export async function readOwnResources(
  { logs, iam }: Pick<Side, 'logs' | 'iam'>,
  NAME: string,
): Promise<OwnResources> {
  const finding = findLogGroup(logs, logGroupName({ NAME }));
  const group = await readOptional(finding);
  const [role, ofLog] = await Promise.all([
    readOptional(getRole(iam, NAME)),
    readOptional(logTags(logs, group)),
  ]);
  const tags = [ofLog, role && toTagMap(role.Tags)].filter((one) => one !== undefined);
  return { retentionInDays: group?.retentionInDays, tags };
}

async function findLogGroup(client: Side['logs'], name: string): Promise<LogGroup | undefined> {
  for await (const { logGroups = [] } of paginateDescribeLogGroups(
    { client },
    { logGroupNamePrefix: name },
  )) {
    const group = logGroups.find((one) => one.logGroupName === name);
    if (group !== undefined) return group;
  }
  return undefined;
}

async function logTags(logs: Side['logs'], group: LogGroup | undefined): Promise<TagMap | undefined> {
  // Tagging takes the ARN without the `:*` that DescribeLogGroups appends.
  const resourceArn = group?.logGroupArn ?? group?.arn?.replace(/:\*$/, '');
  if (resourceArn === undefined) return undefined;
  return (await logs.send(new ListTagsForResourceCommand({ resourceArn }))).tags;
}
