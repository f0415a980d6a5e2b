/** Whether a password ever reaches Cognito in a pool: only then does it call the function. */
import {
  type CognitoIdentityProviderClient,
  paginateListUserPoolClients,
  type UserPoolType,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed, undefinedIfNotFound } from '../errors.ts';
import { passwordFlow, unsuitable } from './flows.ts';
import { type ClientSnapshot, readClient } from './read.ts';

type Client = ClientSnapshot['client'];
type Domains = Pick<UserPoolType, 'Domain' | 'CustomDomain'>;

/**
 * A user can sign in through this client by typing a password: in the app, or in the form of managed login, which calls the
 * migration trigger too (Developer Guide, "Migrate user Lambda trigger").
 */
export function takesPasswords(client: Client, pool: Domains): boolean {
  if (unsuitable(client) !== undefined) return false;
  return passwordFlow(client).enabled || usesManagedLogin(client, pool);
}

/** The client serves managed login, and the pool has a domain for it. */
export const usesManagedLogin = (client: Client, { Domain, CustomDomain }: Domains): boolean =>
  (Domain ?? CustomDomain) !== undefined && client.AllowedOAuthFlowsUserPoolClient === true;

/** A pool may have 1,000 app clients, and five a second can be described. */
const mostClients = 60;

/**
 * Looks at one client after another until one takes passwords.
 * @returns undefined if the clients cannot be read, or are too many.
 */
export async function someClientTakesPasswords(
  idp: CognitoIdentityProviderClient,
  pool: UserPoolType,
): Promise<boolean | undefined> {
  const { Id: UserPoolId } = pool;
  let seen = 0;
  try {
    for await (const page of paginateListUserPoolClients({ client: idp, pageSize: 60 }, { UserPoolId })) {
      for (const { ClientId = '' } of page.UserPoolClients ?? []) {
        seen += 1;
        if (seen > mostClients) return undefined;
        const found = await undefinedIfNotFound(
          readClient(idp, UserPoolId ?? '', ClientId),
          'ResourceNotFoundException',
        );
        if (found !== undefined && takesPasswords(found.client, pool)) return true;
      }
    }
  } catch (error) {
    // A verdict that nobody asked for: without the right to read clients there is none.
    if (isNamed(error, 'AccessDeniedException')) return undefined;
    throw error;
  }
  return false;
}
