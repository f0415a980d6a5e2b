/** Reads both pools, and decides on each old user. Writes nothing in AWS. */
import { ListUsersCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../aws/clients.ts';
import { isNamed } from '../aws/errors.ts';
import type { Pace } from '../aws/retry.ts';
import { PermissionError } from '../core/errors.ts';
import { allOf } from '../core/failed-together.ts';
import type { OldPool, Settings } from '../lambda/settings.ts';
import { type Classified, type Known, movedState, type UserState, userStates } from './classify.ts';
import type { Budgets } from './limits.ts';
import { NewPoolCollector, type NewPoolIndex } from './new-pool-index.ts';
import { asksForOthers, OldAddressCollector, type OldAddresses } from './old-addresses.ts';
import { pageDecider } from './page-decider.ts';
import { type ListedUser, type Read, type Reading, readUsers } from './stream.ts';

/** A pool to read. */
export interface SurveyedPool {
  readonly side: Pick<Side, 'idp' | 'idpOnce'>;
  readonly id: string;
  readonly arn: string;
  /** EstimatedNumberOfUsers. */
  readonly estimate: number;
  estimateAgain(): Promise<number | undefined>;
}

/** What each reading of the pools needs. */
export interface PoolArgs {
  readonly old: SurveyedPool;
  readonly new: SurveyedPool;
  /** The function's settings. */
  readonly settings: Settings;
  /** Current sign-in options of the old pool. */
  readonly oldPool: OldPool;
  /** The attribute of the new pool that keeps the old sub. Undefined if it has none. */
  readonly oldSubName: string | undefined;
  readonly budgets: Budgets;
  readonly pace: Pace;
  onProgress(progress: Progress): void;
}

export interface SurveyArgs extends PoolArgs {
  /** Whether AdminGetUser is asked about the MFA of each user who can move. */
  readonly readsMfa: boolean;
  /** Receives each old user once. */
  each(user: ListedUser, classified: Classified): Promise<void>;
}

export interface Progress {
  readonly pool: 'old' | 'new';
  /** How often the pool is read. Both numbers count each reading. */
  readonly readings: number;
  readonly users: number;
  readonly estimate: number;
}

/** A part that could not be read. */
export interface Missing {
  readonly pool: 'old' | 'new';
  /** In words for people. */
  readonly what: string;
}

export interface Survey {
  /** Milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  readonly users: number;
  readonly states: Readonly<Record<UserState, number>>;
  /** Number of users by `state/reason`. */
  readonly reasons: Readonly<Record<string, number>>;
  /** Whether `moved` rests on the old sub. Otherwise, it's a guess from names. */
  readonly isExact: boolean;
  readonly missing: readonly Missing[];
}

/** The facts that decide on each old user. */
interface KnownRead {
  readonly known: Known;
  readonly missing: readonly Missing[];
  /** Users of the old pool, if it had to be read. */
  readonly oldUsers: number | undefined;
}

/** Reads the new pool, and the old one if a rule of the function asks for its other users. */
export async function readKnown(args: PoolArgs): Promise<KnownRead> {
  const { index, read: ofNew } = await readNewPool(args);
  const before = asksForOthers(args.settings) ? await readAddresses(args) : undefined;
  const known: Known = {
    settings: args.settings,
    oldPool: args.oldPool,
    newUserPoolId: args.new.id,
    index,
    isIndexWhole: ofNew.missing.length === 0,
    isExact: canBeExact(args, index),
    ...(before === undefined ? {} : { addresses: before.addresses }),
  };
  const missing = missingOf({ new: ofNew.missing, old: before?.read.missing ?? [] });
  return { known, missing, oldUsers: before?.read.users };
}

/** Reads the new pool, then the old one. */
export async function surveyUsers(args: SurveyArgs): Promise<Survey> {
  const from = args.pace.clock.now();
  const { known, missing: before, oldUsers } = await readKnown(args);
  const tally = new Tally();
  const ofOld = await readOldPool(args, known, tally, oldUsers);
  const missing = [...before, ...missingOf({ new: [], old: ofOld.missing })];
  const { states, reasons, users } = tally;
  return { from, to: args.pace.clock.now(), users, states, reasons, isExact: known.isExact, missing };
}

/** How many old users have moved. */
export interface MovedCount {
  readonly users: number;
  readonly moved: number;
  /** Whether it rests on the old sub. Otherwise, it's a guess from names. */
  readonly isExact: boolean;
  readonly missing: readonly Missing[];
}

/** Reads the new pool, then the old one, and counts who has moved. Each pool is read once, whatever the rules. */
export async function countMoved(args: PoolArgs): Promise<MovedCount> {
  const { index, read: ofNew } = await readNewPool(args);
  const { settings, oldPool } = args;
  const isExact = canBeExact(args, index);
  let moved = 0;
  const ofOld = await readPool(args, 'old', (users) => {
    for (const user of users)
      if (movedState(user, { index, isExact, settings, oldPool }) !== undefined) moved += 1;
  });
  return {
    users: ofOld.users,
    moved,
    isExact,
    missing: missingOf({ new: ofNew.missing, old: ofOld.missing }),
  };
}

const canBeExact = ({ settings }: PoolArgs, index: NewPoolIndex): boolean =>
  settings.map.rename.sub !== undefined || index.hasOldSubs;

const missingOf = (missing: Readonly<Record<'new' | 'old', readonly string[]>>): Missing[] =>
  (['new', 'old'] as const).flatMap((pool) => missing[pool].map((what) => ({ pool, what })));

class Tally {
  users = 0;
  readonly states = zeros();
  readonly reasons: Record<string, number> = {};

  add({ state, reason }: Classified): void {
    this.users += 1;
    this.states[state] += 1;
    if (reason === undefined) return;
    const key = `${state}/${reason}`;
    this.reasons[key] = (this.reasons[key] ?? 0) + 1;
  }
}

function zeros(): Record<UserState, number> {
  const none = Object.fromEntries(userStates.map((state) => [state, 0]));
  const isWhole = (counts: Record<string, number>): counts is Record<UserState, number> =>
    userStates.every((state) => Object.hasOwn(counts, state));
  if (!isWhole(none)) throw new Error('a state has no count');
  return none;
}

async function readNewPool(args: PoolArgs): Promise<{ index: NewPoolIndex; read: Read }> {
  const collector = new NewPoolCollector(args.settings.newPool, args.oldSubName);
  const add = (users: readonly ListedUser[]): void => {
    for (const user of users) collector.add(user);
  };
  const reading = readPool(args, 'new', add);
  const read = await reading.catch((error: unknown) => withOther(error, args));
  return { index: collector.seal(), read };
}

/** If the new pool denies access, the old pool may too. One error names both. */
async function withOther(error: unknown, { old }: PoolArgs): Promise<never> {
  const isDenied = error instanceof PermissionError || isNamed(error, 'AccessDeniedException');
  if (isDenied)
    await allOf([
      Promise.reject(error),
      old.side.idpOnce.send(new ListUsersCommand({ UserPoolId: old.id, Limit: 1 })),
    ]);
  throw error;
}

async function readAddresses(args: PoolArgs): Promise<{ addresses: OldAddresses; read: Read }> {
  const collector = new OldAddressCollector(args.settings);
  const collect = (users: readonly ListedUser[]): void => {
    for (const user of users) collector.add(user);
  };
  const read = await readPool(args, 'old', collect, { readings: 2 });
  return { addresses: collector.seal(), read };
}

/** @param readBefore users of an earlier reading of the same pool. Undefined if there was none. */
async function readOldPool(args: SurveyArgs, known: Known, tally: Tally, readBefore?: number): Promise<Read> {
  const decider = await pageDecider(args, known);
  const each = (users: readonly ListedUser[]): Promise<void> =>
    decider.decide(users, ({ user, classified }) => {
      tally.add(classified);
      return args.each(user, classified);
    });
  const readings = readBefore === undefined ? 1 : 2;
  const read = await readPool(args, 'old', each, { readings, readBefore });
  return { ...read, missing: [...read.missing, ...decider.missing()] };
}

/** @param readings how often this pool is read, and how many users were read before. The time left depends on both. */
async function readPool(
  args: PoolArgs,
  which: 'old' | 'new',
  each: Reading['each'],
  { readings = 1, readBefore = 0 } = {},
): Promise<Read> {
  const pool = args[which];
  let read = readBefore;
  return readUsers({
    ...args.pace,
    idp: pool.side.idpOnce,
    userPoolId: pool.id,
    pacer: await args.budgets.pacerOf(pool.side, pool.arn, 'UserList'),
    estimate: pool.estimate,
    estimateAgain: pool.estimateAgain,
    async each(users) {
      await each(users);
      read += users.length;
      args.onProgress({ pool: which, readings, users: read, estimate: pool.estimate * readings });
    },
  });
}
