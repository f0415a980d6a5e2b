/** The users of a pool. Finds them by name, alias, or sub without a scan. Reads them page by page. */
import type { GeneratedUsers } from './generated-users.ts';
import { isLookupKey, type LookupKey, lookupKeys, lookupValue, type User, WatchedMap } from './user.ts';

/**
 * One entry for all spellings that differ only in the case of A to Z.
 * The caller of a lookup decides whether case counts.
 */
const entryOf = (key: LookupKey, value: string): string => `${key} ${value.toLowerCase()}`;

export class UserDirectory {
  readonly #bySub = new Map<string, User>();
  readonly #byValue = new Map<string, Set<User>>();
  /** Ordered by `seq`, from the first user after the generated ones. Undefined: deleted. */
  readonly #inOrder: (User | undefined)[] = [];
  #generated: GeneratedUsers | undefined;

  get size(): number {
    return this.#bySub.size + (this.#generated?.size ?? 0);
  }

  get(sub: string): User | undefined {
    return this.#bySub.get(sub) ?? this.#generated?.get(sub);
  }

  /** Users with this value, in any case of A to Z. */
  *withValue(key: LookupKey, value: string): Iterable<User> {
    yield* this.#byValue.get(entryOf(key, value)) ?? [];
    if (this.#generated !== undefined) yield* this.#generated.withValue(key, value);
  }

  /** Adds a new user at the end. */
  add(user: Omit<User, 'seq'>): User {
    const attributes = new WatchedMap(user.attributes, (name, before, after) => {
      if (!isLookupKey(name)) return;
      if (before !== undefined) this.#forget(entryOf(name, before), added);
      if (after !== undefined) this.#note(entryOf(name, after), added);
    });
    const added: User = { ...user, attributes, seq: this.#first + this.#inOrder.length };
    this.#inOrder.push(added);
    this.#bySub.set(added.sub, added);
    for (const entry of entriesOf(added)) this.#note(entry, added);
    return added;
  }

  delete(sub: string): void {
    this.#generated?.delete(sub);
    const user = this.#bySub.get(sub);
    if (user === undefined) return;
    this.#bySub.delete(sub);
    this.#inOrder[user.seq - this.#first] = undefined;
    for (const entry of entriesOf(user)) this.#forget(entry, user);
  }

  /** Users with a greater `seq`, in its order. */
  *after(seq: number): Iterable<User> {
    if (this.#generated !== undefined) yield* this.#generated.after(seq);
    yield* this.#added(seq);
  }

  /** Users that were not generated, with a greater `seq`. */
  *#added(seq: number): Iterable<User> {
    for (let index = Math.max(0, seq - this.#first + 1); index < this.#inOrder.length; index += 1) {
      const user = this.#inOrder[index];
      if (user !== undefined) yield user;
    }
  }

  /** Users with a greater `seq` whose sub begins with `prefix`, in order. */
  *withSubPrefix(prefix: string, seq: number): Iterable<User> {
    if (this.#generated !== undefined) yield* this.#generated.withSubPrefix(prefix, seq);
    for (const user of this.#added(seq)) if (user.sub.startsWith(prefix)) yield user;
  }

  values(): Iterable<User> {
    return this.after(0);
  }

  /** Adds generated users before all others. Throws unless the directory is empty. */
  generate(users: GeneratedUsers): void {
    if (this.#inOrder.length > 0 || this.#generated !== undefined)
      throw new Error('users are generated for an empty pool');
    this.#generated = users;
  }

  /** The `seq` of the first user that was not generated. */
  get #first(): number {
    return (this.#generated?.count ?? 0) + 1;
  }

  #note(entry: string, user: User): void {
    const users = this.#byValue.get(entry) ?? new Set();
    this.#byValue.set(entry, users.add(user));
  }

  #forget(entry: string, user: User): void {
    const users = this.#byValue.get(entry);
    users?.delete(user);
    if (users?.size === 0) this.#byValue.delete(entry);
  }
}

const entriesOf = (user: User): readonly string[] =>
  lookupKeys.flatMap((key) => {
    const value = lookupValue(user, key);
    return value === undefined ? [] : [entryOf(key, value)];
  });
