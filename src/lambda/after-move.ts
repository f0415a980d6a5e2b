/**
 * The work after a user has moved: their groups, and the end of their old user.
 * Lambda starts it asynchronously, and repeats it if it fails. Every part can be repeated without harm.
 */
import { AwsError } from './aws/send.ts';
import type { BothPools, NewUser } from './both-pools.ts';
import { decideUserFault } from './decide.ts';
import { faultOf } from './faults.ts';
import type { Clock } from './migrate.ts';
import { type NamedUser, oldValue } from './old-user.ts';
import { type AfterMove, movedToName, oldSubName, type Settings } from './settings.ts';

/** The end of one run. It holds no name of a user or group. */
export interface RunResult {
  readonly outcome: 'done' | 'failed';
  readonly reason?: 'not-this-user' | 'after-move-failed';
  /** Name of the AWS error behind a failure. */
  readonly fault?: string;
  /** Whether the run saw a user who moved. */
  readonly hasSeenUser?: true;
  /** The numbers of memberships: set, of groups that the new pool lacks, and beyond what a user can have. */
  readonly groupsAdded?: number;
  readonly groupsMissing?: number;
  readonly groupsRefused?: number;
  /** The end of the old user. The mark of another new pool stays. */
  readonly oldUser?: 'disabled' | 'marked' | 'marked-before' | 'marked-by-another';
}

/**
 * Pauses before the two looks for the new user, in milliseconds.
 * Cognito creates the user after the function has answered.
 */
const LOOKS_AFTER_MS = [400, 800];

/**
 * Age of a new user, in milliseconds, from which nothing is carried over.
 * From then on, a missing group is one that an administrator took away.
 */
export const YOUNG_MS = 15 * 60_000;

/**
 * Age of the proof at which it is looked at again before the next membership, in milliseconds.
 * While the run waits, the user can be deleted, and someone else can take their name.
 */
const PROOF_MS = 900;

/** Pauses before AWS is asked again, in milliseconds. */
const PAUSES_MS = [1000, 3000];

/**
 * Does the work for one new user, after proof that it is theirs.
 * The proof is the immutable attribute that holds the `sub` of the old user. A name proves nothing: someone
 * else could hold it.
 * Rejects if AWS fails, or if the new user doesn't exist yet. Then Lambda tries again.
 */
export async function runAfterMove(
  userName: string,
  pools: BothPools,
  settings: Settings,
  clock: Clock,
  signal: AbortSignal,
): Promise<RunResult> {
  const { afterMove } = settings;
  if (afterMove === undefined) return FOREIGN;
  const ask = <T>(call: () => Promise<T>) => patiently(call, clock);
  let provenAt = clock.now();
  const look = async (name: string): Promise<NewUser> => {
    const found = await pools.getNewUser(name, signal);
    provenAt = clock.now();
    return found;
  };
  const user = await lookTwice(() => ask(() => look(userName)), clock);
  const old = keepsOldSub(settings) ? await ask(() => oldUserOf(user, pools, signal)) : undefined;
  if (old === undefined) return FOREIGN;
  if (!isYoung(user, clock.now()))
    return { outcome: 'failed', reason: 'after-move-failed', fault: 'TooLate' };

  const { groups = {} } = afterMove;
  const names = afterMove.groups ? await ask(() => newGroupsOf(old, groups, pools, signal)) : undefined;
  const add = async (name: string): Promise<void> => {
    if (clock.now() - provenAt >= PROOF_MS) assertSame(user, await look(user.userName));
    await pools.addToGroup(user.userName, name, signal);
  };
  const copied = names && (await copyGroups(names, (name) => ask(() => add(name))));
  const { moveOnce } = afterMove;
  const end = moveOnce && (await ask(() => closeOldUser(old, moveOnce, pools, clock, signal)));
  return { outcome: 'done', hasSeenUser: true, ...copied, ...(end !== undefined && { oldUser: end }) };
}

const FOREIGN: RunResult = { outcome: 'failed', reason: 'not-this-user' };

/** Whether the new pool keeps the old sub where nobody can change it. */
export const keepsOldSub = ({ map, schema }: Settings): boolean =>
  map.rename.sub === oldSubName && schema?.[oldSubName]?.mutable === false;

/** Fails like AWS if the user is gone, and someone else has the name. Then the next attempt of Lambda sees who. */
function assertSame(user: NewUser, { sub, oldSub }: NewUser): void {
  if (sub !== user.sub || oldSub !== user.oldSub) throw new AwsError('UserNotFoundException');
}

/** Whether the user was created a short time ago. */
export const isYoung = ({ createdAt }: NewUser, now: number): boolean => now - createdAt < YOUNG_MS;

/** The old user whom the new user was, if anyone. */
export async function oldUserOf(
  { oldSub }: NewUser,
  pools: BothPools,
  signal: AbortSignal,
): Promise<NamedUser | undefined> {
  return oldSub === undefined ? undefined : pools.findOldUser(oldSub, signal);
}

/**
 * The new names of the old user's groups, each once. Groups that nobody chose are left out.
 * Fails like AWS if the groups may be those of somebody else. A look before them would not show that.
 */
export async function newGroupsOf(
  old: NamedUser,
  groups: NonNullable<AfterMove['groups']>,
  pools: BothPools,
  signal: AbortSignal,
): Promise<readonly string[]> {
  const all = await pools.groupsOfOldUser(old.userName, signal);
  const names = new Set(all.flatMap((name) => (Object.hasOwn(groups, name) ? [groups[name] ?? ''] : [])));
  if (names.size > 0) await pools.getOldUser(old, signal);
  return [...names];
}

/** Waits for the new user. Looks again only if the user isn't there. */
async function lookTwice<T>(look: () => Promise<T>, clock: Clock): Promise<T> {
  const [first = 0, second = 0] = LOOKS_AFTER_MS;
  await clock.sleep(first);
  try {
    return await look();
  } catch (error) {
    if (faultOf(error).name !== 'UserNotFoundException') throw error;
  }
  await clock.sleep(second);
  return look();
}

/** Adds the user to groups. A group that is gone, or one too many, doesn't stop the others. */
export async function copyGroups(
  names: readonly string[],
  add: (name: string) => Promise<void>,
): Promise<Pick<RunResult, 'groupsAdded' | 'groupsMissing' | 'groupsRefused'>> {
  let [groupsAdded, groupsMissing, groupsRefused] = [0, 0, 0];
  for (const name of names) {
    try {
      await add(name);
      groupsAdded += 1;
    } catch (error) {
      const { name: fault } = faultOf(error);
      if (fault === 'ResourceNotFoundException') groupsMissing += 1;
      else if (REFUSALS.has(fault)) groupsRefused += 1;
      else throw error;
    }
  }
  return { groupsAdded, groupsMissing, groupsRefused };
}

/** Answers to one group too many. The API Reference of AdminAddUserToGroup doesn't say which it is. */
const REFUSALS: ReadonlySet<string> = new Set(['LimitExceededException', 'InvalidParameterException']);

/**
 * Ends the old user as chosen, right after a look at whether the name is still theirs.
 * A mark stays as it is, because its time is that of the first move.
 */
async function closeOldUser(
  old: NamedUser,
  how: NonNullable<AfterMove['moveOnce']>,
  pools: BothPools,
  clock: Clock,
  signal: AbortSignal,
): Promise<RunResult['oldUser']> {
  const user = await pools.getOldUser(old, signal);
  if (how === 'disable') {
    await pools.disableOldUser(user.userName, signal);
    return 'disabled';
  }
  const movedTo = oldValue(user, movedToName);
  if (movedTo !== undefined) return movedTo === pools.newUserPoolId ? 'marked-before' : 'marked-by-another';
  await pools.markOldUser(user.userName, clock.now(), signal);
  return 'marked';
}

/** Asks again if the failure passes. */
async function patiently<T>(call: () => Promise<T>, clock: Clock): Promise<T> {
  for (const pause of PAUSES_MS) {
    try {
      return await call();
    } catch (error) {
      const fault = faultOf(error);
      if (fault.name === 'LimitExceededException' || decideUserFault(fault).act !== 'retry') throw error;
    }
    await clock.sleep(pause);
  }
  return call();
}
