/** ListUsers with its filter language. */
import type { Operation } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import { limit, optStr, optStrings } from './input.ts';
import { firstOf, placeIn } from './paging.ts';
import { authorizedPool } from './pool-access.ts';
import { type CognitoSettings, cognitoSettings } from './settings.ts';
import type { Pool, User } from './state.ts';
import { lookupKeys } from './user.ts';
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
 * The API reference marks username and status as case-sensitive. Of the others, "all searches are case-insensitive" (Developer
 * Guide, "Searching for users"), while the API reference calls `=` an exact match: a switch of the world.
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

/** Users after the one with this `seq`, in its order. */
type Search = (pool: Pool, after: number) => Iterable<User>;

/** `name = "value"` or, for a beginning, `name ^= "value"`; quotes inside are escaped with a backslash. */
function search(text: string, { searchedCase }: CognitoSettings): Search {
  const match = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(text);
  const [, name = '', operator, quoted = ''] = match ?? [];
  if (match === null || text.length > 256) throw invalidParameter(`Error while parsing filter: ${text}`);
  if (!searchable.includes(name)) throw invalidParameter(`Invalid search attribute: ${name}`);
  const isExact = exact.includes(name) || searchedCase === 'exact';
  const folded = (value: string | undefined) => (isExact ? value : value?.toLowerCase());
  const wanted = folded(quoted.replaceAll(/\\(.)/g, '$1')) ?? '';
  if (operator === '=')
    return (pool, after) =>
      among(candidates(pool, name, wanted, after), (user) => folded(searchValue(user, name)) === wanted);
  return (pool, after) =>
    among(pool.users.after(after), (user) => folded(searchValue(user, name))?.startsWith(wanted) === true);
}

function* among(users: Iterable<User>, isWanted: (user: User) => boolean): Iterable<User> {
  for (const user of users) if (isWanted(user)) yield user;
}

/** Who can have this value: found by it where it is a name that users sign in with. */
function candidates({ users }: Pool, name: string, wanted: string, after: number): Iterable<User> {
  const key = lookupKeys.find((one) => one === name);
  const found = key === undefined ? undefined : [...users.withValue(key, wanted)];
  const bySub = name === 'sub' ? [users.get(wanted)].filter((user) => user !== undefined) : undefined;
  const known = found ?? bySub;
  if (known === undefined) return users.after(after);
  return known.filter(({ seq }) => seq > after).toSorted((a, b) => a.seq - b.seq);
}

/**
 * "Amazon Cognito returns an error if not all users in the results have set a value for the attribute that you request"
 * (API_ListUsers, AttributesToGet). The documentation does not give its text.
 */
function assertAllHave(users: readonly User[], names: readonly string[] | undefined): void {
  const lacking = names?.find((name) => users.some((user) => searchValue(user, name) === undefined));
  if (lacking !== undefined)
    throw invalidParameter(`Not every user has a value for the attribute ${lacking}.`);
}

const listUsers: Operation = (call) => {
  const pool = authorizedPool(call);
  const size = limit(call.input, 'Limit', 60) ?? 60;
  const wanted = optStr(call.input, 'Filter');
  const only = optStrings(call.input, 'AttributesToGet');
  const after = placeIn(optStr(call.input, 'PaginationToken'));
  const found =
    wanted === undefined || wanted === ''
      ? pool.users.after(after)
      : search(wanted, cognitoSettings(call.world))(pool, after);
  const { items, next } = firstOf(found, size === 0 ? 60 : size);
  assertAllHave(items, only);
  return {
    Users: items.map((user) => userType(user, only)),
    ...(next === undefined ? {} : { PaginationToken: next }),
  };
};

export const listUsersOperations = { ListUsers: listUsers } satisfies Record<string, Operation>;
