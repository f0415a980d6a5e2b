/**
 * The names of version 1.0.0 in documents and streamed lines, where the program itself uses others.
 * Scripts read them, so they stay. Every printed document takes them from here.
 */
import type { Done } from './events.ts';
import type { Difference, Json } from './json.ts';
import type { Action } from './plan.ts';
import type { Health } from './status.ts';

type Published<T extends string, Name extends string> = Exclude<T, 'existing'> | Name;

/** The outcome of a step, as `done` and `would`. */
export const publishedDone = (done: Done | 'unknown'): Published<Done | 'unknown', 'brought'> =>
  done === 'existing' ? 'brought' : done;

/** The action of a plan. */
export const publishedAction = (action: Action): Published<Action, 'brought'> =>
  action === 'existing' ? 'brought' : action;

/** The health of a resource. */
export const publishedHealth = (health: Health): Published<Health, 'brought along'> =>
  health === 'existing' ? 'brought along' : health;

/** Every health that a document can name. */
export const publishedHealths = [
  'in place',
  'missing',
  'drifted',
  'foreign',
  'waiting',
  'unreadable',
  'brought along',
] as const satisfies readonly Published<Health, 'brought along'>[];

/** The actual and the expected value, as `found` and `wanted`. */
export const publishedDifference = ({
  path,
  actual,
  expected,
  means,
}: Difference): { path: string; found: Json | undefined; wanted: Json | undefined; means?: string } => ({
  path,
  found: actual,
  wanted: expected,
  ...(means === undefined ? {} : { means }),
});
