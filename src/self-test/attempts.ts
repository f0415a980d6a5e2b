/** Sign-ins of users of the scene. */

import type { Side } from '../aws/clients.ts';
import type { PoolSide } from './fixtures/names.ts';
import { eventually, onceNotBusy, type Waiting } from './fixtures/retry.ts';
import { type Answer, type Attempt, askForCode, signInBy } from './fixtures/sign-in.ts';
import type { SelfTestScene, ThrowAwayClient } from './scene.ts';

interface Ground extends Waiting {
  readonly sides: Readonly<Record<PoolSide, Side>>;
}

type Attempts = Pick<SelfTestScene, 'signIn' | 'signInSettled' | 'signInPatiently' | 'forgotPassword'>;

/** Cognito's errors while the function cannot answer. All of them are temporary. */
const passing = new Set([
  'UserLambdaValidationException',
  'UnexpectedLambdaException',
  'InvalidLambdaResponseException',
]);

export function attemptsOn(ground: Ground): Attempts {
  const idp = (client: ThrowAwayClient) => ground.sides[client.pool.side].idp;
  const signIn: Attempts['signIn'] = (client, { username, password }, flow, other = password) =>
    onceNotBusy(() => signInBy(idp(client), flow, attemptOf(client, username, other)), ground);
  const askedForCode = (client: ThrowAwayClient, username: string): Promise<Answer> =>
    onceNotBusy(() => askForCode(idp(client), attemptOf(client, username, '')), ground);
  const patient = (attempt: () => Promise<Answer>, isFinal: (answer: Answer) => boolean) =>
    eventually(attempt, isFinal, ground, 'the function has to answer', 60_000);
  return {
    signIn,
    signInSettled: (client, person, flow, password) =>
      patient(() => signIn(client, person, flow, password), isSettled),
    // A pool that may not invoke the function yet reports an unknown user, even for users who could move.
    signInPatiently: (client, person, flow) =>
      patient(
        () => signIn(client, person, flow),
        ({ kind }) => kind !== 'refused',
      ),
    forgotPassword: (client, username) => patient(() => askedForCode(client, username), isSettled),
  };
}

const isSettled = ({ kind, name }: Answer): boolean => kind !== 'refused' || !passing.has(name);

const attemptOf = (client: ThrowAwayClient, username: string, password: string): Attempt => ({
  userPoolId: client.pool.id,
  clientId: client.id,
  secret: client.secret,
  username,
  password,
});
