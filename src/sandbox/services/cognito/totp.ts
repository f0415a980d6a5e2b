/** Time-based one-time passwords (RFC 6238: SHA-1, 30 s, 6 digits), as in authenticator apps. */
import { createHmac } from 'node:crypto';
import type { World } from '../../world.ts';

const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

export function newTotpSecret(world: World): string {
  return Array.from(world.randomBytes(52), (byte) => alphabet.charAt(byte % 32)).join('');
}

function decode(secret: string): Buffer {
  const bits = Array.from(secret, (letter) => alphabet.indexOf(letter).toString(2).padStart(5, '0')).join('');
  const bytes = bits.match(/.{8}/g) ?? [];
  return Buffer.from(bytes.map((byte) => Number.parseInt(byte, 2)));
}

/** The code of an authenticator app at `now` (milliseconds). */
export function totpCode(secret: string, now: number): string {
  const counter = Buffer.alloc(8);
  counter.writeBigUInt64BE(BigInt(Math.floor(now / 30_000)));
  const hash = createHmac('sha1', decode(secret)).update(counter).digest();
  const offset = hash.readUInt8(hash.length - 1) & 0x0f;
  return String((hash.readUInt32BE(offset) & 0x7fffffff) % 1_000_000).padStart(6, '0');
}

/** True if `code` is right now, or one step earlier or later, because clocks differ. */
export function isTotpCode(secret: string, code: string, now: number): boolean {
  return [0, -30_000, 30_000].some((drift) => totpCode(secret, now + drift) === code);
}
