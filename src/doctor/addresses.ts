/**
 * Compares usernames with the verified addresses of other users, in a whole pool.
 * Only counts leave this file.
 */
import type { Side } from '../aws/clients.ts';
import { eachUser, type Pace, type SampledUser } from '../aws/user-sample.ts';
import { foldAddress, verifiedAddress } from '../lambda/address-holders.ts';
import { AddressTable } from './address-table.ts';

export interface Comparison {
  readonly users: number;
  /** Addresses that are one user's username and another user's verified address. */
  readonly shared: number;
}

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
  onProgress: (users: number) => void = () => undefined,
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
  onProgress?: (users: number) => void,
): Promise<Comparison> => compareNames(eachUser(idp, userPoolId, pace), onProgress);
