/** Sign-ins of people of the scene. */

import type { Side } from '../../aws/clients.ts';
import type { Clock } from '../../aws/clock.ts';
import { patiently } from '../../aws/retry.ts';
import type { PoolSide } from '../../aws/throw-away/names.ts';
import { type Answer, type Attempt, askForCode, signInBy } from '../../aws/throw-away/sign-in.ts';
import type { SelfTestScene, ThrowAwayClient } from './scene.ts';

interface Ground {
  readonly sides: Readonly<Record<PoolSide, Side>>;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

type Attempts = Pick<SelfTestScene, 'signIn' | 'signInSettled' | 'signInPatiently' | 'forgotPassword'>;

/** What the function, or Cognito on the way to it, says while it cannot answer; all of it passes by itself. */
const passing = new Set([
  'UserLambdaValidationException',
  'UnexpectedLambdaException',
  'InvalidLambdaResponseException',
  'TooManyRequestsException',
  'InternalErrorException',
]);

class NotYet extends Error {
  readonly answer: Answer;
  constructor(answer: Answer) {
    super('not yet');
    this.answer = answer;
  }
}

export function attemptsOn({ sides, clock, signal }: Ground): Attempts {
  const idp = (client: ThrowAwayClient) => sides[client.pool.side].idp;
  const signIn: Attempts['signIn'] = (client, { username, password }, flow, other = password) =>
    signInBy(idp(client), flow, attemptOf(client, username, other));

  /** @param isPassing whether that answer may be another one a little later. */
  const patient = async (attempt: () => Promise<Answer>, isPassing: (answer: Answer) => boolean) => {
    const once = async (): Promise<Answer> => {
      const answer = await attempt();
      if (isPassing(answer)) throw new NotYet(answer);
      return answer;
    };
    try {
      return await patiently(once, (error) => error instanceof NotYet, {
        within: 60_000,
        first: 1_000,
        longest: 5_000,
        clock,
        signal,
        waiting: () => undefined,
      });
    } catch (error) {
      if (error instanceof NotYet) return error.answer;
      throw error;
    }
  };
  return {
    signIn,
    signInSettled: (client, person, flow, password) =>
      patient(() => signIn(client, person, flow, password), isTroubled),
    // A pool that may not invoke the function yet tells a user who could move that there is no such user.
    signInPatiently: (client, person, flow) =>
      patient(
        () => signIn(client, person, flow),
        ({ kind }) => kind === 'refused',
      ),
    forgotPassword: (client, username) =>
      patient(() => askForCode(idp(client), attemptOf(client, username, '')), isTroubled),
  };
}

const isTroubled = ({ kind, name }: Answer): boolean => kind === 'refused' && passing.has(name);

const attemptOf = (client: ThrowAwayClient, username: string, password: string): Attempt => ({
  userPoolId: client.pool.id,
  clientId: client.id,
  secret: client.secret,
  username,
  password,
});
