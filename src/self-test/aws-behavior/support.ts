/**
 * Shared code of the questions.
 * One throw-away function plays the triggers of all their pools. `together` combines answers.
 */
import { randomBytes } from 'node:crypto';
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import type { Seen } from '../check.ts';
import { migrationName, tagsOf } from '../fixtures/names.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { marker, type Task } from '../fixtures/trigger-code.ts';
import { letPoolIn, makeTriggerFunction } from '../fixtures/trigger-function.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { Person, SelfTestScene, ThrowAwayClient, ThrowAwayPool } from '../scene.ts';

/**
 * Usernames of the users' own choice. These users need no address.
 * Without an address, nothing can be sent to anyone.
 */
export const plainNames = { UsernameAttributes: undefined } satisfies Partial<CreateUserPoolCommandInput>;

/** The label of the pool, which must exist first. The cleanup derives the function's name from it. */
const label = 'questions';

/** A pool with settings that no other question changes or depends on. */
export const settingsPool = oncePerRun((scene) => scene.makePool('new', label, plainNames));

/** ARN of the function that plays every trigger. */
export const triggerFunction = oncePerRun(async (scene) => {
  await settingsPool(scene);
  const { runId: run, clock, signal, onProgress, places } = scene;
  const name = migrationName({ run, label });
  return makeTriggerFunction({ place: places.new, clock, signal, onProgress }, name, tagsOf(run));
});

type OtherTrigger =
  | 'PreSignUp'
  | 'PostConfirmation'
  | 'PreAuthentication'
  | 'PostAuthentication'
  | 'PreTokenGeneration';

/** A pool with the function on its migration trigger and on the triggers in `others`. */
export async function playedPool(
  scene: SelfTestScene,
  poolLabel: string,
  others: readonly OtherTrigger[] = [],
  more: Pick<CreateUserPoolCommandInput, 'AliasAttributes' | 'Schema' | 'AdminCreateUserConfig'> = {},
): Promise<ThrowAwayPool> {
  const arn = await triggerFunction(scene);
  const LambdaConfig = Object.fromEntries(['UserMigration', ...others].map((name) => [name, arn]));
  // This plan has every way to sign in.
  const settings = { ...plainNames, ...more, LambdaConfig, UserPoolTier: 'ESSENTIALS' } as const;
  const pool = await scene.makePool('new', poolLabel, settings);
  await letPoolIn(scene.sides.new, arn, pool.arn);
  return pool;
}

/**
 * One pool with two app clients.
 * One distinguishes unknown users from wrong passwords. The other hides the difference.
 */
export interface Stage {
  readonly pool: ThrowAwayPool;
  readonly open: ThrowAwayClient;
  readonly hiding: ThrowAwayClient;
}

/** A stage that is ready for sign-ins: the function has moved a first user. */
export const askingStage = oncePerRun(async (scene): Promise<Stage> => {
  const pool = await playedPool(scene, 'q-ask');
  const make = (name: string, PreventUserExistenceErrors: 'LEGACY' | 'ENABLED') =>
    scene.makeClient(pool, name, {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
      PreventUserExistenceErrors,
    });
  const [open, hiding] = await Promise.all([make('open', 'LEGACY'), make('hiding', 'ENABLED')]);
  await warmUp(scene, open);
  return { pool, open, hiding };
});

/**
 * Waits until the function moves a first user. Before that, a missing user says nothing about AWS.
 * @throws NotReady if it doesn't.
 */
export async function warmUp(scene: SelfTestScene, client: ThrowAwayClient): Promise<void> {
  const answer = await scene.signInPatiently(client, asker(client.pool, 'move'), 'USER_PASSWORD_AUTH');
  if (answer.kind !== 'tokens') throw new NotReady(answerText(answer));
}

class NotReady extends Error {
  override readonly name = 'NotReady';

  constructor(answer: string) {
    super(`the throw-away function has not brought a first user over (${answer})`);
  }
}

/** An unknown user for whom the function has a task. */
export function asker(pool: ThrowAwayPool, task: Task): Person {
  const random = () => randomBytes(9).toString('hex');
  return { pool, kind: 'confirmed', username: `ask.${task}.${random()}`, password: `${random()}-aA1` };
}

/** Whether an answer shows that the function was called. */
export const wasCalled = ({ message }: { readonly message: string }): boolean => message.includes(marker);

/** One of several observations of a question. */
export interface Observation extends Seen {
  /** The attempt, in a few words. */
  readonly attempt: string;
}

/**
 * Runs the work in sequence.
 * Sign-ins at the same time each start an environment of the function, its slowest part.
 */
export async function inTurn<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** Combines observations. `same` only if all answers are, `open` only if there is no answer. */
export function together(observations: readonly Observation[]): Seen {
  const answeredObservations = observations.filter(({ open }) => open !== true);
  return {
    same: answeredObservations.every(({ same }) => same),
    ...(answeredObservations.length === 0 ? { open: true } : {}),
    seen: observations.map(({ attempt, seen }) => `${attempt}: ${seen}`).join('; '),
  };
}
