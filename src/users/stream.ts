/**
 * Reads all users of a pool, page by page, with little memory.
 * Large pools are read in parallel by the beginning of the `sub`. No user is passed on twice.
 */
import {
  type CognitoIdentityProviderClient,
  ListUsersCommand,
  type UserType,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed, isTransient } from '../aws/errors.ts';
import { type Pace, retry } from '../aws/retry.ts';
import type { SampledUser } from '../aws/user-sample.ts';
import type { Pacer } from '../core/pacer.ts';
import { HashCollector, type HashIndex } from './hash-index.ts';

export interface ListedUser extends SampledUser {
  readonly createdAt: Date | undefined;
  readonly modifiedAt: Date | undefined;
}

export interface Reading extends Pace {
  /** A client without its own retries, so that the pacer sees each refusal. */
  readonly idp: CognitoIdentityProviderClient;
  readonly userPoolId: string;
  readonly pacer: Pacer;
  /** EstimatedNumberOfUsers. Decides whether the pool is read in parallel. */
  readonly estimate: number;
  /** The estimate after the reading. Undefined if it cannot be read. */
  estimateAgain(): Promise<number | undefined>;
  /** Receives each page. The next page of its chain waits for it. */
  each(users: readonly ListedUser[]): Promise<void> | void;
}

export interface Read {
  readonly users: number;
  /** The parts that could not be read, in words for people. */
  readonly missing: readonly string[];
}

/** ListUsers returns at most 60 users (API_ListUsers, Limit). */
const pageSize = 60;

/** A smaller pool is one chain: it takes less than a minute, and half-filled pages would cost more. */
const parallelFrom = 20_000;
/** From here, each chain is split again. A chain must end long before its token expires. */
const splitAgainFrom = 1_000_000;
const mostChains = 16;

/**
 * A pagination token lives one hour (Developer Guide). AWS doesn't say from when.
 * A chain that has taken longer starts again while its token is still good.
 */
const oldestChainMs = 50 * 60_000;
/** Maximum number of restarts of a chain. */
const mostRestarts = 3;

const digits = [...'0123456789abcdef'];
const pairs = digits.flatMap((one) => digits.map((two) => one + two));

/**
 * The parts of a pool, by the beginning of the `sub`. A `sub` is a UUID.
 * An undefined one is the whole pool.
 */
export function prefixesFor(estimate: number): readonly (string | undefined)[] {
  if (estimate <= parallelFrom) return [undefined];
  return estimate <= splitAgainFrom ? digits : pairs;
}

/** From here, a sixteenth of the pool is too much to keep. */
const smallPartsFrom = 200_000;

/** The parts for a caller that keeps the users of a whole part: about 4,000 of a million. */
export function smallPrefixesFor(estimate: number): readonly (string | undefined)[] {
  return estimate > smallPartsFrom ? pairs : prefixesFor(estimate);
}

/**
 * Reads all users. Throws for a denial, and if nothing can be read at all.
 * If a part fails after retries, the other parts are still read.
 */
export async function readUsers(reading: Reading): Promise<Read> {
  const [first, ...others] = prefixesFor(reading.estimate).map((prefix) => new Chain(reading, prefix));
  if (first === undefined) return { users: 0, missing: [] };
  if (others.length > 0 && !(await first.open())) {
    // The filter for parts is refused, so the pool is read in one go.
    const whole = new Chain(reading, undefined);
    return { users: await whole.finish(), missing: namesOf([whole]) };
  }
  const chains = [first, ...others];
  await inParallel(chains, mostChains, (chain) => chain.finish());
  const users = chains.reduce((sum, chain) => sum + chain.users, 0);
  const failures = chains.flatMap(({ failure }) => failure ?? []);
  if (users === 0 && failures.length > 0) throw failures[0];
  const short = others.length > 0 && failures.length === 0 ? await shortfall(users, reading) : [];
  return { users, missing: [...namesOf(chains), ...short] };
}

/**
 * Reads one of the parts of `prefixesFor`, so that no reading is open while the caller does other work.
 * Throws for a denial. If the part fails after retries, `missing` says so. Undefined if AWS refuses the filter.
 */
export async function readPart(reading: Reading, prefix: string | undefined): Promise<Read | undefined> {
  const chain = new Chain(reading, prefix);
  if (!(await chain.open())) return undefined;
  return { users: await chain.finish(), missing: namesOf([chain]) };
}

const namesOf = (chains: readonly Chain[]): string[] => chains.flatMap((chain) => chain.missing ?? []);

/**
 * Holds the sum of the parts against the estimate, which lags behind a pool that grows or shrinks.
 * A part that AWS leaves out would otherwise stay unnoticed.
 */
async function shortfall(users: number, { estimate, estimateAgain }: Reading): Promise<string[]> {
  const least = Math.min(estimate, (await estimateAgain()) ?? estimate);
  const isShort = users + pageSize < least * 0.98;
  return isShort ? [`about ${least - users} users that Cognito's estimate has and no part of the list`] : [];
}

/** Runs the work of all items, at most so many at a time. */
export async function inParallel<T>(
  items: readonly T[],
  most: number,
  work: (item: T) => Promise<unknown>,
): Promise<void> {
  const queue = [...items];
  let failed = false;
  const worker = async (): Promise<void> => {
    for (let item = queue.shift(); item !== undefined && !failed; item = queue.shift())
      await work(item).catch((error: unknown) => {
        failed = true;
        throw error;
      });
  };
  const ended = await Promise.allSettled(Array.from({ length: Math.min(most, items.length) }, worker));
  for (const one of ended) if (one.status === 'rejected') throw one.reason;
}

/** Only a restart asks for them, so short hashes suffice. */
const seenUsers = (): HashCollector => new HashCollector(64);

/** One part of the pool. */
class Chain {
  readonly #reading: Reading;
  readonly #prefix: string | undefined;
  #token: string | undefined;
  #startedAt = 0;
  #isOpen = false;
  #isDone = false;
  #restarts = 0;
  /** Users of this round, and of the rounds that a restart has ended. */
  #current = seenUsers();
  #earlier: HashIndex[] = [];
  /** Users of the last page, until they are passed on. */
  #fetched: readonly ListedUser[] = [];
  users = 0;
  failure: unknown;

  constructor(reading: Reading, prefix: string | undefined) {
    this.#reading = reading;
    this.#prefix = prefix;
  }

  /** Words for the part that could not be read. Undefined if all of it was. */
  get missing(): string | undefined {
    if (this.failure === undefined) return undefined;
    const whose = this.#prefix === undefined ? 'users' : `users whose sub begins with ${this.#prefix}`;
    return this.users === 0 ? `all ${whose}` : `the rest of the ${whose}, after ${this.users}`;
  }

  /** Reads the first page. False if AWS refuses the filter. */
  async open(): Promise<boolean> {
    try {
      await this.#page();
      return true;
    } catch (error) {
      if (!isNamed(error, 'InvalidParameterException')) throw error;
      return false;
    }
  }

  /** Reads the rest. A part that fails is remembered, and everything that concerns the whole pool is thrown. */
  async finish(): Promise<number> {
    try {
      while (!this.#isDone) await this.#next();
    } catch (error) {
      if (!isTransient(error) && !isStale(error)) throw error;
      this.failure = error;
      if (this.#prefix === undefined && this.users === 0) throw error;
    }
    this.#current = seenUsers();
    this.#earlier = [];
    return this.users;
  }

  async #next(): Promise<void> {
    const canRestart = this.#token !== undefined && this.#restarts < mostRestarts;
    if (canRestart && this.#reading.clock.now() - this.#startedAt > oldestChainMs) this.#restart();
    try {
      await this.#page();
    } catch (error) {
      if (!canRestart || !isStale(error)) throw error;
      this.#restart();
    }
  }

  #restart(): void {
    this.#restarts += 1;
    this.#token = undefined;
    this.#isOpen = false;
    this.#earlier.push(this.#current.seal());
    this.#current = seenUsers();
  }

  /**
   * Reads a page, and passes it on.
   * Sixteen chains wait for their turn, so V8 moves this call and its promises to the old generation. Everything
   * that they return would follow, and fill the memory until the next full collection. So they return nothing.
   */
  async #page(): Promise<void> {
    const { pacer, clock } = this.#reading;
    if (!this.#isOpen) this.#startedAt = clock.now();
    await retryTransient(() => pacer.run(() => this.#fetch()), this.#reading);
    this.#isOpen = true;
    await this.#passOn();
  }

  async #passOn(): Promise<void> {
    const fetched = this.#fetched;
    this.#fetched = [];
    const users = fetched.filter((user) => this.#isNew(user));
    this.users += users.length;
    await this.#reading.each(users);
  }

  /** Sends one request. Nothing keeps the whole answer in memory while `each` works. */
  async #fetch(): Promise<void> {
    const { idp, userPoolId } = this.#reading;
    // Never AttributesToGet: it is an error if any user lacks one of them (API_ListUsers).
    const request = new ListUsersCommand({
      UserPoolId: userPoolId,
      Limit: pageSize,
      ...(this.#prefix === undefined ? {} : { Filter: `sub ^= "${this.#prefix}"` }),
      ...(this.#token === undefined ? {} : { PaginationToken: this.#token }),
    });
    const { Users = [], PaginationToken } = await idp.send(request);
    // A page can be short, or even empty, although more follow. Only the token says whether any do.
    this.#token = PaginationToken;
    this.#isDone = PaginationToken === undefined;
    this.#fetched = Users.map(toListedUser);
  }

  #isNew(user: ListedUser): boolean {
    const id = user.attributes.find(({ name }) => name === 'sub')?.value ?? user.userName;
    if (this.#earlier.some((round) => round.has(id))) return false;
    this.#current.add(id);
    return true;
  }
}

/** "Paging marker … is invalid for request" (aws/aws-sdk-js#3705). AWS documents no separate name for it. */
const isStale = (error: unknown): boolean => isNamed(error, 'InvalidParameterException');

/** Sends the request again after failures that pass. */
export const retryTransient = <T>(send: () => Promise<T>, { clock, signal }: Pace): Promise<T> =>
  retry(send, isTransient, {
    within: 60_000,
    first: 500,
    longest: 10_000,
    clock,
    signal,
    onWait: () => undefined,
  });

const toListedUser = (user: UserType): ListedUser => ({
  userName: user.Username ?? '',
  enabled: user.Enabled ?? true,
  status: user.UserStatus ?? '',
  attributes: (user.Attributes ?? []).map(({ Name = '', Value = '' }) => ({ name: Name, value: Value })),
  createdAt: user.UserCreateDate,
  modifiedAt: user.UserLastModifiedDate,
});
