/** Reads log groups, by name. */
import {
  type CloudWatchLogsClient,
  ListTagsForResourceCommand,
  type LogGroup,
  paginateDescribeLogGroups,
} from '@aws-sdk/client-cloudwatch-logs';
import { readOptional } from './optional-read.ts';
import type { TagMap } from './ownership.ts';

/** The groups whose names have this prefix. */
export async function* groupsFrom(
  client: CloudWatchLogsClient,
  logGroupNamePrefix: string,
): AsyncGenerator<LogGroup> {
  for await (const { logGroups = [] } of paginateDescribeLogGroups({ client }, { logGroupNamePrefix }))
    yield* logGroups;
}

/** The group with this name. */
export async function findGroup(client: CloudWatchLogsClient, name: string): Promise<LogGroup | undefined> {
  for await (const group of groupsFrom(client, name)) if (group.logGroupName === name) return group;
  return undefined;
}

/** What a log group says about the migration that it belongs to, as far as it can be read. */
export interface LogTraces {
  readonly retentionInDays: number | undefined;
  readonly tags: TagMap | undefined;
}

/** The group's retention and tags. Undefined if it is missing or unreadable. */
export async function readLogTraces(client: CloudWatchLogsClient, name: string): Promise<LogTraces> {
  const finding = findGroup(client, name);
  const group = await readOptional(finding);
  // Tagging takes the ARN without the `:*` that DescribeLogGroups appends.
  const resourceArn = group?.logGroupArn ?? group?.arn?.replace(/:\*$/, '');
  if (resourceArn === undefined) return { retentionInDays: group?.retentionInDays, tags: undefined };
  const listing = client.send(new ListTagsForResourceCommand({ resourceArn }));
  const answer = await readOptional(listing);
  return { retentionInDays: group?.retentionInDays, tags: answer?.tags };
}
