/** The function's log group. Created before the function, so that logs never lack a retention. */

import {
  type CloudWatchLogsClient,
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  paginateDescribeSubscriptionFilters,
  type SubscriptionFilter,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseArn } from '../aws/arn.ts';
import { logGroupUrl } from '../aws/console-url.ts';
import { isNamed, undefinedIfNotFound } from '../aws/errors.ts';
import { findGroup, groupsFrom } from '../aws/log-group.ts';
import { readOptional } from '../aws/optional-read.ts';
import { missingTags, ownerOf, ownTags, poolTag, type TagMap } from '../aws/ownership.ts';
import type { Addition } from '../core/additions.ts';
import { noEffect } from '../core/effects.ts';
import { type Notice, unreadInto } from '../core/notice.ts';
import { lifecycle } from '../core/permission.ts';
import { quoted } from '../core/shell.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep } from './define-step.ts';
import { defaultName, functionArn, logGroupName } from './names.ts';

type Props = { readonly retentionDays: number | null; readonly tags: TagMap };

/** Tagging requires the ARN without the `:*` that DescribeLogGroups appends. */
function logGroupArn(vars: Pick<Vars, 'NEW_USER_POOL_ARN' | 'NAME'>): string {
  return logGroupsArn(vars.NEW_USER_POOL_ARN, logGroupName(vars));
}

/** The ARN of the log groups with this name or pattern, beside that pool. */
function logGroupsArn(poolArn: string, name: string): string {
  const { partition, region, account } = parseArn(poolArn);
  return `arn:${partition}:logs:${region}:${account}:log-group:${name}`;
}

/** The input of CreateLogGroup. */
const newGroup = (want: Props, vars: Pick<Vars, 'NAME'>) => ({
  logGroupName: logGroupName(vars),
  tags: { ...want.tags },
});

async function filtersOf(client: CloudWatchLogsClient, logGroupName: string): Promise<SubscriptionFilter[]> {
  const found: SubscriptionFilter[] = [];
  for await (const { subscriptionFilters = [] } of paginateDescribeSubscriptionFilters(
    { client },
    { logGroupName },
  ))
    found.push(...subscriptionFilters);
  return found;
}

function filterAddition(
  { filterName = '', destinationArn = '' }: SubscriptionFilter,
  vars: Pick<Vars, 'NAME' | 'NEW_USER_POOL_ARN'>,
): Addition {
  const group = `--log-group-name ${quoted(logGroupName(vars))}`;
  const region = quoted(parseArn(vars.NEW_USER_POOL_ARN).region);
  return {
    path: `subscriptionFilters.${filterName}`,
    found: destinationArn,
    means: 'The log goes there too. It has no passwords and no names, but IDs and times of sign-ins.',
    remove: `aws logs delete-subscription-filter ${group} --filter-name ${quoted(filterName)} --region ${region}`,
    finding: 'CM411',
  };
}

async function deleteGroup(logs: CloudWatchLogsClient, name: string): Promise<void> {
  const gone = logs.send(new DeleteLogGroupCommand({ logGroupName: name }));
  await undefinedIfNotFound(gone, 'ResourceNotFoundException');
}

export const logGroup = defineStep({
  id: 'log-group',
  title: 'log group',
  effects: {
    missing: noEffect('CloudWatch Logs keeps new log lines forever.'),
    drifted: noEffect('The log may be kept for a longer or shorter time.'),
    foreign: noEffect('The log does not belong to this migration.'),
  },
  consoleUrl: (inputs) => logGroupUrl(functionArn(inputs), logGroupName(inputs)),
  kind: 'create',
  requires: ['NAME', 'TAGS', 'LOG_RETENTION', 'OLD_USER_POOL_ID', 'NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN'],
  outputs: [],
  cleanup: {
    kind: 'log group',
    listAction: 'logs:DescribeLogGroups',
    async list({ side }, prefix) {
      const start = logGroupName({ NAME: '' });
      const names: string[] = [];
      for await (const group of groupsFrom(side.logs, `${start}${prefix}`))
        names.push(group.logGroupName?.slice(start.length) ?? '');
      return names;
    },
    async find({ side, partition, account }, NAME) {
      const name = logGroupName({ NAME });
      if ((await findGroup(side.logs, name)) === undefined) return undefined;
      const resourceArn = `arn:${partition}:logs:${side.region}:${account}:log-group:${name}`;
      const { tags = {} } = await side.logs.send(new ListTagsForResourceCommand({ resourceArn }));
      // Lambda creates one without tags for a function that still wrote after its group was deleted.
      return { name, id: name, tags, isLate: Object.keys(tags).length === 0 };
    },
    remove: ({ side }, name) => deleteGroup(side.logs, name),
    permissions: [
      {
        sid: 'KeepAndReadTheLog',
        actions: [
          'logs:CreateLogGroup',
          'logs:TagResource',
          'logs:ListTagsForResource',
          'logs:PutRetentionPolicy',
          'logs:FilterLogEvents',
          'logs:DescribeSubscriptionFilters',
          'logs:DeleteLogGroup',
        ],
        resource: ({ partition, region, account, names }) =>
          `arn:${partition}:logs:${region}:${account}:log-group:${logGroupName({ NAME: names })}`,
      },
    ],
  },
  permissions: [
    {
      sid: 'FindTheLog',
      actions: { 'logs:DescribeLogGroups': lifecycle },
      // DescribeLogGroups takes no narrower resource.
      resource: ({ NEW_USER_POOL_ARN }) => logGroupsArn(NEW_USER_POOL_ARN, '*'),
    },
    {
      sid: 'KeepAndReadTheLog',
      actions: {
        'logs:CreateLogGroup': ['init'],
        'logs:TagResource': ['init'],
        'logs:ListTagsForResource': lifecycle,
        'logs:PutRetentionPolicy': ['init'],
        'logs:FilterLogEvents': ['watch', 'finish'],
        'logs:DescribeSubscriptionFilters': lifecycle,
        'logs:DeleteLogGroup': ['finish'],
      },
      resource: (facts) => [logGroupArn(facts), `${logGroupArn(facts)}:*`],
    },
  ],
  describe: (inputs) => `${logGroupName(inputs)}, kept ${inputs.LOG_RETENTION} days`,

  desired: ({ vars, live }): Props => ({
    retentionDays: vars.LOG_RETENTION,
    tags: { ...live?.tags, ...ownTags(vars) },
  }),

  iac: ({ want, vars }) => ({
    type: 'log-group',
    calls: [
      { operation: 'CreateLogGroup', input: newGroup(want, vars) },
      {
        operation: 'PutRetentionPolicy',
        input: { logGroupName: logGroupName(vars), retentionInDays: want.retentionDays },
      },
    ],
  }),

  async read({ aws, vars }) {
    const group = await findGroup(aws.new.logs, logGroupName(vars));
    if (group === undefined) return undefined;
    const notices: Notice[] = [];
    const [{ tags = {} }, filters = []] = await Promise.all([
      aws.new.logs.send(new ListTagsForResourceCommand({ resourceArn: logGroupArn(vars) })),
      readOptional(filtersOf(aws.new.logs, logGroupName(vars)), unreadInto(notices)('log-subscriptions')),
    ]);
    const props = { retentionDays: group.retentionInDays ?? null, tags };
    // Lambda creates an untagged group if a function logs without one. Only this migration uses the default
    // name, so that group belongs to our own function.
    const isOrphan = tags[poolTag] === undefined && vars.NAME === defaultName(vars.NEW_USER_POOL_ID);
    const owner = isOrphan ? ({ ownership: 'ours' } as const) : ownerOf(tags, vars);
    const additions = filters.map((filter) => filterAddition(filter, vars));
    return { props, outputs: {}, ...owner, additions, notices };
  },

  async write({ aws, want, live, vars }) {
    const { logs } = aws.new;
    const name = logGroupName(vars);
    if (live === undefined) {
      await logs.send(new CreateLogGroupCommand(newGroup(want, vars))).catch((error: unknown) => {
        if (!isNamed(error, 'ResourceAlreadyExistsException')) throw error; // the function created it first
      });
    }
    if (want.retentionDays !== null && want.retentionDays !== live?.props.retentionDays) {
      await logs.send(
        new PutRetentionPolicyCommand({ logGroupName: name, retentionInDays: want.retentionDays }),
      );
    }
    const tags = live === undefined ? {} : missingTags(want.tags, live.props.tags);
    if (Object.keys(tags).length > 0) {
      await logs.send(new TagResourceCommand({ resourceArn: logGroupArn(vars), tags }));
    }
    return { outputs: {} };
  },

  async remove({ aws, vars }) {
    await deleteGroup(aws.new.logs, logGroupName(vars));
    return undefined;
  },
});
