/** The function's answer to the test call: one error name for each call that it tried. */
import * as z from 'zod/mini';
import { isBusyName } from '../errors.ts';

export const Answer = z.object({
  adminGetUser: z.string(),
  adminInitiateAuth: z.string(),
  listUsers: z.optional(z.string()),
  assumeRole: z.optional(z.string()),
  /** One error name for each call of the work after a move. OK for a call that went well. */
  afterMove: z.optional(z.record(z.string(), z.string())),
  /** Whether the function may call the next one of a chain. */
  next: z.optional(z.string()),
});
export type Answer = z.output<typeof Answer>;

/**
 * Answers that prove access to the old pool.
 * If an existing client has PreventUserExistenceErrors ENABLED, an unknown user looks like a wrong password.
 */
const expectedErrors = {
  adminGetUser: ['UserNotFoundException'],
  adminInitiateAuth: ['UserNotFoundException', 'NotAuthorizedException'],
};

/** Answers that prove a right of the work after a move. Its test user exists in neither pool. */
export const expectedAfterMove = ['OK', 'UserNotFoundException', 'ResourceNotFoundException'];

const afterMoveNames = ({ afterMove = {} }: Answer): readonly string[] => Object.values(afterMove);

/** Whether the function may call the next one of a chain, if there is one. */
export const hasNext = ({ next = 'OK' }: Answer): boolean => next === 'OK';

export const reachesOldPool = (answer: Answer): boolean =>
  expectedErrors.adminGetUser.includes(answer.adminGetUser) &&
  expectedErrors.adminInitiateAuth.includes(answer.adminInitiateAuth) &&
  (answer.listUsers ?? 'OK') === 'OK' &&
  hasNext(answer) &&
  afterMoveNames(answer).every((name) => expectedAfterMove.includes(name));

/** The names of all its calls. */
const namesIn = (answer: Answer): readonly string[] => [
  answer.adminGetUser,
  answer.adminInitiateAuth,
  answer.listUsers ?? '',
  answer.assumeRole ?? '',
  answer.next ?? '',
  ...afterMoveNames(answer),
];

export const isDenied = (answer: Answer): boolean =>
  namesIn(answer).some((name) => /AccessDenied/.test(name));

/** IAM actions of the calls after a move, by their names in the answer. The others are actions of Cognito. */
const actionsAfterMove: Readonly<Record<string, string>> = { invoke: 'lambda:InvokeFunction' };

/** The denied actions of the work after a move. Empty if the other calls are denied too. */
export function deniedAfterMove(answer: Answer): readonly string[] {
  const { adminGetUser, adminInitiateAuth, afterMove = {} } = answer;
  if ([adminGetUser, adminInitiateAuth].some((name) => /AccessDenied/.test(name))) return [];
  return Object.entries(afterMove)
    .filter(([, name]) => /AccessDenied/.test(name))
    .map(
      ([call]) => actionsAfterMove[call] ?? `cognito-idp:${call.slice(0, 1).toUpperCase()}${call.slice(1)}`,
    );
}

/** The function's own names for a failed connection, a missing answer, and a slow first start. */
const ownTransientNames: readonly string[] = [
  'ConnectionError',
  'ConnectionLost',
  'TimeoutError',
  'BudgetExhausted',
];

export const isTransient = (answer: Answer): boolean =>
  namesIn(answer).some((name) => ownTransientNames.includes(name) || isBusyName(name));

/** The call that the function was asked to make, and its result so far. */
export function describeWait({
  assumeRole,
  adminGetUser,
  adminInitiateAuth,
  listUsers = '',
  afterMove = {},
  next = '',
}: Answer): string {
  if (assumeRole !== undefined && /AccessDenied/.test(assumeRole)) return 'the old role refuses the function';
  if (/AccessDenied/.test(adminGetUser)) return 'IAM denies AdminGetUser';
  if (/AccessDenied/.test(adminInitiateAuth)) return 'IAM denies AdminInitiateAuth';
  if (/AccessDenied/.test(listUsers)) return 'IAM denies ListUsers';
  if (Object.values(afterMove).some((name) => /AccessDenied/.test(name)))
    return 'IAM denies the work after a move';
  if (/AccessDenied/.test(next)) return 'IAM denies the call of the next function';
  return 'the old pool does not answer the function';
}
