/**
 * Compares the addresses of all users of a pool with usernames, or with each other.
 * Only counts leave this file.
 */
import type { Side } from '../aws/clients.ts';
import type { Pace } from '../aws/retry.ts';
import { eachUser, type SampledUser } from '../aws/user-sample.ts';
import { foldAddress, verifiedAddress } from '../lambda/address-holders.ts';
import { hasVerified } from '../lambda/find-by.ts';
import { foldName } from '../lambda/names.ts';
import { oldValue } from '../lambda/old-user.ts';
import type { FindBy, Settings } from '../lambda/settings.ts';
import { AddressTable } from './address-table.ts';

export interface Comparison {
  readonly users: number;
  /** Addresses that are one user's username and another user's verified address. */
  readonly shared: number;
}

/** Users by the address that the function searches for (`--find-by`). */
export interface Findable {
  readonly users: number;
  /** Users with a verified address that no other user has verified. */
  readonly alone: number;
  /** Users with a verified address that another user has verified too. */
  readonly shared: number;
  /** Users whose address isn't verified. */
  readonly unverified: number;
  /** Users without such an address. */
  readonly without: number;
}

/**
 * Reads every user of a pool in sequence, and counts who can be found by the address.
 * @param rule The function's own rule: the attribute, and the new pool's letter case.
 * @param onProgress Receives the number of users so far.
 */
export async function countFindable(
  users: AsyncIterable<SampledUser>,
  { findBy, newPool }: Pick<Settings, 'newPool'> & { readonly findBy: FindBy },
  onProgress: OnProgress = () => undefined,
): Promise<Findable> {
  const table = new AddressTable();
  const [one, several] = [1, 2];
  const counts = { users: 0, verified: 0, unverified: 0, without: 0 };
  for await (const user of users) {
    counts.users += 1;
    if (counts.users % 1000 === 0) onProgress(counts.users);
    const address = oldValue(user, findBy);
    if (address === undefined) counts.without += 1;
    else if (!hasVerified(user, { findBy })) counts.unverified += 1;
    else {
      counts.verified += 1;
      const name = foldName(address, newPool.caseSensitive);
      table.set(name, table.get(name) === 0 ? one : several);
    }
  }
  const { verified, ...rest } = counts;
  const alone = table.count(one);
  return { ...rest, alone, shared: verified - alone };
}

type OnProgress = (users: number) => void;

/** Uses of an address: username, verified address, both for the same user, or shared by two users. */
const uses = { name: 1, address: 2, both: 3, shared: 4 } as const;
type Use = keyof typeof uses;

/** The combined use of one address. Two names that differ only in letter case are CM108. */
const together = (before: number, use: Use): Use =>
  before === 0 || (before === uses[use] && use !== 'both') ? use : 'shared';

/**
 * Reads every user of a pool in sequence and keeps only a few bytes for each address.
 * @param onProgress Receives the number of users so far.
 */
export async function compareNames(
  users: AsyncIterable<SampledUser>,
  onProgress: OnProgress = () => undefined,
): Promise<Comparison> {
  const table = new AddressTable();
  let count = 0;
  const note = (address: string, use: Use): void =>
    table.set(address, uses[together(table.get(address), use)]);
  for await (const user of users) {
    count += 1;
    if (count % 1000 === 0) onProgress(count);
    const [name, address] = [foldAddress(user.userName), verifiedAddress(user)];
    if (name === address) note(name, 'both');
    else {
      if (name.includes('@')) note(name, 'name');
      if (address !== undefined) note(address, 'address');
    }
  }
  return { users: count, shared: table.count(uses.shared) };
}

/**
 * Compares the names of a pool in AWS.
 * Sign-ins need the quota of ListUsers at the same time, so this leaves them most of it.
 */
export const compareNamesOf = (
  { idp }: Pick<Side, 'idp'>,
  userPoolId: string,
  pace: Pace,
  onProgress?: OnProgress,
): Promise<Comparison> => compareNames(eachUser(idp, userPoolId, pace), onProgress);
