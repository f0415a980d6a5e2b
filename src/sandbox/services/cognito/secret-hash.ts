/** SECRET_HASH: what a client with a secret must send along with a username. */
import { createHmac } from 'node:crypto';
import { notAuthorized } from './errors.ts';
import type { Client } from './state.ts';

/** Base64(HMAC_SHA256(secret, username + clientId)), the username exactly as it was sent. */
export function secretHash(secret: string, clientId: string, username: string): string {
  return createHmac('sha256', secret).update(`${username}${clientId}`).digest('base64');
}

/** Refuses a call of a client with a secret unless the hash is right. `usernames`: any of them may be the one hashed. */
export function checkSecretHash(client: Client, sent: string | undefined, ...usernames: string[]): void {
  const { secret } = client;
  // A hash from a client without a secret is refused too: "Client … is not configured for secret but secret was received".
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
