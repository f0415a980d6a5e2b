/**
 * Predicts the function's decision for each user of the sample.
 * The function's own code decides. This file only counts.
 */
import type { SampledUser, UserSample } from '../aws/user-sample.ts';
import { canResetPassword, isAlwaysDropped, mapAttributes, withoutNames } from '../lambda/attributes.ts';
import { decideUser } from '../lambda/decide.ts';
import { filterFor, hasVerified } from '../lambda/find-by.ts';
import { foldName, judgeName, type NameReason } from '../lambda/names.ts';
import { isTrue, oldValue } from '../lambda/old-user.ts';
import type { ReasonOf } from '../lambda/reasons.ts';
import type { FindBy, Settings, SignInAttribute } from '../lambda/settings.ts';
import { isNamedByAddress } from '../lambda/vouched.ts';
import { AddressTable } from './address-table.ts';

type Counts<W extends string = string> = ReadonlyMap<W, number>;

/** Why no name of a user can migrate. */
export type NameTrouble = NameReason | 'no-name';

export interface Prediction {
  readonly users: number;
  readonly isAll: boolean;
  /** Users who would have this new attribute. */
  readonly filled: Counts;
  /** Users who have this old attribute. `username` counts if it becomes their address. */
  readonly held: Counts;
  /** Users who lack this required attribute of the new pool. */
  readonly missing: Counts;
  /** Users whose value the new pool refuses, by `attribute:fault`. */
  readonly bad: Counts;
  /** Users who could move now with the right password. */
  readonly movable: number;
  /** Users without any name that would let them in, by reason. */
  readonly nameless: Counts<NameTrouble>;
  /** Nameless users who could move if the owner of the pools vouched for their usernames. */
  readonly vouchable: number;
  /** Nameless users who could move if the function searched for their verified address, by attribute. */
  readonly findable: Counts<FindBy>;
  /** Users with some names that the new pool accepts and others that it refuses. */
  readonly renamed: number;
  /** Users whose new name another user of the sample would also have. */
  readonly colliding: number;
  /** Users who can move with a name that isn't all lower case. */
  readonly capitalized: number;
  /** Users who don't move because of their state, by reason. */
  readonly stuck: Counts<ReasonOf<'untouched'>>;
  /** Users who move but couldn't choose a new password. */
  readonly unreachable: number;
}

/** Applies the function's rules to every user of the sample. Makes no calls. */
export function predict({ users, isAll }: UserSample, settings: Settings): Prediction {
  const predictor = new Predictor(settings);
  for (const user of users) predictor.add(user);
  return predictor.result(isAll);
}

/** Counts user by user, and keeps only counts and a few bytes for each name. */
export class Predictor {
  readonly #settings: Settings;
  readonly #counts = {
    filled: new Tally(),
    held: new Tally(),
    missing: new Tally(),
    bad: new Tally(),
    nameless: new Tally<NameTrouble>(),
    findable: new Tally<FindBy>(),
    stuck: new Tally<ReasonOf<'untouched'>>(),
  };
  readonly #names = new AddressTable();
  #users = 0;
  #movable = 0;
  #named = 0;
  #vouchable = 0;
  #renamed = 0;
  #capitalized = 0;
  #unreachable = 0;

  constructor(settings: Settings) {
    this.#settings = settings;
  }

  add(user: SampledUser): void {
    const fate = fateOf(user, this.#settings);
    this.#users += 1;
    if (fate.isMovable) this.#movable += 1;
    if (fate.isCapitalized) this.#capitalized += 1;
    for (const word of ['filled', 'held', 'missing', 'bad'] as const) this.#counts[word].add(fate[word]);
    this.#counts.stuck.add(fate.stuck === undefined ? [] : [fate.stuck]);
    if (fate.newName === undefined) {
      this.#counts.nameless.add(fate.nameFault);
      this.#counts.findable.add(fate.findable);
      if (fate.isVouchable) this.#vouchable += 1;
      return;
    }
    this.#named += 1;
    this.#names.set(fate.newName, this.#names.get(fate.newName) === 0 ? owners.one : owners.several);
    if (fate.nameFault.length > 0) this.#renamed += 1;
    if (!fate.canReset) this.#unreachable += 1;
  }

  /** @param isAll Whether these are all users of the pool. */
  result(isAll: boolean): Prediction {
    return {
      users: this.#users,
      isAll,
      ...this.#counts,
      movable: this.#movable,
      vouchable: this.#vouchable,
      renamed: this.#renamed,
      colliding: this.#named - this.#names.count(owners.one),
      capitalized: this.#capitalized,
      unreachable: this.#unreachable,
    };
  }
}

/** How many users would have a name. */
const owners = { one: 1, several: 2 } as const;

class Tally<W extends string = string> extends Map<W, number> {
  add(words: readonly W[]): void {
    for (const word of words) this.set(word, (this.get(word) ?? 0) + 1);
  }
}

interface Fate {
  readonly filled: readonly string[];
  readonly held: readonly string[];
  readonly missing: readonly string[];
  readonly bad: readonly string[];
  readonly newName: string | undefined;
  readonly isCapitalized: boolean;
  readonly nameFault: readonly NameTrouble[];
  readonly isVouchable: boolean;
  readonly findable: readonly FindBy[];
  readonly stuck: ReasonOf<'untouched'> | undefined;
  readonly canReset: boolean;
  readonly isMovable: boolean;
}

/** The rule `--map username=email`. */
const vouching: Settings['map'] = { rename: { username: 'email' }, drop: [], set: {} };

/** The outcome for one user. Holds attribute names and reasons. The new name stays in this file. */
function fateOf(user: SampledUser, settings: Settings): Fate {
  const mapped = mapAttributes(user, settings);
  const decide = (forgot: boolean) =>
    decideUser({ ...user, hasMfa: false }, forgot, { ...settings, oldPoolMfa: 'OFF' });
  const state = decide(false);
  const names = namesOf(user, settings, mapped.attributes);
  const [usable] = names.filter(({ fault }) => fault === undefined);
  const { attributes, missing, bad } = withoutNames(mapped, usable?.without, settings);
  const fault = names.find((name) => name.fault !== undefined)?.fault;
  const { caseSensitive } = settings.newPool;
  const canReset = canResetPassword(attributes, settings.newPool);
  const movesByReset = settings.forgotPassword === 'on' && canReset && decide(true).act === 'go-on';
  const isRefused =
    usable === undefined ||
    missing.length > 0 ||
    (settings.onBadAttribute === 'refuse' && bad.some((one) => !isAlwaysDropped(one)));
  return {
    filled: Object.keys(attributes),
    held: [
      ...user.attributes.filter(({ value }) => value !== '').map(({ name }) => name),
      ...(isNamedByAddress(user, settings) ? ['username'] : []),
    ],
    missing,
    bad,
    newName: usable && foldName(usable.typed, caseSensitive),
    // Capital letters of every script count here, because this is about typing, not about equal names.
    // The search finds an address in any letter case.
    isCapitalized: names.some(
      ({ typed, fault }) =>
        fault === undefined &&
        typed !== typed.toLowerCase() &&
        filterFor(typed, settings.findBy) === undefined,
    ),
    nameFault: fault === undefined && usable !== undefined ? [] : [fault ?? 'no-name'],
    isVouchable:
      settings.newPool.usernameAttributes.includes('email') && isNamedByAddress(user, { map: vouching }),
    findable: canFindBy(settings).filter(
      (findBy) => oldValue(user, findBy) !== undefined && hasVerified(user, { findBy }),
    ),
    stuck: state.act === 'untouched' ? state.reason : undefined,
    canReset,
    isMovable: !isRefused && (state.act === 'go-on' || movesByReset),
  };
}

interface TypedName {
  readonly typed: string;
  /** Why the function would refuse this name. */
  readonly fault: NameReason | undefined;
  /** Addresses that the function would omit. */
  readonly without?: readonly SignInAttribute[] | undefined;
}

/** The names that a user signs in to the old pool with, and the function's verdict on each. */
function namesOf(
  user: SampledUser,
  settings: Settings,
  attributes: Readonly<Record<string, string>>,
): TypedName[] {
  return [...new Set(signInNames(user, settings))].map((typed) => {
    const verdict = judgeName(typed, user, attributes, settings);
    return verdict.ok
      ? { typed, fault: undefined, without: verdict.without }
      : { typed, fault: verdict.reason };
  });
}

/**
 * The names by which AdminGetUser finds a user, as sign-in does.
 * An email address that isn't an alias finds nobody, unless the function searches for it (`--find-by`).
 */
export function signInNames(user: SampledUser, { oldPool, findBy }: Settings): string[] {
  const value = (name: string): string | undefined => oldValue(user, name);
  const present = (names: readonly SignInAttribute[]) => names.flatMap((name) => value(name) ?? []);
  const searched = findBy !== undefined && hasVerified(user, { findBy }) ? present([findBy]) : [];
  // If addresses are the usernames, the pool generated the username, and nobody types it.
  if (oldPool.usernameAttributes?.length) return [...present(oldPool.usernameAttributes), ...searched];
  const active = (oldPool.aliasAttributes ?? []).filter(
    (name) => name === 'preferred_username' || isTrue(value(`${name}_verified`)),
  );
  return [user.userName, ...present(active), ...searched];
}

/** Attributes that the new pool signs in with, and by which only a search finds users of the old pool. */
function canFindBy({ oldPool, newPool, findBy }: Settings): FindBy[] {
  const { usernameAttributes = [], aliasAttributes = [] } = oldPool;
  const isNew = (name: FindBy) =>
    [...newPool.usernameAttributes, ...newPool.aliasAttributes].includes(name) &&
    ![...usernameAttributes, ...aliasAttributes].includes(name);
  return findBy === undefined ? (['email', 'phone_number'] as const).filter(isNew) : [];
}
