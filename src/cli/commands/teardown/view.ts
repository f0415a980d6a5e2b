/** The output of teardown, before and after. */

import { type Addition, additionText } from '../../../core/additions.ts';
import type { Done, Note } from '../../../core/events.ts';
import { number } from '../../../core/format-number.ts';
import type { Plan, PlanItem } from '../../../core/plan.ts';
import { publishedDone } from '../../../core/published-names.ts';
import { quoted } from '../../../core/shell.ts';
import { recordName } from '../../../core/state.ts';
import type { Finished } from '../../../core/step-run.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { consoleUrlMember, consoleUrlOf, consoleUrlsOf } from '../../../steps/console-links.ts';
import { keeping, type StepId } from '../../../steps/ids.ts';
import type { Leftover } from '../../codegen/old-account/leftover.ts';
import type { Document } from '../../terminal/reporter.ts';
import { outcomeJson } from '../../terminal/step-outcome.ts';
import type { Style } from '../../terminal/style.ts';
import type { Left } from './count-users.ts';
import type { PlannedTeardown } from './plan.ts';

/**
 * The outcome for a resource, in the words of the result.
 * @param keep IDs of the steps that stay, and names of the records that stay.
 */
export function fateOf(item: PlanItem<StepId>, keep: ReadonlySet<string>): Done | 'unknown' {
  if (item.action === 'existing') return 'existing';
  if (!item.exists) return 'absent';
  if (keep.has(item.step) || keep.has(recordName(item.step, item.key))) return 'left';
  if (item.action === 'foreign') return 'left';
  return item.action === 'unknown' ? 'unknown' : 'removed';
}

/** Whether the resource exists, is ours, and is not kept. */
export const isGoing = (item: PlanItem<StepId>, keep: ReadonlySet<string>): boolean =>
  fateOf(item, keep) === 'removed';

/** Additions by others that stay when teardown removes their resource. */
const outliving = ({ items }: Plan<StepId>, keep: ReadonlySet<string>): readonly Addition[] =>
  items
    .filter((item) => fateOf(item, keep) === 'removed' || fateOf(item, keep) === 'absent')
    .flatMap(({ additions }) => additions.filter(({ outlives }) => outlives === true));

/** The warning for one of them, with the command that removes it. */
const stayingText = (one: Pick<Addition, 'path' | 'found' | 'remove'>): string =>
  `teardown does not remove ${additionText(one)}. It would also invoke another function of that name.\n${one.remove}`;

/** A warning for each addition that outlives its resource. */
export const outlivingNotes = (planned: Plan<StepId>, keep: ReadonlySet<string>): Note[] =>
  outliving(planned, keep).map(({ finding, ...one }) => ({
    type: 'note',
    level: 'warning',
    id: finding,
    message: stayingText(one),
  }));

/** The plan of teardown: removals, last created first, and resources that stay. */
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
    const title = style.link(item.title, consoleUrlOf(item, plan.outputs));
    return `  ${sign} ${title}${' '.repeat(width - item.title.length)}  ${item.removalLine}${stays}`;
  });
  const urls = consoleUrlsOf(inputs);
  const pools = `${style.link(inputs.OLD_USER_POOL_ID, urls.OLD_USER_POOL_ID)} → ${style.link(inputs.NEW_USER_POOL_ID, urls.NEW_USER_POOL_ID)}`;
  const head = style.bold(`  Teardown of ${pools}`);
  return [head, ...lines, '', ...usersText(left, inputs, style), ...lossText(plan, keep, style)].join('\n');
}

/** What no later run can bring back. */
function lossText({ items }: Plan<StepId>, keep: ReadonlySet<string>, style: Style): string[] {
  const isLogGoing = items.some((item) => item.step === 'log-group' && isGoing(item, keep));
  if (!isLogGoing) return [];
  return [
    `  ${style.warn} Deletes the log of the function for good. ${keeping('log-group')}  keeps it.`,
    '    Its metrics stay in CloudWatch for 15 months.',
  ];
}

function staying({ step, key, removalLine, action }: PlanItem<StepId>, keep: ReadonlySet<string>): string {
  if (action === 'unknown' && !keep.has(step)) return '  (cannot read its tags: teardown stops here)';
  if (/ stays?\b/.test(removalLine)) return ''; // the line itself says so
  return key !== '' && keep.has(recordName(step, key)) ? '  (stays: it was on before init)' : '  (stays)';
}

function usersText(left: Left, inputs: Inputs, style: Style): string[] {
  const { notMoved, basis } = left;
  const stay = stayText(left, inputs.NEW_USER_POOL_NAME);
  if (notMoved === 0) return [stay];
  const consequence =
    'After teardown, they will no longer be able to sign in to the new pool or reset a password there.';
  if (notMoved === undefined) {
    return [stay, `  ${style.warn} It is unknown how many users haven't moved yet. ${consequence}`];
  }
  const about = { 'old-sub': '', names: 'Probably ', log: 'About ' }[basis];
  const users = `${about}${number(notMoved)} ${notMoved === 1 ? 'user' : 'users'}`;
  const have = notMoved === 1 ? 'has' : 'have';
  return [
    stay,
    `  ${style.warn} ${users} of ${inputs.OLD_USER_POOL_NAME} ${have} not moved yet. ${consequence}`,
    ...(basis === 'log' ? ['    To count them, and see who can still move:  cognito-migrate users'] : []),
  ];
}

function stayText({ moved, isComplete, basis }: Left, pool: string): string {
  const isLog = basis === 'log';
  if (moved === 0 && isComplete)
    return `  Nobody has moved to ${pool} yet${isLog ? ', by the count of the function' : ''}.`;
  const count = `${isComplete ? '' : 'at least '}${number(moved)}`;
  const how = {
    'old-sub': count,
    names: `probably ${count}: ${pool} has their names`,
    log: `${count}, by the count of the function`,
  }[basis];
  return `  Users who have moved stay in ${pool} (${how}).`;
}

/** @param how the administrator's next step with the script. */
export function leftoverText({ account, roleName, clientName, isForLater }: Leftover, how: string): string[] {
  return [
    '',
    `  The old pool's account${account === '' ? '' : ` ${account}`} still has its half: the role ${roleName}`,
    `  and the app client ${clientName}.`,
    ...(isForLater ? ['  teardown with access there removes them too. Or its administrator does:'] : []),
    `  ${how}`,
  ];
}

export const usersJson = ({ moved, notMoved, isComplete, basis }: Left): object => ({
  moved,
  notMoved: notMoved ?? null,
  complete: isComplete,
  basis,
});

/** The resources that are left in the old account. */
export interface Rest {
  readonly leftover: Leftover;
  /** The file with its removal script, if one was requested. */
  readonly file?: string | undefined;
}

/** The result as text. */
export function teardownEnd({ outcomes }: Finished<StepId>, rest?: Rest): string {
  const removed = outcomes.filter(({ done }) => done === 'removed').length;
  const kept = outcomes.filter(({ done }) => done === 'left' || done === 'existing');
  const end = kept.length === 0 ? 'Nothing of this migration is left.' : `${kept.length} kept.`;
  const isKept = outcomes.some(({ done }) => done === 'left');
  const none = isKept ? `Nothing was removed. ${end}` : 'Nothing of this migration exists. Nothing to do.';
  const done = removed === 0 ? none : `Done: ${removed} removed.${rest === undefined ? ` ${end}` : ''}`;
  return [`\n  ${done}`, ...(rest === undefined ? [] : leftoverText(rest.leftover, howTo(rest)))].join('\n');
}

const howTo = ({ file }: Rest): string =>
  file === undefined
    ? 'For its administrator (--out FILE writes this script to a file):\n'
    : `For its administrator:  sh ${quoted(file)}`;

/**
 * The result. A script that wasn't written to a file is the whole text.
 * So it can be redirected, or piped to sh.
 */
export function teardownDocument(
  finished: Finished<StepId>,
  left: Left,
  { rest, report }: { readonly rest?: Rest | undefined; readonly report?: string | undefined },
): Document {
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
      ...(report === undefined ? {} : { report: { path: report } }),
      steps: outcomes.map(outcomeJson),
    },
    text: () => script ?? teardownEnd(finished, rest),
    quietly: () => script,
    ...(script === undefined ? {} : { isVerbatim: true }),
  };
}

const scriptComes = 'teardown prints a script for its administrator. --out FILE writes it to a file.';

/** Whether teardown would stop early, because the owner of a resource is unknown. */
export const isBlocked = (planned: Plan<StepId>, keep: ReadonlySet<string>): boolean =>
  planned.items.some((item) => fateOf(item, keep) === 'unknown');

/** The output of teardown --dry-run: the outcome for each resource. */
export function teardownPlanDocument(
  { planned, staying, inputs, rest }: PlannedTeardown,
  left: Left,
): Document {
  const items = planned.items.toReversed().map((item) => ({
    step: item.step,
    ...(item.key === '' ? {} : { key: item.key }),
    title: item.title,
    would: publishedDone(fateOf(item, staying)),
    line: item.removalLine,
    ...consoleUrlMember(item, planned.outputs),
    ...(item.owner === undefined || item.action !== 'foreign' ? {} : { owner: item.owner }),
  }));
  const changes = items.filter(({ would }) => would === 'removed').length;
  return {
    json: {
      ok: !isBlocked(planned, staying),
      command: 'teardown',
      dryRun: true,
      changes,
      users: usersJson(left),
      ...(rest === undefined ? {} : { oldAccount: rest }),
      items,
    },
    text: (style) => {
      const isThere = planned.items.some(({ exists }) => exists);
      const lines = isThere
        ? [
            `${goingText(planned, staying, left, inputs, style)}\n`,
            `  ${changes} to remove. Nothing was written.`,
          ]
        : ['  Nothing of this migration exists. Nothing to do.'];
      return [...lines, ...(rest === undefined ? [] : leftoverText(rest, scriptComes))].join('\n');
    },
  };
}
