/** What teardown says before and after. */

import type { Done } from '../../../core/events.ts';
import { number } from '../../../core/format-number.ts';
import type { Plan, PlanItem } from '../../../core/plan.ts';
import { quoted } from '../../../core/shell.ts';
import { recordName } from '../../../core/state.ts';
import type { Finished } from '../../../core/step-run.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import type { Leftover } from '../../codegen/old-account/leftover.ts';
import type { Document } from '../../terminal/reporter.ts';
import { outcomeJson } from '../../terminal/step-outcome.ts';
import type { Style } from '../../terminal/style.ts';

/** How far the users have come. */
export interface Left {
  readonly moved: number;
  /** undefined: the old pool may not be looked at. */
  readonly notMoved: number | undefined;
  readonly isComplete: boolean;
}

/**
 * What becomes of it, in the words of the result.
 * @param keep IDs of the steps that stay, and names of the records that do.
 */
export function fateOf(item: PlanItem<StepId>, keep: ReadonlySet<string>): Done | 'unknown' {
  if (item.action === 'brought') return 'brought';
  if (!item.exists) return 'absent';
  if (keep.has(item.step) || keep.has(recordName(item.step, item.key))) return 'left';
  if (item.action === 'foreign') return 'left';
  return item.action === 'unknown' ? 'unknown' : 'removed';
}

/** It is there, it is ours, and it is not to be kept. */
export const isGoing = (item: PlanItem<StepId>, keep: ReadonlySet<string>): boolean =>
  fateOf(item, keep) === 'removed';

/** The plan of teardown: what goes, last made first, and what stays. */
export function goingText(
  plan: Plan<StepId>,
  keep: ReadonlySet<string>,
  left: Left,
  inputs: Inputs,
  style: Style,
): string {
  const there = plan.items.filter(({ exists }) => exists).toReversed();
  const width = Math.max(0, ...there.map(({ title }) => title.length));
  const lines = there.map((item) => {
    const going = item.isTheirs ? style.yellow('~') : style.red('−');
    const sign = isGoing(item, keep) ? going : style.dim('=');
    const stays = isGoing(item, keep) ? '' : style.dim(staying(item, keep));
    return `  ${sign} ${item.title.padEnd(width)}  ${item.undoing}${stays}`;
  });
  const pools = `${inputs.OLD_USER_POOL_ID} → ${inputs.NEW_USER_POOL_ID}`;
  return [style.bold(`  Teardown of ${pools}`), ...lines, '', ...usersText(left, inputs, style)].join('\n');
}

function staying({ step, key, undoing, action }: PlanItem<StepId>, keep: ReadonlySet<string>): string {
  if (action === 'unknown' && !keep.has(step)) return '  (its tags may not be read: teardown stops here)';
  if (/ stays\b/.test(undoing)) return ''; // it says so itself
  return key !== '' && keep.has(recordName(step, key)) ? '  (stays: it was on before init)' : '  (stays)';
}

function usersText({ moved, notMoved, isComplete }: Left, inputs: Inputs, style: Style): string[] {
  const pool = inputs.NEW_USER_POOL_NAME;
  const stay =
    moved === 0 && isComplete
      ? `  Nobody has moved to ${pool} yet, as far as the function counted.`
      : `  Users already moved stay in ${pool} (${isComplete ? '' : 'at least '}${number(moved)}, as the function counted).`;
  if (notMoved === 0) return [stay];
  const consequence = 'no sign-in to the new pool for them any more, and no new password there either.';
  if (notMoved === undefined) {
    return [stay, `  ${style.warn} How many have not moved yet cannot be seen from here: ${consequence}`];
  }
  const users = notMoved === 1 ? '1 user' : `About ${number(notMoved)} users`;
  const have = notMoved === 1 ? 'has' : 'have';
  return [
    stay,
    `  ${style.warn} ${users} of ${inputs.OLD_USER_POOL_NAME} ${have} not moved yet: ${consequence}`,
  ];
}

/** @param how what its administrator does with the script. */
export function leftoverText({ account, roleName, clientName, isForLater }: Leftover, how: string): string[] {
  return [
    '',
    `  The old pool's account${account === '' ? '' : ` ${account}`} still has its half: the role ${roleName}`,
    `  and the app client ${clientName}.`,
    ...(isForLater ? ['  teardown with access there removes them too. Or its administrator does:'] : []),
    `  ${how}`,
  ];
}

export const usersJson = ({ moved, notMoved, isComplete }: Left): object => ({
  moved,
  notMoved: notMoved ?? null,
  complete: isComplete,
});

/** What is left in the old account. */
export interface Rest {
  readonly leftover: Leftover;
  /** Where its removal script is, if it was to be written. */
  readonly file?: string | undefined;
}

/** How it ended, in words. */
export function teardownEnd({ outcomes }: Finished<StepId>, rest?: Rest): string {
  const removed = outcomes.filter(({ done }) => done === 'removed').length;
  const kept = outcomes.filter(({ done }) => done === 'left' || done === 'brought');
  const end = kept.length === 0 ? 'Nothing of this migration is left.' : `${kept.length} left as they are.`;
  const isKept = outcomes.some(({ done }) => done === 'left');
  const none = isKept ? `Nothing was removed. ${end}` : 'Nothing of this migration is there. Nothing to do.';
  const done = removed === 0 ? none : `Taken down: ${removed} removed.${rest === undefined ? ` ${end}` : ''}`;
  return [`\n  ${done}`, ...(rest === undefined ? [] : leftoverText(rest.leftover, howTo(rest)))].join('\n');
}

const howTo = ({ file }: Rest): string =>
  file === undefined
    ? 'For its administrator (--out FILE writes this script to a file):\n'
    : `For its administrator:  sh ${quoted(file)}`;

/** The result. A script that wasn't written to a file is all of its text, so that it can be redirected or piped to sh. */
export function teardownDocument(finished: Finished<StepId>, left: Left, rest?: Rest): Document {
  const { outcomes } = finished;
  const script = rest !== undefined && rest.file === undefined ? rest.leftover.script.trimEnd() : undefined;
  return {
    json: {
      command: 'teardown',
      changes: outcomes.filter(({ done }) => done === 'removed').length,
      users: usersJson(left),
      ...(rest === undefined
        ? {}
        : { oldAccount: { ...rest.leftover, ...(rest.file === undefined ? {} : { file: rest.file }) } }),
      steps: outcomes.map(outcomeJson),
    },
    text: () => script ?? teardownEnd(finished, rest),
    ...(script === undefined ? {} : { isVerbatim: true }),
  };
}
