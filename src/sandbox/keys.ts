/**
 * Long-term access keys. Anybody on this machine reaches the port, and an administrator's key runs code here, by CreateFunction:
 * so each run has a random one, which only those know who see what it prints.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface LongTermKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/** The same for all accounts of this process; hexadecimal, since AWS takes only letters, digits, and underscores. */
const suffix = randomBytes(16).toString('hex').toUpperCase();

/** The key of an account's administrator: the account's number, then what is random for this run. */
export const keysOf = (account: string): LongTermKey => ({
  accessKeyId: `${account}${suffix}`,
  // Signatures are not checked, so it proves nothing.
  secretAccessKey: 'local',
});

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The account of an administrator's key; undefined for any key that is not of this run. */
export function accountOfKey(accessKeyId: string): string | undefined {
  const account = /^(\d{12})./.exec(accessKeyId)?.[1];
  if (account === undefined) return undefined;
  return timingSafeEqual(digest(accessKeyId), digest(keysOf(account).accessKeyId)) ? account : undefined;
}
