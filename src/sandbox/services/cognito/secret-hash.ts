/** SECRET_HASH, which a client with a secret must send with a username. */
import { createHmac } from 'node:crypto';
import { notAuthorized } from './errors.ts';
import type { Client } from './state.ts';

/** Base64(HMAC_SHA256(secret, username + clientId)), with the username exactly as sent. */
export function secretHash(secret: string, clientId: string, username: string): string {
  return createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');
}

/**
 * Refuses a call of a client with a secret unless the hash is right.
 * Any of `usernames` may be the hashed one.
 */
export function checkSecretHash(client: Client, sent: string | undefined, ...usernames: string[]): void {
  const { secret } = client;
  // A client without a secret may not send a hash: "Client … is not configured for secret but secret was
  // received".
  if (secret === undefined) {
    if (sent === undefined) return;
    throw notAuthorized(`Client ${client.id} is not configured for secret but secret was received`);
  }
  if (sent === undefined) {
    throw notAuthorized(`Client ${client.id} is configured with secret but SECRET_HASH was not received`);
  }
  if (!usernames.some((name) => secretHash(secret, client.id, name) === sent)) {
    throw notAuthorized(`SecretHash does not match for the client: ${client.id}`);
  }
}
