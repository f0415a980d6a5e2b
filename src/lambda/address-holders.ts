/**
 * Owners of addresses that are usernames.
 * Only the owner of the pools vouches for these addresses (`--map username=email`).
 */
import { foldName } from './names.ts';
import { isTrue, type NamedUser, oldValue } from './old-user.ts';
import type { FindBy } from './settings.ts';

/** The form in which two addresses are compared. Ignores letter case, whatever AWS finds. */
export const foldAddress = (address: string): string => foldName(address, false);

/**
 * The address that the old pool has verified for this user.
 * Unverified addresses prove nothing, because anyone can write them.
 */
export function verifiedAddress(user: Pick<NamedUser, 'attributes'>): string | undefined {
  const address = oldValue(user, 'email');
  return address !== undefined && isTrue(oldValue(user, 'email_verified')) ? foldAddress(address) : undefined;
}

/** Whether a user other than the one of that name has the name as their verified address. */
export function isAddressOfAnother(userName: string, holders: readonly NamedUser[]): boolean {
  return holders.some(
    (holder) => holder.userName !== userName && verifiedAddress(holder) === foldAddress(userName),
  );
}

/**
 * The filters that find everyone with this address.
 * "All searches are case-insensitive" (Developer Guide, "Searching for users"), but the API reference says
 * "exact match" about `=`. If letter case counts, the filters find the address as the name spells it, and in
 * lowercase. Nearly everyone writes it in lowercase.
 */
export const emailFilters = (address: string): readonly string[] =>
  [...new Set([address, foldAddress(address)])].map((one) => addressFilter('email', one));

/**
 * The filter that finds the users with this address. The address becomes nothing but a value.
 * ListUsers requires `\` before a quotation mark (API Reference, "ListUsers", Filter), and so before `\`
 * itself.
 */
export function addressFilter(attribute: FindBy, address: string): string {
  return `${attribute} = "${address.replace(/["\\]/g, '\\$&')}"`;
}
