/** What the questions share: pools whose triggers are played by one throw-away function, and how answers are put together. */
import { randomBytes } from 'node:crypto';
import type { CreateUserPoolCommandInput } from '@aws-sdk/client-cognito-identity-provider';
import type { Seen } from '../check.ts';
import { migrationName, tagsOf } from '../fixtures/names.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { marker, type Task } from '../fixtures/trigger-code.ts';
import { letPoolIn, makeTriggerFunction } from '../fixtures/trigger-function.ts';
import { oncePerRun } from '../once-per-run.ts';
import type { Person, SelfTestScene, ThrowAwayClient, ThrowAwayPool } from '../scene.ts';

/** Usernames of one's own choosing: no user needs an address then, and without one nothing can be sent to anybody. */
export const plainNames = { UsernameAttributes: undefined } satisfies Partial<CreateUserPoolCommandInput>;

/** The function has the name that the clean-up derives from the pool of this label, so the pool comes first. */
const label = 'questions';

/** A pool with settings that no other question changes or stands on. */
export const settingsPool = oncePerRun((scene) => scene.makePool('new', label, plainNames));

/** ARN of the function that plays every trigger. */
export const triggerFunction = oncePerRun(async (scene) => {
  await settingsPool(scene);
  const { runId: run, clock, signal, tell, places } = scene;
  const name = migrationName({ run, label });
  return makeTriggerFunction({ place: places.new, clock, signal, tell }, name, tagsOf(run));
});

type OtherTrigger =
  | 'PreSignUp'
  | 'PostConfirmation'
  | 'PreAuthentication'
  | 'PostAuthentication'
  | 'PreTokenGeneration';

/** A pool on whose migration trigger the function is, and on those of `others`. */
export async function playedPool(
  scene: SelfTestScene,
  poolLabel: string,
  others: readonly OtherTrigger[] = [],
  more: Pick<CreateUserPoolCommandInput, 'AliasAttributes'> = {},
): Promise<ThrowAwayPool> {
  const arn = await triggerFunction(scene);
  const LambdaConfig = Object.fromEntries(['UserMigration', ...others].map((name) => [name, arn]));
  // The plan that has every way to sign in.
  const settings = { ...plainNames, ...more, LambdaConfig, UserPoolTier: 'ESSENTIALS' } as const;
  const pool = await scene.makePool('new', poolLabel, settings);
  await letPoolIn(scene.sides.new, arn, pool.arn);
  return pool;
}

/** Who asks: one pool, an app client that tells unknown users from wrong passwords, and one that hides it. */
export interface Stage {
  readonly pool: ThrowAwayPool;
  readonly open: ThrowAwayClient;
  readonly hiding: ThrowAwayClient;
}

/** Ready for sign-ins: the function has brought a first user over. */
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
 * The function brings a first user over. Until it has, that nobody comes says nothing about AWS.
 * @throws NotReady where it does not.
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

/** Somebody unknown, about whom the function has something to do. */
export function asker(pool: ThrowAwayPool, task: Task): Person {
  const random = () => randomBytes(9).toString('hex');
  return { pool, kind: 'confirmed', username: `ask.${task}.${random()}`, password: `${random()}-aA1` };
}

/** Whether an answer shows that the function was called. */
export const wasCalled = ({ message }: { readonly message: string }): boolean => message.includes(marker);

/** One of several things that a question looks at. */
export interface Observation extends Seen {
  /** What was tried, in a few words. */
  readonly of: string;
}

/**
 * One after another: sign-ins at the same time each start an environment of the function, the slowest thing that it does.
 */
export async function inTurn<T, U>(items: readonly T[], work: (item: T) => Promise<U>): Promise<U[]> {
  const results: U[] = [];
  for (const item of items) results.push(await work(item));
  return results;
}

/** Same only if all are; open only if none says more. */
export function together(observations: readonly Observation[]): Seen {
  const settled = observations.filter(({ open }) => open !== true);
  return {
    same: settled.every(({ same }) => same),
    ...(settled.length === 0 ? { open: true } : {}),
    seen: observations.map(({ of, seen }) => `${of}: ${seen}`).join('; '),
  };
}
