/** The code of an authenticator app: RFC 6238 with SHA-1, 30 seconds and six digits, which is what Cognito expects. */
import { createHmac } from 'node:crypto';

const base32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** @param secret as AssociateSoftwareToken gives it, in base32. @param now milliseconds since the epoch. */
export function totp(secret: string, now: number): string {
  const bits = [...secret.toUpperCase()]
    .filter((letter) => base32.includes(letter)) // spaces and padding mean nothing
    .map((letter) => base32.indexOf(letter).toString(2).padStart(5, '0'))
    .join('');
  const key = Buffer.from((bits.match(/.{8}/g) ?? []).map((byte) => Number.parseInt(byte, 2)));
  const step = Buffer.alloc(8);
  step.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const hash = createHmac('sha1', key).update(step).digest();
  const offset = hash.readUInt8(hash.length - 1) & 0x0f; // RFC 4226, section 5.3: dynamic truncation
  return String((hash.readUInt32BE(offset) & 0x7fff_ffff) % 1_000_000).padStart(6, '0');
}
