/** The client's half of SRP, for the demo and the tests; test/clients has the ones that apps use. */
import { randomBytes } from 'node:crypto';
import {
  fromHex,
  generator,
  hashNumber,
  modulus,
  multiplier,
  padded,
  power,
  privateKey,
  signature,
} from './srp.ts';

/** `EEE MMM d HH:mm:ss 'UTC' yyyy`. */
export function timestampOf(time: number): string {
  const [weekday = '', day = '', month = '', year = '', clock = ''] = new Date(time).toUTCString().split(' ');
  return `${weekday.slice(0, 3)} ${month} ${Number(day)} ${clock} UTC ${year}`;
}

export interface Attempt {
  /** SRP_A of the first request. */
  readonly clientPublic: string;
  /** The answer to a PASSWORD_VERIFIER challenge with these parameters. */
  answer(
    parameters: Readonly<Record<string, string>> | undefined,
    password: string,
    timestamp?: string,
  ): Record<string, string>;
}

export function srpAttempt(poolId: string): Attempt {
  const [, poolName = ''] = poolId.split('_');
  const secret = fromHex(randomBytes(32).toString('hex'));
  const clientPublic = power(generator, secret);
  return {
    clientPublic: clientPublic.toString(16),
    answer: (parameters = {}, password, timestamp = timestampOf(Date.now())) => {
      const {
        USER_ID_FOR_SRP: userId = '',
        SECRET_BLOCK: secretBlock = '',
        SALT = '',
        SRP_B = '',
      } = parameters;
      const serverPublic = fromHex(SRP_B);
      const identity = { poolName, userId };
      const key = fromHex(privateKey(identity, SALT, password));
      const scrambler = hashNumber(padded(clientPublic), padded(serverPublic));
      // RFC 5054: (B - k * g^x) ^ (a + u * x), kept above zero.
      const base = serverPublic + modulus * multiplier - multiplier * power(generator, key);
      const shared = power(base, secret + scrambler * key);
      const claim = { ...identity, secretBlock: Buffer.from(secretBlock, 'base64'), timestamp };
      return {
        USERNAME: userId,
        PASSWORD_CLAIM_SECRET_BLOCK: secretBlock,
        PASSWORD_CLAIM_SIGNATURE: signature(shared, scrambler, claim).toString('base64'),
        TIMESTAMP: timestamp,
      };
    },
  };
}
