/** Whether a password ever reaches Cognito in a pool. Only then does Cognito call the function. */
import type { CognitoIdentityProviderClient, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import { undefinedIfNotFound } from '../errors.ts';
import { passwordFlow, unsuitable } from './flows.ts';
import { type ClientSnapshot, clientPages, readClient } from './read.ts';

type Client = ClientSnapshot['client'];
type Domains = Pick<UserPoolType, 'Domain' | 'CustomDomain'>;

/**
 * Flows of a server that signs users in. It sends the password too.
 * Both names of that flow invoke the trigger (Developer Guide, same page).
 */
const serverFlows: readonly string[] = ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ADMIN_NO_SRP_AUTH'];

/**
 * Whether users can sign in through this client by typing a password.
 * They type it in the app, through a server, or in the form of managed login. Managed login invokes the
 * migration trigger too (Developer Guide, "Migrate user Lambda trigger").
 */
export function takesPasswords(client: Client, pool: Domains): boolean {
  if (unsuitable(client) !== undefined) return false;
  const { enabled, flows } = passwordFlow(client);
  return enabled || flows.some((flow) => serverFlows.includes(flow)) || usesManagedLogin(client, pool);
}

/** Whether the client serves managed login and the pool has a domain for it. */
export const usesManagedLogin = (client: Client, { Domain, CustomDomain }: Domains): boolean =>
  (Domain ?? CustomDomain) !== undefined && client.AllowedOAuthFlowsUserPoolClient === true;

/**
 * The best way for users of the old pool to move.
 * They move by signing in, only by requesting a password reset, or not at all.
 */
export type WayToMove = 'sign-in' | 'password-reset' | 'none';

/**
 * Whether no app client accepts passwords.
 * A user who requests a password reset may still move, but nobody moves with the old password.
 */
export const isClosed = (way: WayToMove | undefined): boolean => way === 'none' || way === 'password-reset';

/**
 * The best way for users to move to a pool with these clients.
 * ForgotPassword invokes the trigger regardless of the flows that an app client allows (Developer Guide, same
 * page). It doesn't if only administrators reset passwords.
 * @param isResetOn Whether the function moves users who request a password reset.
 */
export function wayToMove(clients: readonly Client[], pool: UserPoolType, isResetOn: boolean): WayToMove {
  if (clients.some((client) => takesPasswords(client, pool))) return 'sign-in';
  const recovery = pool.AccountRecoverySetting?.RecoveryMechanisms ?? [];
  const isForAdmins = recovery.some(({ Name }) => Name === 'admin_only');
  const hasPeople = clients.some((client) => unsuitable(client) === undefined);
  return isResetOn && hasPeople && !isForAdmins ? 'password-reset' : 'none';
}

/**
 * Reads app clients one by one until one accepts passwords. A pool may have 1,000.
 * @param onRead receives the number of app clients read so far.
 */
export async function readWayToMove(
  idp: CognitoIdentityProviderClient,
  pool: UserPoolType,
  isResetOn: boolean,
  onRead: (clients: number) => void = () => undefined,
): Promise<WayToMove> {
  const { Id: UserPoolId = '' } = pool;
  const seen: Client[] = [];
  for await (const page of clientPages(idp, UserPoolId)) {
    for (const { id } of page) {
      const reading = readClient(idp, UserPoolId, id, page.length);
      const found = await undefinedIfNotFound(reading, 'ResourceNotFoundException');
      if (found === undefined) continue;
      if (takesPasswords(found.client, pool)) return 'sign-in';
      seen.push(found.client);
      onRead(seen.length);
    }
  }
  return wayToMove(seen, pool, isResetOn);
}
