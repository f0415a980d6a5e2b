/** ListUsers with its filter language. */
import { createHash } from 'node:crypto';
import type { Operation } from '../../operation.ts';
import { invalidParameter } from './errors.ts';
import { limit, optStr, optStrings } from './input.ts';
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
 * The documentation marks username and status as case-sensitive, and cognito:user_status as case-insensitive. Of the others,
 * "all searches are case-insensitive" (Developer Guide, "Searching for users"), while the API reference calls `=` an exact
 * match: a switch of the world.
 */
const exact = ['username', 'status'];
const inAnyCase = 'cognito:user_status';

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
function search(text: string, { searchedCase, subPrefix }: CognitoSettings): Search {
  const match = /^\s*"?([\w:]+)"?\s*(\^?=)\s*"((?:[^"\\]|\\.)*)"\s*$/.exec(text);
  const [, name = '', operator, quoted = ''] = match ?? [];
  if (match === null || text.length > 256) throw invalidParameter(`Error while parsing filter: ${text}`);
  if (!searchable.includes(name)) throw invalidParameter(`Invalid search attribute: ${name}`);
  const isExact = exact.includes(name) || (searchedCase === 'exact' && name !== inAnyCase);
  const folded = (value: string | undefined) => (isExact ? value : value?.toLowerCase());
  const wanted = folded(quoted.replaceAll(/\\(.)/g, '$1')) ?? '';
  if (operator === '=')
    return (pool, after) =>
      among(candidates(pool, name, wanted, after), (user) => folded(searchValue(user, name)) === wanted);
  if (name === 'sub' && subPrefix === 'refused')
    throw invalidParameter(`The operator ^= is not supported for the attribute ${name}.`);
  if (name === 'sub' && subPrefix === 'found')
    return (pool, after) => pool.users.withSubPrefix(wanted, after);
  return (pool, after) =>
    among(pool.users.after(after), (user) => {
      const value = folded(searchValue(user, name));
      return name === 'sub' ? value === wanted : value?.startsWith(wanted) === true;
    });
}

function* among(users: Iterable<User>, isWanted: (user: User) => boolean): Iterable<User> {
  for (const user of users) if (isWanted(user)) yield user;
}

/** The users who can have this value. Uses the directory if the value is a sign-in name. */
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

/** The position in a list that a token encodes. */
interface Marker {
  /** `seq` of the last user that was returned. */
  readonly after: number;
  /** Number of the pages before this one. */
  readonly page: number;
}

/**
 * Tokens hold the pool and the filter they were made for, and the time.
 * AWS doesn't document that a token of another filter is refused; a foreign one is (aws/aws-sdk-js#3705).
 */
const markerParts = (pool: Pool, filter: string, { after, page }: Marker, at: number): readonly string[] => [
  String(after),
  String(page),
  String(at),
  createHash('sha256').update(`${pool.id} ${filter}`).digest('base64url'),
];

const writeToken = (pool: Pool, filter: string, marker: Marker, now: number): string =>
  Buffer.from(markerParts(pool, filter, marker, now).join(' ')).toString('base64url');

function readToken(pool: Pool, filter: string, token: string | undefined, now: number): Marker {
  if (token === undefined) return { after: 0, page: 0 };
  const text = Buffer.from(token, 'base64url').toString('utf8');
  const [after = Number.NaN, page = Number.NaN, at = Number.NaN] = text.split(' ').map(Number);
  const marker = { after, page };
  const isOwn = text === markerParts(pool, filter, marker, at).join(' ');
  // Counted from the answer that holds the token. The documentation has no error of its own for a stale one: these are the
  // words of aws/aws-sdk-js#3705.
  if (!isOwn || now - at >= pool.settings.listTokenLife)
    throw invalidParameter(`Paging marker ${token} is invalid for request`);
  return marker;
}

/** The maximum number of users on this page. In a world of short pages, every third page is empty. */
function sizeOf(limited: number, page: number, { userPages }: CognitoSettings): number {
  if (userPages === 'full') return limited;
  return page % 3 === 1 ? 0 : Math.ceil(limited / 2);
}

const listUsers: Operation = (call) => {
  const pool = authorizedPool(call);
  const settings = cognitoSettings(call.world);
  const now = call.world.now();
  const limited = limit(call.input, 'Limit', 60) || 60;
  const filter = optStr(call.input, 'Filter') ?? '';
  const only = optStrings(call.input, 'AttributesToGet');
  const { after, page } = readToken(pool, filter, optStr(call.input, 'PaginationToken'), now);
  const found = filter === '' ? pool.users.after(after) : search(filter, settings)(pool, after);
  const listed = among(found, ({ created }) => created + settings.newUserListedAfter <= now);
  const size = sizeOf(limited, page, settings);
  const items: User[] = [];
  let hasMore = false;
  for (const user of listed) {
    hasMore = items.length === size;
    if (hasMore) break;
    items.push(user);
  }
  // "If the array is empty, all attributes are returned" (Developer Guide, "Searching for users").
  const wanted = only?.length === 0 ? undefined : only;
  assertAllHave(items, wanted);
  const next = { after: items.at(-1)?.seq ?? after, page: page + 1 };
  return {
    Users: items.map((user) => userType(user, wanted)),
    ...(hasMore ? { PaginationToken: writeToken(pool, filter, next, now) } : {}),
  };
};

export const listUsersOperations = { ListUsers: listUsers } satisfies Record<string, Operation>;
