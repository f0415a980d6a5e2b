import { randomBytes, randomUUID } from 'node:crypto';
import type { Fault } from './decide.ts';
import type { Environment } from './environment.ts';
import type { OldPoolPort } from './migrate.ts';
import { vouchesForUsernames } from './vouched.ts';

/** Error names and nothing else: not even the messages, which name roles and resources. */
export interface ProbeResult {
  readonly adminGetUser: string;
  readonly adminInitiateAuth: string;
  /** Where usernames are checked against the addresses of others only (`--map username=email`). */
  readonly listUsers?: string;
  /** Across accounts only. */
  readonly assumeRole?: string;
}

/** What this is called where the app client has a secret, of which the function knows nothing. */
const WITH_SECRET = 'ClientHasSecret';

/**
 * Tells whether the function reaches the old pool, before any user depends on it: every call, for a user whom nobody
 * has. UserNotFoundException is the good answer; NotAuthorizedException is one from a client that hides who exists.
 */
export async function probe(
  pool: OldPoolPort,
  { settings: { map }, role }: Pick<Environment, 'settings' | 'role'>,
  deadline: number,
): Promise<ProbeResult> {
  const name = `cognito-migrate-probe-${randomUUID()}`;
  // One after the other: the two together would be two connections, and the first also fetches the credentials.
  const user = await pool.getUser(name, deadline);
  const auth = await pool.signIn(name, `${randomBytes(18).toString('base64url')}aA1!`, deadline);
  const holders = vouchesForUsernames(map)
    ? await pool.holdersOf(`${name}@example.invalid`, deadline)
    : undefined;
  return {
    adminGetUser: nameOf(user),
    adminInitiateAuth: nameOf(auth),
    ...(holders !== undefined && { listUsers: nameOf(holders) }),
    ...(role !== undefined && { assumeRole: assumeRoleOf(user) ?? assumeRoleOf(auth) ?? 'OK' }),
  };
}

/** Cognito refuses a client's missing secret under the name that a wrong password has; only the message tells them apart. */
function nameOf(answer: { readonly kind: string } | Fault): string {
  if (!('message' in answer)) return 'OK';
  return answer.name === 'NotAuthorizedException' && /secret/i.test(answer.message)
    ? WITH_SECRET
    : answer.name;
}

function assumeRoleOf(answer: { readonly kind: string } | Fault): string | undefined {
  return 'awsError' in answer ? answer.awsError : undefined;
}
