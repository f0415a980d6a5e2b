/** Whose address a username is, where only the owner of the pools vouches for it (`--map username=email`). */
import { foldName } from './names.ts';
import { isTrue, type NamedUser, oldValue } from './old-user.ts';

/** The address as two addresses are compared: in no letter case, whatever AWS finds. */
export const foldAddress = (address: string): string => foldName(address, false);

/** The address that the old pool has verified for this user; unverified ones say nothing, since anybody can write them. */
export function verifiedAddress(user: Pick<NamedUser, 'attributes'>): string | undefined {
  const address = oldValue(user, 'email');
  return address !== undefined && isTrue(oldValue(user, 'email_verified')) ? foldAddress(address) : undefined;
}

/** Whether one of these users, other than the user of that name, has the name as their verified address. */
export function isAddressOfAnother(userName: string, holders: readonly NamedUser[]): boolean {
  return holders.some(
    (holder) => holder.userName !== userName && verifiedAddress(holder) === foldAddress(userName),
  );
}

/**
 * The filters that find everybody with this address. "All searches are case-insensitive" (Developer Guide, "Searching for
 * users"), while the API reference says of `=` "exact match". If letter case counts, the address is found in the spelling of the
 * name and in lower case, which is how nearly everybody writes it.
 */
export const emailFilters = (address: string): readonly string[] =>
  [...new Set([address, foldAddress(address)])].map(emailFilter);

/** ListUsers takes `\` before a quotation mark in a filter (API Reference, "ListUsers", Filter), and so before itself. */
function emailFilter(address: string): string {
  return `email = "${address.replace(/["\\]/g, '\\$&')}"`;
}
