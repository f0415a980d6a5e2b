/**
 * The arithmetic of Cognito's SRP-6a. AWS publishes no specification of it.
 * Group, padding, key derivation, and proof are those of AWS's own clients (amazon-cognito-identity-js,
 * AuthenticationHelper.js; aws-amplify, signInHelpers). The tests in test/clients check this.
 */
import { createHash, createHmac, getDiffieHellman, hkdfSync } from 'node:crypto';

/** The 3072-bit group of RFC 5054, which is group 15 of RFC 3526. */
export const modulus = fromHex(getDiffieHellman('modp15').getPrime('hex'));
export const generator = 2n;

/**
 * Pads a number as clients do before they hash it.
 * The result has whole bytes, and a zero byte if the first bit would otherwise be a sign.
 */
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

/** Reads hexadecimal digits. Undefined if they aren't a number, or are too long for the group. */
export function readNumber(hex: string): bigint | undefined {
  return /^[0-9a-f]+$/i.test(hex) && hex.length <= 2 * padded(modulus).length ? fromHex(hex) : undefined;
}

/** RFC 5054, section 2.5.4: a client that sends a multiple of N knows the key without a password. */
export function isMultipleOfModulus(value: bigint): boolean {
  return value % modulus === 0n;
}

/** The owner of a password. */
export interface SrpIdentity {
  /** The part of the pool's ID after `_`. */
  readonly poolName: string;
  readonly userId: string;
}

/**
 * RFC 5054's x: besides the salt, all that a pool must store of a password.
 * Hexadecimal, like the salt.
 */
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

/** The data that the proof signs. */
export interface Claim extends SrpIdentity {
  readonly secretBlock: Buffer;
  readonly timestamp: string;
}

/** The signature that a client with the right password sends. */
export function expectedSignature({ clientPublic, verifier, serverSecret }: Exchange, claim: Claim): Buffer {
  const scrambler = hashNumber(padded(clientPublic), padded(serverPublic(verifier, serverSecret)));
  return signature(power(clientPublic * power(verifier, scrambler), serverSecret), scrambler, claim);
}

/** The signature that both sides compute. Only someone who knows the shared number can create it. */
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
