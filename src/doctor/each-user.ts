/** Asks a user pool about users of a sample, one by one. */
import {
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../aws/clients.ts';
import { isNamed } from '../aws/errors.ts';

/** Enough for "few" or "many", at half of the 120 reads per second that AWS allows for all callers. */
export const mostUsers = 60;

/** The answers by the order of the names. Undefined for a user whom the pool doesn't have. */
export async function askEach<T>(
  { idp }: Pick<Side, 'idp'>,
  UserPoolId: string,
  [first, ...others]: readonly string[],
  answerOf: (user: AdminGetUserCommandOutput) => T,
): Promise<(T | undefined)[]> {
  if (first === undefined) return [];
  const isGone = (error: unknown): undefined => {
    if (isNamed(error, 'UserNotFoundException')) return undefined;
    throw error;
  };
  const ask = (Username: string): Promise<T | undefined> =>
    idp.send(new AdminGetUserCommand({ UserPoolId, Username })).then(answerOf, isGone);
  // A missing permission shows in one call.
  const answer = await ask(first);
  return [answer, ...(await Promise.all(others.map(ask)))];
}
