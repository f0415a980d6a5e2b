/** The output of teardown --dry-run: the outcome for each resource. */

import type { Plan } from '../../../core/plan.ts';
import { publishedDone } from '../../../core/published-names.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import type { Leftover } from '../../codegen/old-account/leftover.ts';
import type { Document } from '../../terminal/reporter.ts';
import { fateOf, goingText, type Left, leftoverText, usersJson } from './view.ts';

export interface Going {
  readonly planned: Plan<StepId>;
  /** The same as for fateOf. */
  readonly keep: ReadonlySet<string>;
  readonly left: Left;
  readonly inputs: Inputs;
  /** The old account's half, if it would stay. */
  readonly rest: Leftover | undefined;
}

const scriptComes = 'teardown prints a script for its administrator. --out FILE writes it to a file.';

/** Whether teardown would stop early, because the owner of a resource is unknown. */
export const isBlocked = (planned: Plan<StepId>, keep: ReadonlySet<string>): boolean =>
  planned.items.some((item) => fateOf(item, keep) === 'unknown');

export function teardownPlanDocument({ planned, keep, left, inputs, rest }: Going): Document {
  const items = planned.items.toReversed().map((item) => ({
    step: item.step,
    ...(item.key === '' ? {} : { key: item.key }),
    title: item.title,
    would: publishedDone(fateOf(item, keep)),
    line: item.removalLine,
    ...(item.owner === undefined || item.action !== 'foreign' ? {} : { owner: item.owner }),
  }));
  const changes = items.filter(({ would }) => would === 'removed').length;
  return {
    json: {
      ok: !isBlocked(planned, keep),
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
            `${goingText(planned, keep, left, inputs, style)}\n`,
            `  ${changes} to remove. Nothing was written.`,
          ]
        : ['  Nothing of this migration is there. Nothing to do.'];
      return [...lines, ...(rest === undefined ? [] : leftoverText(rest, scriptComes))].join('\n');
    },
  };
}
