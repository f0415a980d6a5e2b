/** Creates identifiers in Cognito's formats, from the world's own source of randomness. */
import type { World } from '../../world.ts';

const upperLowerDigits = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789';
const lowerDigits = 'abcdefghijklmnopqrstuvwxyz0123456789';

function letters(world: World, length: number, alphabet: string): string {
  return Array.from(world.randomBytes(length), (byte) => alphabet.charAt(byte % alphabet.length)).join('');
}

export function newPoolId(world: World, region: string): string {
  return `${region}_${letters(world, 9, upperLowerDigits)}`;
}

export function newClientId(world: World): string {
  return letters(world, 26, lowerDigits);
}

export function newClientSecret(world: World): string {
  return letters(world, 51, lowerDigits);
}

/** The six digits of a confirmation or MFA code. */
export function newCode(world: World): string {
  return letters(world, 6, '0123456789');
}

/** Opaque text for sessions and refresh tokens. */
export function newOpaque(world: World, bytes = 48): string {
  return Buffer.from(world.randomBytes(bytes)).toString('base64url');
}

/** A password that satisfies any pool policy, as Cognito creates one for an invited user. */
export function newTemporaryPassword(world: World, length: number): string {
  return `aA1!${letters(world, Math.max(length, 8) - 4, upperLowerDigits)}`;
}

export function newUuid(world: World): string {
  return uuidOf(world.randomBytes(16));
}

/** A version 4 UUID from the first 16 bytes. */
export function uuidOf(source: Uint8Array): string {
  const bytes = Buffer.from(source.subarray(0, 16));
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x40, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-');
}
