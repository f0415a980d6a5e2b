/** The verdict of status in one line, and what each problem means for users. */
import { isClosed } from '../../../aws/user-pool-client/index.ts';
import { type Effect, type Effects, noEffect } from '../../../core/effects.ts';
import type { Plan, PlanItem } from '../../../core/plan.ts';
import { healthOf, type Health as ItemHealth, isHealthy } from '../../../core/status.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { olderVersion } from '../../../steps/older-function.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { closedText, nobodyCanMoveCode } from '../init/index.ts';
import { chainProblem } from './chain.ts';
import type { Health } from './health.ts';
import type { Probed } from './proof.ts';

export interface Summary {
  readonly sign: 'ok' | 'warn' | 'bad';
  readonly text: string;
  /** The next thing to know, below the verdict. */
  readonly more?: string;
}

export interface Verdict extends Pick<StatusDocument, 'code'> {
  readonly verdict: 'ok' | 'unhealthy' | 'refused';
}

/**
 * Drift comes first, then a login that a stranger could take over.
 * Last comes a migration that no user can use.
 */
export function verdictOf(migration: Migration, health: Health, probed: Probed | undefined): Verdict {
  const { planned, installed, strangers, way } = health;
  const isWhole = migration.gone.length === 0 && chainProblem(migration) === undefined;
  const isInPlace = installed && isHealthy(planned) && isWhole && probed?.ok !== false;
  if (!isInPlace) return { verdict: 'unhealthy' };
  if (strangers.length > 0) return { verdict: 'refused', code: 'CM116' };
  if (health.isGuardOpen) return { verdict: 'refused', code: 'CM122' };
  return isClosed(way) ? { verdict: 'refused', code: nobodyCanMoveCode } : { verdict: 'ok' };
}

const stopped = "Users who haven't moved can't sign in";

const notNeeded = noEffect('It is no longer chosen.');
const tagsOnly = noEffect('Only its tags differ.');

const byId = new Map(steps.map((step) => [step.id, step]));

type Problem = keyof Effects;
const isProblem = (health: ItemHealth): health is Problem =>
  health === 'missing' || health === 'drifted' || health === 'foreign';

const isStopping = (effect: Effect | undefined): boolean => effect?.kind === 'stops';

/** The effect on users. Undefined if it is unknown, or if the resource has none of its own. */
function effectOf(item: PlanItem<StepId>): Effect | undefined {
  const health = healthOf(item);
  // What others have added has its own text.
  if (isOnlyAddedTo(item)) return undefined;
  if (item.action === 'remove') return notNeeded;
  if (health === 'drifted' && item.differences.every(({ path }) => path.startsWith('tags.'))) return tagsOnly;
  return isProblem(health) ? byId.get(item.step)?.effectsOf(item.key)[health] : undefined;
}

/** Whether the trigger calls a function of ours that no longer exists. */
export function isTriggerDead({ items }: Plan<StepId>): boolean {
  const isSet = items.some(({ step, key, exists, action }) => {
    return step === 'migration-trigger' && key === '' && exists && action !== 'foreign';
  });
  return isSet && !items.some(({ step, exists }) => step === 'lambda-function' && exists);
}

/** The effect beside each problem, by step and key. */
export const effectTexts = ({ items }: Plan<StepId>): ReadonlyMap<string, string> =>
  new Map(
    items.flatMap((item) => {
      const effect = effectOf(item);
      if (effect === undefined) return [];
      return [[`${item.step} ${item.key}`, isStopping(effect) ? `${stopped}.` : effect.text] as const];
    }),
  );

/**
 * `✔ Healthy`, `✖ BROKEN` with the effect on users, or `! Set up, but idle`.
 * @param running the holder of the state file's lock, if any.
 */
export function summaryOf(
  migration: Migration,
  health: Health,
  probed: Probed | undefined,
  running: string | undefined,
): Summary {
  const { gone, inputs, state } = migration;
  const { planned, installed, way } = health;
  const [first] = gone;
  if (!installed) return { sign: 'bad', text: 'Not set up. Nothing of this migration exists.' };
  if (first !== undefined) return broken(`${stopped}: the ${first} pool no longer exists.`);
  const isRight = isHealthy(planned) && probed?.ok !== false;
  if (running !== undefined && !isRight)
    return { sign: 'warn', text: 'Another run is in progress. Run status again when it has ended.' };
  // What is nearest to the sign-in counts first.
  const wrong = planned.items
    .filter((item) => !['in place', 'existing'].includes(healthOf(item)))
    .toReversed();
  const cause = stopCause(planned, wrong);
  // A token trigger that Cognito cannot call refuses every sign-in.
  const isForAll = inputs.HELD_SLOTS?.includes('PreTokenGeneration') === true;
  if (cause !== undefined) return broken(`${isForAll ? 'Nobody can sign in' : stopped}: ${cause}.`);
  if (probed?.ok === false)
    return broken('The test call failed. Sign-ins of users who have not moved probably fail too.');
  if (wrong.length > 0) return wrongSummary(wrong, way);
  const chained = chainProblem(migration);
  if (chained !== undefined) return broken(`Users of other old pools can't sign in: ${chained}.`);
  if (health.isGuardOpen)
    return { sign: 'bad', text: 'UNSAFE. Anyone could pass the guard of sign-ups (CM122).' };
  return rightSummary(health, inputs.NEW_USER_POOL_NAME, state);
}

/** Why users who haven't moved can't sign in. Undefined if they can, or if that is unknown. */
function stopCause(planned: Plan<StepId>, wrong: readonly PlanItem<StepId>[]): string | undefined {
  if (isTriggerDead(planned)) return 'the trigger calls a function that no longer exists';
  const stopping = wrong.map(effectOf).find(isStopping);
  if (stopping !== undefined) return stopping.text;
  return planned.items.some(isNeverRun)
    ? 'the reserved concurrency of the function is 0, so Lambda never runs it'
    : undefined;
}

/** The verdict if resources differ, and nothing stops users for certain. */
function wrongSummary(wrong: readonly PlanItem<StepId>[], way: Health['way']): Summary {
  const others = wrong.filter((item) => !isOlder(item));
  if (others.length > 0) return { sign: 'bad', text: wrongText(others) };
  const effect = isClosed(way) ? closedText(way) : 'Users move when they sign in.';
  return { sign: 'warn', text: `${effect} The function is of an earlier version.` };
}

/** The verdict if finish has turned password sign-in off. Undefined if it was off for another reason. */
function finishedSummary(state: Migration['state'], way: Health['way']): Summary | undefined {
  const days = Object.values(state?.finish?.clients ?? {}).map(({ at }) => at.slice(0, 10));
  const last = days.toSorted().at(-1);
  if (last === undefined) return undefined;
  const effect =
    way === 'password-reset'
      ? 'Users who have not moved can move only by a password reset.'
      : 'Nobody moves any longer.';
  return {
    sign: 'warn',
    text: `Finished. Password sign-in of the apps is off since ${last}. ${effect}`,
    more: 'Next, remove what init created: cognito-migrate teardown',
  };
}

/** The verdict if all resources are in place. */
function rightSummary(
  { strangers, way, counts }: Health,
  newPool: string,
  state: Migration['state'],
): Summary {
  if (strangers.length > 0)
    return { sign: 'bad', text: 'UNSAFE. Strangers can sign up in the old pool with the address of a user.' };
  if (isClosed(way)) return finishedSummary(state, way) ?? { sign: 'warn', text: closedText(way) };
  const { handedOver, wrongCredentials, refused, failed } = counts.total;
  const isIdle = handedOver + wrongCredentials + refused + failed === 0 && counts.failure === undefined;
  return isIdle
    ? { sign: 'warn', text: 'Set up, but idle. No sign-in has reached the function yet.', more: srp }
    : { sign: 'ok', text: `Healthy. Users move when they sign in to ${newPool}.` };
}

/** Why a function that is set up correctly may never be called. */
const srp =
  'Apps must sign in with USER_PASSWORD_AUTH. With SRP (Secure Remote Password, the default of most libraries), Cognito never calls the function.';

const broken = (text: string): Summary => ({ sign: 'bad', text: `BROKEN. ${text}` });

const isOlder = ({ step, action, differences, additions }: PlanItem<StepId>): boolean =>
  step === 'lambda-function' &&
  action === 'update' &&
  additions.length === 0 &&
  olderVersion(differences) !== undefined;

/** Whether others have set the function's reserved concurrency to 0. */
const isNeverRun = ({ step, additions }: PlanItem<StepId>): boolean =>
  step === 'lambda-function' && additions.some(({ path, found }) => path === 'concurrency' && found === 0);

/** Whether the resource itself is right, and others have added something to it. */
const isOnlyAddedTo = ({ differences, additions }: PlanItem<StepId>): boolean =>
  differences.length === 0 && additions.length > 0;

/** The verdict if nothing stops users for certain. */
function wrongText(wrong: readonly PlanItem<StepId>[]): string {
  if (wrong.every(isOnlyAddedTo))
    return 'CHANGED BY OTHERS. They have added something to the migration. Its meaning is below.';
  const effects = wrong.flatMap((item) => effectOf(item) ?? []);
  if (effects.length === wrong.length && effects.every(({ kind }) => kind === 'none'))
    return harmlessText(wrong, effects);
  const [only, second] = effects.filter(({ kind }) => kind !== 'none');
  if (only !== undefined && second === undefined) return `BROKEN. ${only.text}`;
  if (wrong.some((item) => healthOf(item) === 'unreadable'))
    return 'UNKNOWN. Some resources cannot be checked with these permissions.';
  return 'BROKEN. Some resources differ from what init created. Their effects on users are below.';
}

/** The verdict if the problems do not concern users. */
function harmlessText(wrong: readonly PlanItem<StepId>[], [only, second]: readonly Effect[]): string {
  const isMissing = wrong.every((item) => healthOf(item) === 'missing');
  const text =
    only !== undefined && second === undefined
      ? only.text
      : 'No effect on users, but some resources differ from what init created.';
  return `${isMissing ? 'INCOMPLETE' : 'CHANGED'}. ${text}`;
}
