/** Notes beside the plan: what its steps say, and accepted additions by others. */

import { additionsOf, additionText } from '../../../core/additions.ts';
import type { Note } from '../../../core/events.ts';
import type { Plan } from '../../../core/plan.ts';
import type { StepId } from '../../../steps/ids.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';

/** The notes of the steps. They do not indicate a problem. */
export const planNotes = ({ items }: Plan<StepId>): Note[] =>
  noticeNotes(
    items.flatMap(({ notices }) => notices),
    'info',
  );

/** A warning for each accepted addition. init continued only because of --accept. */
export const acceptedNotes = ({ items }: Plan<StepId>): Note[] =>
  additionsOf(items).map(({ title, addition }) => ({
    type: 'note',
    level: 'warning',
    id: addition.finding,
    message: `Accepted: ${title}: ${additionText(addition)}. ${addition.means}`,
  }));
