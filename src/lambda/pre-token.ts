/**
 * Groups in the first token (`--groups-in-first-token`).
 * Runs in every sign-in of the new pool. Any fault returns the event as it came: fewer rights, never more.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
 */
import { isYoung, keepsOldSub, newGroupsOf, oldUserOf } from './after-move.ts';
import type { BothPools } from './both-pools.ts';
import type { Fault } from './decide.ts';
import { asRecord, own } from './event.ts';
import type { Clock } from './migrate.ts';
import { withinBudget } from './pool-calls.ts';
import { oldSubName, type Settings } from './settings.ts';

/** Milliseconds for the whole work. The user waits for it. */
const BUDGET_MS = 800;

/** Maximum number of users whom an execution environment remembers. */
const MOST_REMEMBERED = 5000;

/** Sources of a user's own sign-in. A refresh is left alone: by then, the groups are in the pool. */
const SOURCES: ReadonlySet<unknown> = new Set([
  'TokenGeneration_Authentication',
  'TokenGeneration_HostedAuth',
  'TokenGeneration_NewPasswordChallenge',
]);

/** The member of `response` that changes tokens, by version of the event. */
const MEMBERS: ReadonlyMap<unknown, string> = new Map([
  ['1', 'claimsOverrideDetails'],
  ['2', 'claimsAndScopeOverrideDetails'],
  ['3', 'claimsAndScopeOverrideDetails'],
]);

/** Whether an event is one of the Pre token generation trigger. */
export function isTokenEvent(event: unknown): boolean {
  const source = own(event, 'triggerSource');
  return typeof source === 'string' && source.startsWith('TokenGeneration_');
}

/** The event with groups added, or a fault. */
export type TokenAnswer =
  | { readonly kind: 'groups'; readonly event: unknown; readonly added: number }
  | Fault;

/** The parts of an event that count. */
interface TokenEvent {
  readonly userName: string;
  readonly oldSub: string;
  /** The user, for the memory of this environment. */
  readonly person: unknown;
  /** Absent: the user is in no group. */
  readonly configuration: unknown;
  readonly before: readonly string[];
  readonly member: string;
}

/** Reads an event. Undefined if nothing is to be done: an unknown shape, a refresh, or a user who didn't move. */
function readToken(event: unknown, newUserPoolId: string): TokenEvent | undefined {
  if (!SOURCES.has(own(event, 'triggerSource'))) return undefined;
  // The users of another pool are other people, whatever their names are.
  if (own(event, 'userPoolId') !== newUserPoolId) return undefined;
  const request = own(event, 'request');
  const attributes = own(request, 'userAttributes');
  const configuration = own(request, 'groupConfiguration');
  const [userName, oldSub] = [own(event, 'userName'), own(attributes, oldSubName)];
  const before = textsIn(own(configuration, 'groupsToOverride'));
  const member = MEMBERS.get(own(event, 'version'));
  if (typeof userName !== 'string' || typeof oldSub !== 'string') return undefined;
  if (before === undefined || member === undefined) return undefined;
  return { userName, oldSub, person: own(attributes, 'sub') ?? userName, configuration, before, member };
}

/** A list of texts. Null and nothing are an empty one. Undefined for anything else. */
function textsIn(value: unknown): readonly string[] | undefined {
  const list: unknown = value ?? [];
  return Array.isArray(list) && list.every((item) => typeof item === 'string') ? list : undefined;
}

/**
 * Returns a function that answers events of the Pre token generation trigger.
 * Adds the groups only of users who moved a short time ago, and only memberships that the pool has accepted.
 * Undefined: the event is to be returned as it came.
 */
export function firstTokenGroups(pools: BothPools, settings: Settings, clock: Clock) {
  /** Users who moved long ago, had none of the groups, or have got them. What goes then was taken away. */
  const settled = new Set<unknown>();
  const settle = (person: unknown) => {
    if (settled.size >= MOST_REMEMBERED) settled.clear();
    settled.add(person);
  };
  const { groups = {}, groupsInFirstToken } = settings.afterMove ?? {};
  const isChosen = groupsInFirstToken === true && keepsOldSub(settings);
  const targets: ReadonlySet<string> = new Set(Object.values(groups));

  /** The names of the groups to add. */
  const missing = async ({ userName, oldSub, person }: TokenEvent, signal: AbortSignal) => {
    const user = await pools.getNewUser(userName, signal);
    const isNew = isYoung(user, clock.now()) && user.userName === userName && user.oldSub === oldSub;
    const old = isNew ? await oldUserOf(user, pools, signal) : undefined;
    const names = old ? await newGroupsOf(old, groups, pools, signal) : [];
    if (names.length === 0) settle(person);
    return names;
  };

  return async (event: unknown, leftMs: number): Promise<TokenAnswer | undefined> => {
    const token = isChosen ? readToken(event, pools.newUserPoolId) : undefined;
    if (token === undefined || settled.has(token.person)) return undefined;
    // With one of the groups, the work after the move has begun, or is over. An administrator may have taken
    // away the others.
    if (token.before.some((name) => targets.has(name))) return undefined;
    const added = await withinBudget(Math.min(BUDGET_MS, leftMs), async (signal) => {
      const names = await missing(token, signal);
      const ends = await Promise.allSettled(
        names.map((name) => pools.addToGroup(token.userName, name, signal)),
      );
      return { kind: 'added' as const, names: names.filter((_, at) => ends[at]?.status === 'fulfilled') };
    });
    if (added.kind === 'fault') return added;
    if (added.names.length === 0) return undefined;
    settle(token.person);
    return { kind: 'groups', event: withGroups(event, token, added.names), added: added.names.length };
  };
}

/** The event with groups beside those that the user has. Their roles stay. */
function withGroups(event: unknown, token: TokenEvent, names: readonly string[]): unknown {
  const { configuration, before, member } = token;
  const [roles, preferredRole] = [
    own(configuration, 'iamRolesToOverride'),
    own(configuration, 'preferredRole'),
  ];
  const groupOverrideDetails = {
    groupsToOverride: [...before, ...names],
    ...(Array.isArray(roles) && { iamRolesToOverride: roles }),
    ...(typeof preferredRole === 'string' && { preferredRole }),
  };
  const response = asRecord(own(event, 'response'));
  const details = { ...asRecord(response[member]), groupOverrideDetails };
  return { ...asRecord(event), response: { ...response, [member]: details } };
}
