/** Usernames beside the verified addresses of other users, over a whole pool. Nothing but counts leaves this file. */
import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { eachUser, type SampledUser } from '../aws/user-sample.ts';
import { foldAddress, verifiedAddress } from '../lambda/address-holders.ts';

export interface Comparison {
  readonly users: number;
  /** Addresses that are the username of one user and the verified address of another. */
  readonly shared: number;
}

/** Who has an address: a user as the username, a user as the verified address, the same user as both; or two users. */
type Use = 'name' | 'address' | 'both' | 'shared';

/** What two users make of one address. Two names that differ in letter case only are CM108. */
function together(a: Use, b: Use): Use {
  return a === b && a !== 'both' ? a : 'shared';
}

/** Takes every user of a pool, one after the other, and keeps no more than a word for each address. */
export async function compareNames(users: AsyncIterable<SampledUser>): Promise<Comparison> {
  const uses = new Map<string, Use>();
  let count = 0;
  const note = (address: string, use: Use): void => {
    const before = uses.get(address);
    uses.set(address, before === undefined ? use : together(before, use));
  };
  for await (const user of users) {
    count += 1;
    const [name, address] = [foldAddress(user.userName), verifiedAddress(user)];
    if (name === address) note(name, 'both');
    else {
      if (name.includes('@')) note(name, 'name');
      if (address !== undefined) note(address, 'address');
    }
  }
  return { users: count, shared: [...uses.values()].filter((use) => use === 'shared').length };
}

/** The same for a pool in AWS. */
export const compareNamesOf = (idp: CognitoIdentityProviderClient, userPoolId: string): Promise<Comparison> =>
  compareNames(eachUser(idp, userPoolId));
