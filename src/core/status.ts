/** Health, derived from the plan. */
import type { Action, Plan, PlanItem } from './plan.ts';

export type Health =
  | 'in place'
  | 'missing'
  | 'drifted'
  | 'foreign'
  | 'waiting'
  | 'unreadable'
  /** In place: the operator provided it. */
  | 'existing';

const byAction: Record<Exclude<Action, 'update' | 'existing'>, Health> = {
  none: 'in place',
  create: 'missing',
  foreign: 'foreign',
  unknown: 'unreadable',
  waiting: 'waiting',
  remove: 'drifted',
};

/** Health of one resource. */
export function healthOf({ action, exists, differences, additions }: PlanItem<string>): Health {
  if (action === 'none' && additions.length > 0) return 'drifted';
  if (action === 'existing' && exists) return differences.length > 0 ? 'drifted' : 'existing';
  if (action === 'existing') return 'missing';
  if (action === 'update') return exists ? 'drifted' : 'missing';
  return byAction[action];
}

/** Whether everything is in its desired state. */
export const isHealthy = ({ items }: Plan<string>): boolean =>
  items.every((item) => ['in place', 'existing'].includes(healthOf(item)));

/** Whether any resource of this migration exists. */
export const isInstalled = ({ items }: Plan<string>): boolean =>
  items.some((item) => item.exists && item.action !== 'foreign' && item.action !== 'existing');
