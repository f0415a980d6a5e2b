/** ListUsers with its filter language. */
import type { Operation } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import { limit, optStr, optStrings } from './input.ts';
import { page } from './paging.ts';
import { authorizedPool } from './pool-access.ts';
import type { User } from './state.ts';
import { userType } from './users.ts';

/** API_ListUsers, Filter: "You can only search for the following standard attributes" - custom ones are not searchable. */
const searchable = [
  'username',
  'email',
  'phone_number',
  'name',
  'given_name',
  'family_name',
  'preferred_username',
  'cognito:user_status',
  'status',
  'sub',
];

/**
 * "All searches are case-insensitive" (Developer Guide, "Searching for users"); the API reference marks username and status
 * as case-sensitive.
 */
const exact = ['username', 'status', 'cognito:user_status'];

function searchValue(user: User, name: string): string | undefined {
  switch (name) {
    case 'username':
      return user.username;
    case 'sub':
      return user.sub;
    case 'cognito:user_status':
      return user.status;
    case 'status':
      return user.enabled ? 'Enabled' : 'Disabled';
    default:
      return user.attributes.get(name);
  }
}

/** `name = "value"` or, for a beginning, `name ^= "value"`; quotes inside are escaped with a backslash. */
function filter(text: string): (user: User) => boolean {
  const match = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(text);
  const [, name = '', operator, quoted = ''] = match ?? [];
  if (match === null || text.length > 256) throw invalidParameter(`Error while parsing filter: ${text}`);
  if (!searchable.includes(name)) throw invalidParameter(`Invalid search attribute: ${name}`);
  const isExact = exact.includes(name);
  const folded = (value: string | undefined) => (isExact ? value : value?.toLowerCase());
  const wanted = folded(quoted.replaceAll(/\\(.)/g, '$1')) ?? '';
  if (operator === '=') return (user) => folded(searchValue(user, name)) === wanted;
  return (user) => folded(searchValue(user, name))?.startsWith(wanted) === true;
}

const listUsers: Operation = (call) => {
  const pool = authorizedPool(call);
  const size = limit(call.input, 'Limit', 60) ?? 60;
  const wanted = optStr(call.input, 'Filter');
  const only = optStrings(call.input, 'AttributesToGet');
  const matches = wanted === undefined || wanted === '' ? () => true : filter(wanted);
  const { items, next } = page(
    [...pool.users.values()].filter(matches),
    size === 0 ? 60 : size,
    optStr(call.input, 'PaginationToken'),
  );
  return {
    Users: items.map((user) => userType(user, only)),
    ...(next === undefined ? {} : { PaginationToken: next }),
  };
};

export const listUsersOperations = { ListUsers: listUsers } satisfies Record<string, Operation>;
