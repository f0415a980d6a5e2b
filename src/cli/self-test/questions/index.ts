/** What only a live pool can settle, one check for each question. Each makes pools of its own. */
import type { Check } from '../check.ts';

/** In the order of the report. */
export const questions: readonly Check[] = [];
