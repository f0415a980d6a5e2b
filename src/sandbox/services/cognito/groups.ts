/** Groups of a pool and their members. */
import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { notFound } from './errors.ts';
import { limit, optInt, optStr, str } from './input.ts';
import { NumberedMap, page } from './paging.ts';
import { authorizedPool, nextSeq } from './pool-access.ts';
import type { Group, Pool } from './state.ts';
import { adminUser, userType } from './users.ts';

function groupType(pool: Pool, group: Group): JsonObject {
  return {
    GroupName: group.name,
    UserPoolId: pool.id,
    ...group.details,
    CreationDate: group.created / 1000,
    LastModifiedDate: group.modified / 1000,
  };
}

/** The settable members of a request. A role requires iam:PassRole. */
function detailsIn(call: Call): JsonObject {
  const role = optStr(call.input, 'RoleArn');
  if (role !== undefined) {
    call.authorize('iam:PassRole', role, { 'iam:PassedToService': 'cognito-idp.amazonaws.com' });
  }
  const description = optStr(call.input, 'Description');
  const precedence = optInt(call.input, 'Precedence');
  return {
    ...(description === undefined ? {} : { Description: description }),
    ...(role === undefined ? {} : { RoleArn: role }),
    ...(precedence === undefined ? {} : { Precedence: precedence }),
  };
}

const createGroup: Operation = (call) => {
  const pool = authorizedPool(call);
  const name = str(call.input, 'GroupName');
  if (pool.groups.has(name)) {
    throw new ServiceError('GroupExistsException', 'A group with the name already exists.');
  }
  const now = call.world.now();
  const group: Group = {
    seq: nextSeq(call),
    name,
    created: now,
    modified: now,
    details: detailsIn(call),
    members: new NumberedMap(),
  };
  pool.groups.set(name, group);
  return { Group: groupType(pool, group) };
};

const getGroup: Operation = (call) => {
  const pool = authorizedPool(call);
  return { Group: groupType(pool, namedGroup(call, pool)) };
};

/** Members that the request leaves out stay. The API reference doesn't say what becomes of them. */
const updateGroup: Operation = (call) => {
  const pool = authorizedPool(call);
  const before = namedGroup(call, pool);
  const group = {
    ...before,
    modified: call.world.now(),
    details: { ...before.details, ...detailsIn(call) },
  };
  pool.groups.set(group.name, group);
  return { Group: groupType(pool, group) };
};

const deleteGroup: Operation = (call) => {
  const pool = authorizedPool(call);
  const { name, members } = namedGroup(call, pool);
  for (const { sub } of members.values()) pool.users.get(sub)?.groups.delete(name);
  pool.groups.delete(name);
  return {};
};

function groupPage(
  call: Call,
  pool: Pool,
  groups: NumberedMap<string, Group> | readonly Group[],
): JsonObject {
  const size = limit(call.input, 'Limit', 60) ?? 60;
  const { items, next } = page(groups, size === 0 ? 60 : size, optStr(call.input, 'NextToken'));
  return {
    Groups: items.map((group) => groupType(pool, group)),
    ...(next === undefined ? {} : { NextToken: next }),
  };
}

const listGroups: Operation = (call) => {
  const pool = authorizedPool(call);
  return groupPage(call, pool, pool.groups);
};

function namedGroup(call: Call, pool: Pool): Group {
  const group = pool.groups.get(str(call.input, 'GroupName'));
  if (group === undefined) throw notFound('Group not found.');
  return group;
}

/** "Maximum number of groups that each user can belong to: 100" (Developer Guide, quotas). */
const mostGroups = 100;

/** The API reference has no error for one group too many. This is Cognito's error for other quotas. */
const addUser: Operation = (call) => {
  const { pool, user } = adminUser(call);
  const { name, members } = namedGroup(call, pool);
  if (user.groups.has(name)) return {};
  if (user.groups.size >= mostGroups) {
    throw new ServiceError('LimitExceededException', 'The user is in the maximum number of groups.');
  }
  user.groups.add(name);
  // Deleted first, so that a user who comes back is last again.
  members.delete(user.sub);
  members.set(user.sub, { seq: nextSeq(call), sub: user.sub });
  return {};
};

const removeUser: Operation = (call) => {
  const { pool, user } = adminUser(call);
  const { name, members } = namedGroup(call, pool);
  user.groups.delete(name);
  members.delete(user.sub);
  return {};
};

/** A page can be shorter than Limit, because deleted users are left out. */
const usersInGroup: Operation = (call) => {
  const pool = authorizedPool(call);
  const { members } = namedGroup(call, pool);
  const size = limit(call.input, 'Limit', 60) || 60;
  const { items, next } = page(members, size, optStr(call.input, 'NextToken'));
  return {
    Users: items.flatMap(({ sub }) => {
      const user = pool.users.get(sub);
      return user === undefined ? [] : [userType(user)];
    }),
    ...(next === undefined ? {} : { NextToken: next }),
  };
};

const groupsOfUser: Operation = (call) => {
  const { pool, user } = adminUser(call);
  return groupPage(
    call,
    pool,
    [...pool.groups.values()].filter(({ name }) => user.groups.has(name)),
  );
};

export const groupOperations = {
  CreateGroup: createGroup,
  GetGroup: getGroup,
  UpdateGroup: updateGroup,
  DeleteGroup: deleteGroup,
  ListGroups: listGroups,
  ListUsersInGroup: usersInGroup,
  AdminAddUserToGroup: addUser,
  AdminRemoveUserFromGroup: removeUser,
  AdminListGroupsForUser: groupsOfUser,
} satisfies Record<string, Operation>;
