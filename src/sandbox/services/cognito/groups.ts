/** Groups of a pool and their members. */
import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import { notFound } from './errors.ts';
import { limit, optInt, optStr, str } from './input.ts';
import { type NumberedMap, page } from './paging.ts';
import { authorizedPool, nextSeq } from './pool-access.ts';
import type { Group, Pool } from './state.ts';
import { adminUser } from './users.ts';

function groupType(pool: Pool, group: Group): JsonObject {
  return {
    GroupName: group.name,
    UserPoolId: pool.id,
    ...group.details,
    CreationDate: group.created / 1000,
    LastModifiedDate: group.created / 1000,
  };
}

const createGroup: Operation = (call) => {
  const pool = authorizedPool(call);
  const name = str(call.input, 'GroupName');
  if (pool.groups.has(name)) {
    throw new ServiceError('GroupExistsException', 'A group with the name already exists.');
  }
  const role = optStr(call.input, 'RoleArn');
  if (role !== undefined) {
    call.authorize('iam:PassRole', role, { 'iam:PassedToService': 'cognito-idp.amazonaws.com' });
  }
  const description = optStr(call.input, 'Description');
  const precedence = optInt(call.input, 'Precedence');
  const group: Group = {
    seq: nextSeq(call),
    name,
    created: call.world.now(),
    details: {
      ...(description === undefined ? {} : { Description: description }),
      ...(role === undefined ? {} : { RoleArn: role }),
      ...(precedence === undefined ? {} : { Precedence: precedence }),
    },
  };
  pool.groups.set(name, group);
  return { Group: groupType(pool, group) };
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

function namedGroup(call: Call, pool: Pool): string {
  const name = str(call.input, 'GroupName');
  if (!pool.groups.has(name)) throw notFound('Group not found.');
  return name;
}

const addUser: Operation = (call) => {
  const { pool, user } = adminUser(call);
  user.groups.add(namedGroup(call, pool));
  return {};
};

const removeUser: Operation = (call) => {
  const { pool, user } = adminUser(call);
  user.groups.delete(namedGroup(call, pool));
  return {};
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
  ListGroups: listGroups,
  AdminAddUserToGroup: addUser,
  AdminRemoveUserFromGroup: removeUser,
  AdminListGroupsForUser: groupsOfUser,
} satisfies Record<string, Operation>;
