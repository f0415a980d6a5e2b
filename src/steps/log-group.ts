/** The function's log group. Created before the function, so that logs never lack a retention. */
import {
  CreateLogGroupCommand,
  DeleteLogGroupCommand,
  ListTagsForResourceCommand,
  PutRetentionPolicyCommand,
  paginateDescribeLogGroups,
  TagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs';
import { parseArn } from '../aws/arn.ts';
import { isNamed, undefinedIfNotFound } from '../aws/errors.ts';
import { missingTags, ownerOf, ownTags, poolTag, type TagMap } from '../aws/ownership.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep } from './define-step.ts';
import { defaultName, logGroupName } from './names.ts';

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

export const logGroup = defineStep({
  id: 'log-group',
  title: 'log group',
  kind: 'create',
  requires: ['NAME', 'TAGS', 'LOG_RETENTION', 'OLD_USER_POOL_ID', 'NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN'],
  outputs: [],
  permissions: [
    {
      sid: 'FindTheLog',
      actions: ['logs:DescribeLogGroups'],
      // DescribeLogGroups takes no narrower resource.
      resource: ({ NEW_USER_POOL_ARN }) => logGroupsArn(NEW_USER_POOL_ARN, '*'),
    },
    {
      sid: 'KeepAndReadTheLog',
      actions: [
        'logs:CreateLogGroup',
        'logs:TagResource',
        'logs:ListTagsForResource',
        'logs:PutRetentionPolicy',
        'logs:FilterLogEvents',
        'logs:DeleteLogGroup',
      ],
      resource: (facts) => [logGroupArn(facts), `${logGroupArn(facts)}:*`],
    },
  ],
  describe: (inputs) => `${logGroupName(inputs)}, kept ${inputs.LOG_RETENTION} days`,

  desired: ({ vars, live }): Props => ({
    retentionDays: vars.LOG_RETENTION,
    tags: { ...live?.tags, ...ownTags(vars) },
  }),

  calls: ({ want, vars }) => [
    { operation: 'CreateLogGroup', input: newGroup(want, vars) },
    {
      operation: 'PutRetentionPolicy',
      input: { logGroupName: logGroupName(vars), retentionInDays: want.retentionDays },
    },
  ],

  async read({ aws, vars }) {
    const logGroupNamePrefix = logGroupName(vars);
    for await (const page of paginateDescribeLogGroups({ client: aws.new.logs }, { logGroupNamePrefix })) {
      const group = page.logGroups?.find(({ logGroupName }) => logGroupName === logGroupNamePrefix);
      if (group === undefined) continue;
      const { tags = {} } = await aws.new.logs.send(
        new ListTagsForResourceCommand({ resourceArn: logGroupArn(vars) }),
      );
      const props = { retentionDays: group.retentionInDays ?? null, tags };
      // Lambda creates an untagged group if a function logs without one. Only this migration uses the default
      // name, so that group belongs to our own function.
      const isOrphan = tags[poolTag] === undefined && vars.NAME === defaultName(vars.NEW_USER_POOL_ID);
      const owner = isOrphan ? ({ ownership: 'ours' } as const) : ownerOf(tags, vars);
      return { props, outputs: {}, ...owner };
    }
    return undefined;
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
    await undefinedIfNotFound(
      aws.new.logs.send(new DeleteLogGroupCommand({ logGroupName: logGroupName(vars) })),
      'ResourceNotFoundException',
    );
    return undefined;
  },
});
