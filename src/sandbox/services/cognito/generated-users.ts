/**
 * Users computed from their number.
 * A pool of a million uses no memory for unchanged users. A changed user is stored from then on.
 */

import { type LookupKey, lookupValue, type User, type UserStatus, WatchedMap } from './user.ts';

/** Creates the initial state of user number `n`, from 0 on. Pure: every call returns the same. */
export type MakeUser = (n: number) => Pick<User, 'username' | 'attributes' | 'status'> & {
  readonly sub: string;
  readonly created: number;
  readonly enabled?: boolean;
  /** Time when the temporary password was set. */
  readonly temporarySince?: number;
  /** Computed on first use. */
  readonly password?: () => string;
};

export interface Generation {
  readonly count: number;
  readonly make: MakeUser;
  /** The number of the user that starts with this value, if there can be one. The caller verifies it. */
  readonly numberOf: (key: LookupKey | 'sub', value: string) => number | undefined;
  /**
   * The numbers that a sub with this beginning can have: `first`, and every `step` after it.
   * Undefined: no number has such a sub. The caller verifies each sub.
   */
  readonly numbersWithSub: (prefix: string) => Series | undefined;
}

export interface Series {
  readonly first: number;
  readonly step: number;
}

export class GeneratedUsers {
  readonly count: number;
  readonly #generation: Generation;
  /** Users that differ from their initial state. Undefined: deleted. */
  readonly #changed = new Map<number, User | undefined>();
  /** Those of them that got another value to be found by. A membership, for example, changes none. */
  readonly #renamed = new Set<number>();
  /** Users that a caller still holds. Two calls at the same time must get the same object. */
  readonly #held = new Map<number, WeakRef<User>>();
  readonly #released = new FinalizationRegistry<number>((n) => {
    if (this.#held.get(n)?.deref() === undefined) this.#held.delete(n);
  });
  #deleted = 0;

  constructor(generation: Generation) {
    this.count = generation.count;
    this.#generation = generation;
  }

  get size(): number {
    return this.count - this.#deleted;
  }

  get(sub: string): User | undefined {
    const user = this.#at(this.#generation.numberOf('sub', sub));
    return user?.sub === sub ? user : undefined;
  }

  *withValue(key: LookupKey, value: string): Iterable<User> {
    const wanted = value.toLowerCase();
    const first = this.#generation.numberOf(key, value);
    const begun = this.#at(first);
    if (begun !== undefined && lookupValue(begun, key)?.toLowerCase() === wanted) yield begun;
    // Another generated user may have received this value since then.
    for (const n of this.#renamed) {
      const user = n === first ? undefined : this.#at(n);
      if (user !== undefined && lookupValue(user, key)?.toLowerCase() === wanted) yield user;
    }
  }

  *after(seq: number): Iterable<User> {
    for (let n = Math.max(0, seq); n < this.count; n += 1) {
      const user = this.#at(n);
      if (user !== undefined) yield user;
    }
  }

  /** Users with a greater `seq` whose sub begins with `prefix`, in order. Computes no other users. */
  *withSubPrefix(prefix: string, seq: number): Iterable<User> {
    const series = this.#generation.numbersWithSub(prefix);
    if (series === undefined) return;
    const { first, step } = series;
    const skipped = Math.max(0, Math.ceil((seq - first) / step));
    for (let n = first + skipped * step; n < this.count; n += step) {
      const user = this.#at(n);
      if (user?.sub.startsWith(prefix) === true) yield user;
    }
  }

  delete(sub: string): void {
    const n = this.#generation.numberOf('sub', sub);
    if (n === undefined || this.get(sub) === undefined) return;
    this.#changed.set(n, undefined);
    this.#deleted += 1;
  }

  #at(n: number | undefined): User | undefined {
    if (n === undefined || !Number.isInteger(n) || n < 0 || n >= this.count) return undefined;
    if (this.#changed.has(n)) return this.#changed.get(n);
    const held = this.#held.get(n)?.deref();
    if (held !== undefined) return held;
    const user = this.#begin(n);
    this.#held.set(n, new WeakRef(user));
    this.#released.register(user, n);
    return user;
  }

  /** Creates a user in its initial state. The first change of any kind stores it. */
  #begin(n: number): User {
    const { attributes, password, enabled = true, ...begun } = this.#generation.make(n);
    const keep = (): void => {
      if (!this.#changed.has(n)) this.#changed.set(n, user);
    };
    const rename = (): void => {
      keep();
      this.#renamed.add(n);
    };
    const plain: User = {
      ...begun,
      enabled,
      seq: n + 1,
      attributes: new WatchedMap(attributes, rename),
      modified: begun.created,
      passwordHistory: [],
      failures: 0,
      lockedUntil: 0,
      factors: new WatchedSet(keep),
      smsOption: false,
      groups: new WatchedSet(keep),
      signedOut: new WatchedSet(keep),
    };
    const user: User = new Proxy(plain, {
      get(target, name) {
        if (name === 'password' && !Object.hasOwn(target, 'password') && password !== undefined)
          target.password = password();
        return Reflect.get(target, name);
      },
      set(target, name, value) {
        (name === 'username' ? rename : keep)();
        return Reflect.set(target, name, value);
      },
      deleteProperty(target, name) {
        keep();
        return Reflect.deleteProperty(target, name);
      },
    });
    return user;
  }
}

class WatchedSet<T> extends Set<T> {
  readonly #changed: () => void;

  constructor(changed: () => void) {
    super();
    this.#changed = changed;
  }

  override add(value: T): this {
    this.#changed();
    return super.add(value);
  }

  override delete(value: T): boolean {
    this.#changed();
    return super.delete(value);
  }
}

/**
 * Numbered users, such as `user-0000042@example.com` for 42.
 * By default, the addresses are verified, and all users have the same password.
 * @param password Returns the password in its stored form, for a username.
 */
export function numberedUsers(
  count: number,
  { isAddressTheName, created, password, kinds = [], more }: NumberedOptions,
): Generation {
  const kindOf = (n: number): UserKind => kinds[n % kinds.length] ?? 'CONFIRMED';
  return {
    count,
    make: (n) => {
      const sub = subOf(n);
      const kind = kindOf(n);
      const isFederated = kind === 'EXTERNAL_PROVIDER';
      const username = isFederated ? `${provider}${nameOf(n)}` : isAddressTheName ? sub : nameOf(n);
      return {
        sub,
        username,
        attributes: new Map([...attributesOf(n, kind, created), ...Object.entries(more?.(n, sub) ?? {})]),
        status: kind === 'disabled' || kind === 'unverified' ? 'CONFIRMED' : kind,
        enabled: kind !== 'disabled',
        created,
        ...(kind === 'FORCE_CHANGE_PASSWORD' ? { temporarySince: created } : {}),
        ...(password === undefined || isFederated ? {} : { password: () => password(username) }),
      };
    },
    numberOf: (key, value) => {
      if (key === 'email') return numberIn(addressPattern, value, 10);
      if (key === 'sub') return numberIn(subPattern, value, 16);
      if (key !== 'username') return undefined;
      return numberIn(namePattern, value, 10) ?? numberIn(subPattern, value, 16);
    },
    numbersWithSub,
  };
}

export interface NumberedOptions {
  /** The pool signs users in by email address and creates the usernames itself. */
  readonly isAddressTheName: boolean;
  /** Milliseconds since the epoch. */
  readonly created: number;
  readonly password?: (username: string) => string;
  /** The kinds of users, which take turns by number. All are CONFIRMED by default. */
  readonly kinds?: readonly UserKind[];
  /** Further attributes of a user. */
  readonly more?: (n: number, sub: string) => Readonly<Record<string, string>>;
}

/** The state of a generated user. Disabled users and those without a verified address are CONFIRMED. */
export type UserKind = UserStatus | 'disabled' | 'unverified';

/** Federated users have the name of their provider before their own (Developer Guide, user pool federation). */
const provider = 'Google_';

const unverifiedKinds: ReadonlySet<UserKind> = new Set(['UNCONFIRMED', 'EXTERNAL_PROVIDER', 'unverified']);

const attributesOf = (n: number, kind: UserKind, created: number): Map<string, string> =>
  new Map([
    ['email', `${nameOf(n)}@example.com`],
    ['email_verified', String(!unverifiedKinds.has(kind))],
    ...(kind === 'EXTERNAL_PROVIDER' ? [['identities', identitiesOf(n, created)] as const] : []),
  ]);

const identitiesOf = (n: number, dateCreated: number): string =>
  JSON.stringify([
    {
      userId: nameOf(n),
      providerName: 'Google',
      providerType: 'Google',
      issuer: null,
      primary: true,
      dateCreated,
    },
  ]);

const nameOf = (n: number): string => `user-${String(n).padStart(7, '0')}`;

/**
 * The sub begins with the last eight hexadecimal digits of the number, the last one first.
 * So the subs spread evenly, and all users with the same beginning are a fixed number of users apart.
 */
const subOf = (n: number): string => {
  const hex = n.toString(16).padStart(12, '0');
  return `${[...hex.slice(-8)].reverse().join('')}-0000-4000-8000-${hex}`;
};
const subPattern = /^[0-9a-f]{8}-0000-4000-8000-([0-9a-f]{12})$/;

function numbersWithSub(prefix: string): Series | undefined {
  const digits = /^[0-9a-f]{0,8}/.exec(prefix)?.[0] ?? '';
  if (digits.length < Math.min(prefix.length, 8)) return undefined;
  const first = Number.parseInt([...digits].reverse().join('') || '0', 16);
  return { first, step: 16 ** digits.length };
}

const namePattern = /^(?:Google_)?user-(\d{7,})$/i;
const addressPattern = /^user-(\d{7,})@example\.com$/i;

function numberIn(pattern: RegExp, value: string, radix: number): number | undefined {
  const digits = pattern.exec(value)?.[1];
  return digits === undefined ? undefined : Number.parseInt(digits, radix);
}
