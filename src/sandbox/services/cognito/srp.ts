/**
 * The arithmetic of Cognito's SRP-6a. AWS publishes no specification of it: group, padding, key derivation, and proof are those
 * of AWS's own clients (amazon-cognito-identity-js, AuthenticationHelper.js; aws-amplify, signInHelpers), and test/clients holds
 * them to it.
 */
import { createHash, createHmac, getDiffieHellman, hkdfSync } from 'node:crypto';

/** The 3072-bit group of RFC 5054, which is group 15 of RFC 3526. */
export const modulus = fromHex(getDiffieHellman('modp15').getPrime('hex'));
export const generator = 2n;

/** As clients pad a number before they hash it: whole bytes, and a zero byte where the first bit would be a sign. */
export function padded(value: bigint): Buffer {
  const hex = value.toString(16);
  const even = hex.length % 2 === 0 ? hex : `0${hex}`;
  return Buffer.from(/^[89a-f]/.test(even) ? `00${even}` : even, 'hex');
}

export function fromHex(hex: string): bigint {
  return BigInt(`0x${hex}`);
}

function hash(...parts: readonly (Buffer | string)[]): Buffer {
  const digest = createHash('sha256');
  for (const part of parts) digest.update(part);
  return digest.digest();
}

export function hashNumber(...parts: readonly Buffer[]): bigint {
  return fromHex(hash(...parts).toString('hex'));
}

export function power(base: bigint, exponent: bigint): bigint {
  let result = 1n;
  let factor = base % modulus;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if (rest & 1n) result = (result * factor) % modulus;
    factor = (factor * factor) % modulus;
  }
  return result;
}

export const multiplier = hashNumber(padded(modulus), padded(generator));

/** A number in hexadecimal digits, or undefined where it's none, or too long to be one of the group. */
export function readNumber(hex: string): bigint | undefined {
  return /^[0-9a-f]+$/i.test(hex) && hex.length <= 2 * padded(modulus).length ? fromHex(hex) : undefined;
}

/** RFC 5054, section 2.5.4: a client that sends a multiple of N would know the key without any password. */
export function isMultipleOfModulus(value: bigint): boolean {
  return value % modulus === 0n;
}

/** Whose password it is. */
export interface SrpIdentity {
  /** The part of the pool's ID after `_`. */
  readonly poolName: string;
  readonly userId: string;
}

/** RFC 5054's x: all that has to be kept of a password, beside its salt. Hexadecimal, as the salt. */
export function privateKey({ poolName, userId }: SrpIdentity, salt: string, password: string): string {
  return hash(padded(fromHex(salt)), hash(`${poolName}${userId}:${password}`)).toString('hex');
}

/** RFC 5054's v = g^x. */
export function verifierOf(key: string): bigint {
  return power(generator, fromHex(key));
}

/** RFC 5054's B = k*v + g^b. */
export function serverPublic(verifier: bigint, secret: bigint): bigint {
  return (multiplier * verifier + power(generator, secret)) % modulus;
}

export interface Exchange {
  readonly clientPublic: bigint;
  readonly verifier: bigint;
  readonly serverSecret: bigint;
}

/** What the proof is a proof over. */
export interface Claim extends SrpIdentity {
  readonly secretBlock: Buffer;
  readonly timestamp: string;
}

/** The signature that a client with the right password sends. */
export function expectedSignature({ clientPublic, verifier, serverSecret }: Exchange, claim: Claim): Buffer {
  const scrambler = hashNumber(padded(clientPublic), padded(serverPublic(verifier, serverSecret)));
  return signature(power(clientPublic * power(verifier, scrambler), serverSecret), scrambler, claim);
}

/** What both sides sign: only who knows the shared number can. */
export function signature(shared: bigint, scrambler: bigint, claim: Claim): Buffer {
  const key = hkdfSync('sha256', padded(shared), padded(scrambler), 'Caldera Derived Key', 16);
  const { poolName, userId, secretBlock, timestamp } = claim;
  return createHmac('sha256', Buffer.from(key))
    .update(poolName)
    .update(userId)
    .update(secretBlock)
    .update(timestamp)
    .digest();
}
