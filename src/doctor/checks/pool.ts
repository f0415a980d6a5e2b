/** Obstacles to an update of the new pool itself. */

import type { Theme } from '../check.ts';
import { updateBlockers } from '../update-blockers.ts';

/** CM301 to CM321. */
export const newPool: Theme = ({ facts }) => updateBlockers(facts.newPool, { importJobs: facts.importJobs });
