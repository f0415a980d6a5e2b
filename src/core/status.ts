/** The plan, read as health. */
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

/** How one thing stands. */
export function healthOf({ action, exists, differences, additions }: PlanItem<string>): Health {
  if (action === 'none' && additions.length > 0) return 'drifted';
  if (action === 'brought' && exists) return differences.length > 0 ? 'drifted' : 'brought along';
  if (action === 'brought') return 'missing';
  if (action === 'update') return exists ? 'drifted' : 'missing';
  return byAction[action];
}

/** Everything is as it should be. */
export const isHealthy = ({ items }: Plan<string>): boolean =>
  items.every((item) => ['in place', 'brought along'].includes(healthOf(item)));

/** Something of this migration exists. */
export const isInstalled = ({ items }: Plan<string>): boolean =>
  items.some((item) => item.exists && item.action !== 'foreign' && item.action !== 'brought');
