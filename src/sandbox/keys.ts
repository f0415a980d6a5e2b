/**
 * Long-term access keys. Each run has a random key.
 * Every process on this machine can reach the port. An administrator's key can run code here through
 * CreateFunction. Only people who see the output of the run know its key.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';

export interface LongTermKey {
  readonly accessKeyId: string;
  readonly secretAccessKey: string;
}

/**
 * The same for all accounts of this process.
 * Hexadecimal, because AWS accepts only letters, digits, and underscores.
 */
const suffix = randomBytes(16).toString('hex').toUpperCase();

/** The key of an account's administrator: the account ID, then the random part of this run. */
export const keysOf = (account: string): LongTermKey => ({
  accessKeyId: `${account}${suffix}`,
  // The local AWS doesn't check signatures, so this secret proves nothing.
  secretAccessKey: 'local',
});

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();

/** The account of an administrator's key. Undefined for any key that doesn't belong to this run. */
export function accountOfKey(accessKeyId: string): string | undefined {
  const account = /^(\d{12})./.exec(accessKeyId)?.[1];
  if (account === undefined) return undefined;
  return timingSafeEqual(digest(accessKeyId), digest(keysOf(account).accessKeyId)) ? account : undefined;
}
