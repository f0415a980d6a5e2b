/** What teardown says before and after. */
import type { Plan, PlanItem } from '../../core/plan.ts';
import type { Finished } from '../../core/turn.ts';
import type { Inputs } from '../../core/variables.ts';
import { outcomeJson } from './outcome.ts';
import type { Document } from './reporter.ts';
import type { Style } from './style.ts';

/** How far the users have come. */
export interface Left {
  readonly moved: number;
  readonly notMoved: number;
  readonly isComplete: boolean;
}

/** It is there, it is ours, and it is not to be kept. */
export const isGoing = (item: PlanItem, keep: ReadonlySet<string>): boolean =>
  item.exists && !keep.has(item.step) && !['foreign', 'unknown', 'brought'].includes(item.action);

const number = (count: number): string => new Intl.NumberFormat('en-US').format(count);

/** The plan of teardown: what goes, last made first, and what stays. */
export function goingText(
  plan: Plan,
  keep: ReadonlySet<string>,
  left: Left,
  inputs: Inputs,
  style: Style,
): string {
  const there = plan.items.filter(({ exists }) => exists).toReversed();
  const width = Math.max(0, ...there.map(({ title }) => title.length));
  const lines = there.map((item) => {
    const going = item.undoing === item.line ? style.red('−') : style.yellow('~');
    const sign = isGoing(item, keep) ? going : style.dim('=');
    const stays = isGoing(item, keep) ? '' : style.dim('  (stays)');
    return `  ${sign} ${item.title.padEnd(width)}  ${item.undoing}${stays}`;
  });
  const pools = `${inputs.OLD_USER_POOL_ID} → ${inputs.NEW_USER_POOL_ID}`;
  return [style.bold(`  Teardown of ${pools}`), ...lines, '', ...usersText(left, inputs, style)].join('\n');
}

function usersText({ moved, notMoved, isComplete }: Left, inputs: Inputs, style: Style): string[] {
  const stay = `  Users already moved stay in ${inputs.NEW_USER_POOL_NAME} (${isComplete ? '' : 'at least '}${number(moved)}, as the function counted).`;
  if (notMoved === 0) return [stay];
  const users = notMoved === 1 ? '1 user' : `about ${number(notMoved)} users`;
  return [
    stay,
    `  ${style.warn} ${users} of ${inputs.OLD_USER_POOL_NAME} not moved yet: no sign-in to the new pool for them`,
    '    any more, and no new password there either.',
  ];
}

export function teardownDocument({ outcomes }: Finished, left: Left): Document {
  const removed = outcomes.filter(({ done }) => done === 'removed').length;
  const kept = outcomes.filter(({ done }) => done === 'left' || done === 'brought');
  return {
    json: {
      command: 'teardown',
      changes: removed,
      users: { moved: left.moved, notMoved: left.notMoved, complete: left.isComplete },
      steps: outcomes.map(outcomeJson),
    },
    text: () => {
      if (removed === 0) return '\n  Nothing of this migration is there. Nothing to do.';
      const rest =
        kept.length === 0 ? 'Nothing of this migration is left.' : `${kept.length} left as they are.`;
      return `\n  Taken down: ${removed} removed. ${rest}`;
    },
  };
}
