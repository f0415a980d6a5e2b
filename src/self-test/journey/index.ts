/** The journey: one migration from plan to teardown, with all its promises. */

import type { Check } from '../check.ts';
import type { Places } from '../fixtures/resources.ts';
import { endChecks } from './end.ts';
import { lifeChecks } from './life.ts';
import { refusalChecks } from './refusals.ts';
import { setUpChecks } from './set-up.ts';
import { signInChecks } from './sign-ins.ts';
import type { Stage } from './stage.ts';
import { surveyChecks } from './surveyed.ts';

/** The checks in this order. Each depends on the results of those before it. */
export const journey = (stage: Stage, places: Places): readonly Check[] => [
  ...setUpChecks(stage),
  ...signInChecks(stage),
  ...refusalChecks(stage),
  ...surveyChecks(stage),
  ...lifeChecks(stage),
  ...endChecks(stage, places),
];
