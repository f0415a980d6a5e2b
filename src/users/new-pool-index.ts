/**
 * The users of the new pool: their sign-in names, and the old users that they replace.
 * It keeps only hashes.
 */
import type { SampledUser } from '../aws/user-sample.ts';
import { oldValue } from '../lambda/old-user.ts';
import type { NewPool } from '../lambda/settings.ts';
import { type Found, HashCollector, type HashIndex } from './hash-index.ts';
import { type NewName, nameKey, nameKinds, newNames } from './sign-in-names.ts';

type Rules = Pick<NewPool, 'usernameAttributes' | 'aliasAttributes' | 'caseSensitive'>;

/** Marks of a name in the index. */
const marks = { proven: 1, unconfirmed: 2 } as const;
/** Mark of an old sub whose new user has never set a password. */
const temporary = 1;

/** The holder of a name in the new pool. `unconfirmed`: never proven, so the name could be freed. */
export type Holder = keyof typeof marks;

/** Collects the users of the new pool while they are read. */
export class NewPoolCollector {
  readonly #rules: Rules;
  readonly #oldSubName: string | undefined;
  /** Two names with the same hash of 64 bits would leave a user out. Old subs prove who a user is, so they take 128. */
  readonly #names = new HashCollector(64);
  readonly #oldSubs = new HashCollector();

  /** @param oldSubName the attribute that keeps the old sub, for example custom:old_sub. */
  constructor(rules: Rules, oldSubName: string | undefined) {
    this.#rules = rules;
    this.#oldSubName = oldSubName;
  }

  add(user: SampledUser): void {
    const value = (name: string): string | undefined => oldValue(user, name);
    const userName = this.#rules.usernameAttributes.length > 0 ? undefined : user.userName;
    const mark = user.status === 'UNCONFIRMED' ? marks.unconfirmed : marks.proven;
    for (const name of newNames(userName, value, this.#rules))
      this.#names.add(nameKey(name, this.#rules), mark);
    const oldSub = this.#oldSubName === undefined ? undefined : value(this.#oldSubName);
    const isTemporary = user.status === 'FORCE_CHANGE_PASSWORD';
    if (oldSub !== undefined) this.#oldSubs.add(oldSub, isTemporary ? temporary : 0);
  }

  seal(): NewPoolIndex {
    return new NewPoolIndex(this.#rules, this.#names.seal(), this.#oldSubs.seal());
  }
}

/** Finds users of the new pool as its sign-in does. */
export class NewPoolIndex {
  readonly #rules: Rules;
  readonly #names: HashIndex;
  readonly #oldSubs: HashIndex;

  constructor(rules: Rules, names: HashIndex, oldSubs: HashIndex) {
    this.#rules = rules;
    this.#names = names;
    this.#oldSubs = oldSubs;
  }

  /** Whether any user of the new pool records an old user. */
  get hasOldSubs(): boolean {
    return this.#oldSubs.size > 0;
  }

  /** Number of users of the new pool that record this old user. */
  movedAs(sub: string | undefined): number {
    return sub === undefined ? 0 : this.#oldSubs.find(sub).count;
  }

  /** Whether one of them has a temporary password, as after AdminCreateUser. */
  hasTemporaryPassword(sub: string | undefined): boolean {
    return sub !== undefined && has(this.#oldSubs.find(sub), temporary);
  }

  /** The user whom a sign-in with this name finds. Undefined if the migration trigger would be called. */
  holderOf(typed: string): Holder | undefined {
    return this.#holderOf(nameKinds.map((kind) => ({ kind, name: typed })));
  }

  /**
   * The user who has one of the names of a user to be created. Cognito would refuse the new user.
   * @param userName undefined if the pool generates it.
   */
  inTheWayOf(userName: string | undefined, attributes: Readonly<Record<string, string>>): Holder | undefined {
    return this.#holderOf(newNames(userName, (name) => attributes[name], this.#rules));
  }

  #holderOf(names: readonly NewName[]): Holder | undefined {
    const found = names.map((name) => this.#names.find(nameKey(name, this.#rules)));
    if (found.some((one) => has(one, marks.proven))) return 'proven';
    return found.some((one) => has(one, marks.unconfirmed)) ? 'unconfirmed' : undefined;
  }
}

const has = (found: Found, mark: number): boolean => (found.marks & mark) !== 0;
