import { randomBytes, randomUUID } from 'node:crypto';
import { addressFilter } from './address-holders.ts';
import { type Fault, isUnknownServerError } from './decide.ts';
import type { Environment } from './environment.ts';
import type { OldPoolPort } from './migrate.ts';
import { vouchesForUsernames } from './vouched.ts';

/** Error names and nothing else. Even messages are left out, because they name roles and resources. */
export interface ProbeResult {
  readonly adminGetUser: string;
  readonly adminInitiateAuth: string;
  /** Only if a rule searches for users (`--map username=email`, `--find-by`), or will. */
  readonly listUsers?: string;
  /** Only if the old pool is in another account. */
  readonly assumeRole?: string;
}

/** The name for an app client that has a secret, which the function doesn't know. */
const WITH_SECRET = 'ClientHasSecret';

/** The name for a server failure with an unknown name. init would treat that name as a lasting failure. */
const SERVER_FAILED = 'ServiceUnavailable';

/**
 * Tests whether the function reaches the old pool, before any user depends on it.
 * Makes every call for a user who doesn't exist. UserNotFoundException is the good answer. So is
 * NotAuthorizedException from a client that hides who exists.
 * @param searches True: also try ListUsers if no rule needs it yet.
 */
export async function probe(
  pool: OldPoolPort,
  { settings: { map, findBy }, role }: Pick<Environment, 'settings' | 'role'>,
  deadline: number,
  searches: boolean,
): Promise<ProbeResult> {
  const name = `cognito-migrate-probe-${randomUUID()}`;
  // One after the other: parallel calls would need two connections, and the first call also fetches the
  // credentials.
  const user = await pool.getUser(name, deadline);
  const auth = await pool.signIn(name, `${randomBytes(18).toString('base64url')}aA1!`, deadline);
  const address = `${name}@example.invalid`;
  const holders =
    findBy !== undefined || searches
      ? await pool.findUsers(addressFilter('email', address), 'operator', deadline)
      : vouchesForUsernames(map)
        ? await pool.holdersOf(address, 'operator', deadline)
        : undefined;
  return {
    adminGetUser: nameOf(user),
    adminInitiateAuth: nameOf(auth),
    ...(holders !== undefined && { listUsers: nameOf(holders) }),
    ...(role !== undefined && { assumeRole: assumeRoleOf(user) ?? assumeRoleOf(auth) ?? 'OK' }),
  };
}

/**
 * The name of an answer.
 * Cognito gives a missing client secret the same name as a wrong password. Only the message distinguishes
 * them.
 */
function nameOf(answer: { readonly kind: string } | Fault): string {
  if (!('message' in answer)) return 'OK';
  if (isUnknownServerError(answer)) return SERVER_FAILED;
  return answer.name === 'NotAuthorizedException' && /secret/i.test(answer.message)
    ? WITH_SECRET
    : answer.name;
}

function assumeRoleOf(answer: { readonly kind: string } | Fault): string | undefined {
  if (!('awsError' in answer)) return undefined;
  return isUnknownServerError(answer) ? SERVER_FAILED : answer.awsError;
}
