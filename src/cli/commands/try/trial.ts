/** The result of trying one user, and its verdict. */

import type { Rehearsal } from '../../../aws/function/rehearsal.ts';
import type { SignIn } from '../../../aws/sign-in.ts';
import type { PoolUser } from '../../../aws/users.ts';
import type { FindingId } from '../../../core/findings.ts';
import { quoted } from '../../../core/shell.ts';
import type { Case } from '../../terminal/reason-commands.ts';
import { type Explanation, explanationOf } from '../../terminal/reasons.ts';
import type { SignInClient } from './client.ts';
import { explainImpossible, isImpossible } from './impossible.ts';

export interface Trial {
  readonly username: string;
  /** The user in the new pool before any attempt. Cognito never calls the function for such a user. */
  readonly existing?: PoolUser;
  readonly rehearsal?: Rehearsal;
  readonly signIn?: SignIn & { readonly client: SignInClient };
  /** Present only after a sign-in. */
  readonly users?: { readonly canReadOld: boolean; readonly old?: PoolUser; readonly new?: PoolUser };
}

/** Whether the user can sign in with this password, as far as was tried. */
export function works({ existing, rehearsal, signIn }: Trial): boolean {
  if (signIn !== undefined) return signIn.result !== 'refused' && signIn.name !== 'NEW_PASSWORD_REQUIRED';
  if (existing !== undefined) return existing.enabled && existing.status === 'CONFIRMED';
  return rehearsal?.outcome === 'migrated';
}

/** The reason for the result, and the next commands. */
export function explain(trial: Trial, inputs: Case['inputs']): Explanation {
  const { existing, rehearsal, signIn, username } = trial;
  if (signIn !== undefined) return explainSignIn(signIn, inputs.MOVE_ONCE !== undefined);
  const forReal = `cognito-migrate try --username ${quoted(username)} --for-real`;
  if (existing !== undefined) return explainExisting(existing, forReal);
  if (rehearsal === undefined) return { means: '', next: [] };
  if (isImpossible(rehearsal.reason)) return explainImpossible(username, rehearsal.reason);
  const explanation = explanationOf(rehearsal.outcome, rehearsal.reason, { inputs, rehearsal });
  return rehearsal.outcome === 'migrated'
    ? { ...explanation, next: [...explanation.next, forReal] }
    : explanation;
}

function explainExisting({ enabled, status }: PoolUser, forReal: string): Explanation {
  const there = 'the user is already in the new pool, so Cognito does not call the function';
  if (!enabled) return { means: `${there}; and disabled there`, next: [] };
  if (status === 'CONFIRMED') return { means: `${there}; the password was not tried`, next: [forReal] };
  return {
    means: `${there}; the status there is ${status}, which requires a new password first`,
    next: [],
  };
}

const refusals: Readonly<Record<string, string>> = {
  NotAuthorizedException: 'the new pool does not accept this name and password',
  UserNotFoundException: 'the new pool has no such user, and the function returned none',
  PasswordResetRequiredException: 'the user is in the new pool without a password, and must choose one',
  UserNotConfirmedException: 'the user is in the new pool, and has not confirmed the sign-up there',
  UserLambdaValidationException: 'a Lambda trigger of the new pool refused or failed',
  UnexpectedLambdaException: 'a Lambda trigger of the new pool could not be called',
  InvalidLambdaResponseException: "Cognito did not accept a Lambda trigger's answer",
  InvalidParameterException: 'the app client or the pool does not allow this sign-in',
  TooManyRequestsException: 'Cognito throttled the request',
};

const hasPreSignUp: FindingId = 'CM208';
const hasPostConfirmation: FindingId = 'CM209';

/** The consequence for the user if one of the new pool's own triggers refuses. */
const ofTrigger: Readonly<Record<NonNullable<SignIn['trigger']>, string>> = {
  UserMigration: 'the migration trigger of the new pool failed or could not be called',
  PreSignUp: `the Pre sign-up trigger of the new pool refused the user, so they didn't move. It probably refuses all users who move [${hasPreSignUp}]`,
  PostConfirmation: `the Post confirmation trigger of the new pool refused or failed [${hasPostConfirmation}]`,
  PreAuthentication: 'the Pre authentication trigger of the new pool refused or failed',
  PostAuthentication: 'the Post authentication trigger of the new pool refused or failed',
  PreTokenGeneration: 'the Pre token generation trigger of the new pool refused or failed',
};

/** @param isClosed whether the function closes the old user after the move. */
function explainSignIn({ result, name = '', trigger }: SignIn, isClosed: boolean): Explanation {
  if (result === 'signed-in')
    return {
      means: `the user is in the new pool and signed in${isClosed ? '. The function closes the old user within seconds (--move-once)' : ''}`,
      next: isClosed ? ['cognito-migrate unmark'] : [],
    };
  if (result === 'challenge') {
    return { means: `the password was accepted. The app continues with the challenge ${name}`, next: [] };
  }
  return {
    means: trigger === undefined ? (refusals[name] ?? name) : ofTrigger[trigger],
    next: ['cognito-migrate logs --since 1h', 'cognito-migrate status --probe'],
  };
}
