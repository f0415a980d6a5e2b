/** Usernames beside the verified addresses of other users, over a whole pool. Nothing but counts leaves this file. */
import type { Side } from '../aws/clients.ts';
import { eachUser, type Pace, type SampledUser } from '../aws/user-sample.ts';
import { foldAddress, verifiedAddress } from '../lambda/address-holders.ts';
import { AddressTable } from './address-table.ts';

export interface Comparison {
  readonly users: number;
  /** Addresses that are the username of one user and the verified address of another. */
  readonly shared: number;
}

/** Who has an address: a user as the username, a user as the verified address, the same user as both; or two users. */
const uses = { name: 1, address: 2, both: 3, shared: 4 } as const;
type Use = keyof typeof uses;

/** What two users make of one address. Two names that differ in letter case only are CM108. */
const together = (before: number, use: Use): Use =>
  before === 0 || (before === uses[use] && use !== 'both') ? use : 'shared';

/**
 * Takes every user of a pool, one after the other, and keeps no more than a few bytes for each address.
 * @param onProgress is told how many users there were so far.
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

/** The same for a pool in AWS. Sign-ins need the quota of ListUsers meanwhile, so it leaves them most of it. */
export const compareNamesOf = (
  { idp }: Pick<Side, 'idp'>,
  userPoolId: string,
  pace: Pace,
  onProgress?: (users: number) => void,
): Promise<Comparison> => compareNames(eachUser(idp, userPoolId, pace), onProgress);
