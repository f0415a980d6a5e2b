/** The outcome of one step, as scripts see it in the result of init and teardown. */

import { publishedDone } from '../../core/published-names.ts';
import type { Outcome } from '../../core/step-run.ts';
import type { StepId } from '../../steps/ids.ts';

export const outcomeJson = ({ step, key, title, done, ms, detail }: Outcome<StepId>): object => ({
  step,
  ...(key === '' ? {} : { key }),
  title,
  done: publishedDone(done),
  ms: Math.round(ms),
  ...(detail === undefined ? {} : { detail }),
});
