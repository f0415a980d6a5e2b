/**
 * Groups of the new pool that users get when they move. One key for each group that this migration creates.
 * An existing group is never changed, and only a group that this migration has created is ever deleted.
 */
import {
  CreateGroupCommand,
  DeleteGroupCommand,
  ListUsersInGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Aws } from '../aws/clients.ts';
import { userPoolUrl } from '../aws/console-url.ts';
import { errorName, isTransient, undefinedIfNotFound } from '../aws/errors.ts';
import { retry } from '../aws/retry.ts';
import { listGroups, mostGroups, type PoolGroup, type PoolGroups } from '../aws/user-pool/groups.ts';
import { limits } from '../core/effects.ts';
import { ConflictError } from '../core/errors.ts';
import { toJsonObject } from '../core/json.ts';
import type { PolicyTask } from '../core/permission.ts';
import type { Vars } from '../core/variables/index.ts';
import { defineStep } from './define-step.ts';
import { notOurs } from './group-plan.ts';

/** The groups of one pool. Nobody compares their settings: an administrator may change them afterwards. */
type Props = { readonly groups: readonly string[] };

/** The tasks that look at groups only if some are copied. The doctor always does. */
export const laterTasks: readonly PolicyTask[] = ['watch', 'users', 'finish', 'sync'];

/** All keys share one list, if it is not older than this, in milliseconds. */
const sharedForMs = 500;
const lists = new WeakMap<Aws, { readonly at: number; readonly reading: Promise<PoolGroups> }>();

function groupsNow(aws: Aws, userPoolId: string): Promise<PoolGroups> {
  const shared = lists.get(aws);
  const now = aws.clock.now();
  if (shared !== undefined && now - shared.at < sharedForMs) return shared.reading;
  const reading = listGroups(aws.new.idp, userPoolId, mostGroups);
  lists.set(aws, { at: now, reading });
  return reading;
}

/** The input of CreateGroup. A role only if the operator named it: that is a right. */
function newGroup(key: string, vars: Pick<Vars, 'NEW_USER_POOL_ID' | 'GROUP_PLAN'>) {
  const { description, precedence, roleArn } = vars.GROUP_PLAN.own[key] ?? {};
  return {
    UserPoolId: vars.NEW_USER_POOL_ID,
    GroupName: key,
    ...(description === undefined ? {} : { Description: description }),
    ...(precedence === undefined ? {} : { Precedence: precedence }),
    ...(roleArn === undefined ? {} : { RoleArn: roleArn }),
  };
}

const isAsWanted = (group: PoolGroup, key: string, { GROUP_PLAN }: Pick<Vars, 'GROUP_PLAN'>): boolean => {
  const { description, precedence, roleArn } = GROUP_PLAN.own[key] ?? {};
  const isSame = group.description === description && group.precedence === precedence;
  return isSame && group.roleArn === roleArn;
};

export const groups = defineStep({
  id: 'groups',
  title: 'group',
  effects: {
    missing: limits('Users who move are not added to this group.'),
    drifted: limits('Users who move may be in this group with other rights.'),
    foreign: limits('This group may give other rights in the new pool.'),
  },
  kind: 'create',
  consoleUrl: ({ NEW_USER_POOL_ARN }) => userPoolUrl(NEW_USER_POOL_ARN),
  requires: ['NEW_USER_POOL_ID', 'NEW_USER_POOL_ARN', 'NEW_USER_POOL_NAME', 'GROUP_PLAN'],
  outputs: [],
  when: ({ GROUP_PLAN }) => GROUP_PLAN !== undefined,
  keys: ({ GROUP_PLAN }) => Object.keys(GROUP_PLAN?.own ?? {}),
  label: (_inputs, key) => key,
  cleanup: 'with-pool',
  permissions: [
    {
      sid: 'SeeGroupsAfterwards',
      when: ({ GROUPS }) => GROUPS !== undefined,
      actions: { 'cognito-idp:ListGroups': laterTasks, 'cognito-idp:ListUserImportJobs': ['finish'] },
      resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
    },
    {
      sid: 'MakeGroupsAndDeleteEmptyOnes',
      when: ({ GROUPS }) => GROUPS !== undefined,
      actions: {
        'cognito-idp:CreateGroup': ['init'],
        'cognito-idp:ListUsersInGroup': ['finish'],
        'cognito-idp:DeleteGroup': ['finish'],
      },
      resource: ({ NEW_USER_POOL_ARN }) => NEW_USER_POOL_ARN,
    },
    {
      sid: 'PassRolesToGroups',
      when: ({ GROUP_ROLES }) => Object.keys(GROUP_ROLES ?? {}).length > 0,
      actions: { 'iam:PassRole': ['init'] },
      // Which service AWS names as the one that gets the role is not documented, so there is no condition.
      resource: ({ GROUP_ROLES = {} }) => [...new Set(Object.values(GROUP_ROLES))],
    },
  ],
  describe({ NEW_USER_POOL_NAME, GROUP_PLAN }, key) {
    const role = GROUP_PLAN?.own[key]?.roleArn;
    return `${key} in ${NEW_USER_POOL_NAME}${role === undefined ? '' : `, with the role ${role}`}`;
  },

  desired: ({ vars, key }): Props => ({ groups: key === '' ? Object.keys(vars.GROUP_PLAN.own) : [key] }),

  iac: ({ want, vars }) =>
    want.groups.map((name) => ({
      type: 'group',
      name,
      calls: [{ operation: 'CreateGroup', input: toJsonObject(newGroup(name, vars)) }],
    })),

  async read({ aws, vars, key }) {
    const found = await undefinedIfNotFound(
      groupsNow(aws, vars.NEW_USER_POOL_ID),
      'ResourceNotFoundException',
    );
    if (found?.groups.some(({ name }) => name === key) !== true) return undefined;
    const isOurs = vars.GROUP_PLAN?.made.includes(key) === true;
    return {
      props: { groups: [key] },
      outputs: {},
      ownership: isOurs ? ('ours' as const) : ('foreign' as const),
      ...(isOurs ? {} : { owner: `${key}, made since the plan` }),
    };
  },

  async write({ aws, live, vars, key, saveSnapshot }) {
    if (live !== undefined) return { outputs: {} };
    await saveSnapshot({ isForeign: false });
    const request = new CreateGroupCommand(newGroup(key, vars));
    let attempts = 0;
    const create = async (): Promise<void> => {
      attempts += 1;
      await aws.new.idpOnce.send(request);
    };
    try {
      const { clock, signal } = aws;
      await retry(create, isTransient, {
        within: 60_000,
        first: 500,
        longest: 10_000,
        clock,
        signal,
        onWait: () => undefined,
      });
    } catch (error) {
      if (errorName(error) !== 'GroupExistsException') throw error;
      // A lost response means that it is ours. Otherwise, somebody has made it since the plan.
      lists.delete(aws);
      const found = await groupsNow(aws, vars.NEW_USER_POOL_ID);
      const group = found.groups.find(({ name }) => name === key);
      if (attempts < 2 || group === undefined || !isAsWanted(group, key, vars)) {
        await saveSnapshot({ ...notOurs }, { ...notOurs });
        throw existsNow(key, vars.NEW_USER_POOL_NAME);
      }
    } finally {
      lists.delete(aws);
    }
    return { outputs: {} };
  },

  async remove({ aws, vars, key }) {
    const { idp } = aws.new;
    const group = { UserPoolId: vars.NEW_USER_POOL_ID, GroupName: key };
    const members = await undefinedIfNotFound(
      idp.send(new ListUsersInGroupCommand({ ...group, Limit: 1 })),
      'ResourceNotFoundException',
    );
    if (members === undefined) return `${key} is gone`;
    // A page can be empty although more follow.
    if ((members.Users ?? []).length > 0 || members.NextToken !== undefined)
      return { left: `${key} has members, who keep their rights` };
    await undefinedIfNotFound(idp.send(new DeleteGroupCommand(group)), 'ResourceNotFoundException');
    return undefined;
  },
});

const existsNow = (name: string, pool: string): ConflictError =>
  new ConflictError(`Somebody has just made the group ${name} in ${pool}`, {
    code: 'GROUP_EXISTS',
    found: name,
    hint: [
      'Its name may give other rights than the one in the old pool. It was not changed.',
      `--groups ${name}  adds users to it all the same.`,
    ],
  });
