/**
 * The verified addresses of the old pool, for the two rules of the function that ask for other users.
 * `--map username=email` refuses a username that is another user's verified address.
 * `--find-by` refuses an address that two users have verified.
 */
import { foldAddress, verifiedAddress } from '../lambda/address-holders.ts';
import { hasVerified } from '../lambda/find-by.ts';
import { foldName } from '../lambda/names.ts';
import { type NamedUser, oldValue } from '../lambda/old-user.ts';
import type { FindBy, Settings } from '../lambda/settings.ts';
import { vouchesForUsernames } from '../lambda/vouched.ts';
import { HashCollector, type HashIndex } from './hash-index.ts';

type Rules = Pick<Settings, 'map' | 'findBy' | 'newPool'>;

/** Whether the function searches for other users with an address. If so, the run reads all users first. */
export const asksForOthers = ({ map, findBy }: Rules): boolean =>
  findBy !== undefined || vouchesForUsernames(map);

/** Collects the addresses while the old pool is read. */
export class OldAddressCollector {
  readonly #rules: Rules;
  readonly #addresses = new HashCollector();

  constructor(rules: Rules) {
    this.#rules = rules;
  }

  add(user: NamedUser): void {
    for (const key of keysOf(user, this.#rules)) this.#addresses.add(key);
  }

  seal(): OldAddresses {
    return new OldAddresses(this.#addresses.seal());
  }
}

/** Answers how many other users have verified an address. */
export class OldAddresses {
  readonly #index: HashIndex;

  constructor(index: HashIndex) {
    this.#index = index;
  }

  /** A stand-in for each other user whom the function would find by an address of this one. */
  othersWith(user: NamedUser, rules: Rules): NamedUser[] {
    const own = keysOf(user, rules);
    const asked = [
      ...(vouchesForUsernames(rules.map)
        ? [{ key: vouchedKey(user.userName), attribute: 'email', address: user.userName } as const]
        : []),
      ...foundBy(user, rules),
    ];
    return asked.flatMap(({ key, attribute, address }) => {
      const others = this.#index.find(key).count - (own.includes(key) ? 1 : 0);
      return Array.from({ length: Math.min(2, Math.max(0, others)) }, () => standIn(attribute, address));
    });
  }
}

/** No user has an empty name, so this is always another user. */
const standIn = (attribute: FindBy, address: string): NamedUser => ({
  userName: '',
  attributes: [
    { name: attribute, value: address },
    { name: `${attribute}_verified`, value: 'true' },
  ],
});

const vouchedKey = (address: string): string => `vouched ${foldAddress(address)}`;

function keysOf(user: NamedUser, rules: Rules): string[] {
  const address = vouchesForUsernames(rules.map) ? verifiedAddress(user) : undefined;
  const found = hasVerified(user, rules) ? foundBy(user, rules).map(({ key }) => key) : [];
  return [...(address === undefined ? [] : [vouchedKey(address)]), ...found];
}

function foundBy(user: NamedUser, { findBy, newPool }: Rules) {
  const address = findBy && oldValue(user, findBy);
  if (findBy === undefined || address === undefined) return [];
  const key = `found ${foldName(address, newPool.caseSensitive)}`;
  return [{ key, attribute: findBy, address }];
}
