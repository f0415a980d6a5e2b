/** Health, derived from the plan. */
import type { Action, Plan, PlanItem } from './plan.ts';

export const healths = [
  'in place',
  'missing',
  'drifted',
  'foreign',
  'waiting',
  'unreadable',
  'brought along',
] as const;
export type Health = (typeof healths)[number];

const byAction: Record<Exclude<Action, 'update' | 'brought'>, Health> = {
  none: 'in place',
  create: 'missing',
  foreign: 'foreign',
  unknown: 'unreadable',
  waiting: 'waiting',
};

/** Health of one resource. */
export function healthOf({ action, exists, differences, additions }: PlanItem<string>): Health {
  if (action === 'none' && additions.length > 0) return 'drifted';
  if (action === 'brought' && exists) return differences.length > 0 ? 'drifted' : 'brought along';
  if (action === 'brought') return 'missing';
  if (action === 'update') return exists ? 'drifted' : 'missing';
  return byAction[action];
}

/** Whether everything is in its desired state. */
export const isHealthy = ({ items }: Plan<string>): boolean =>
  items.every((item) => ['in place', 'brought along'].includes(healthOf(item)));

/** Whether any resource of this migration exists. */
export const isInstalled = ({ items }: Plan<string>): boolean =>
  items.some((item) => item.exists && item.action !== 'foreign' && item.action !== 'brought');
