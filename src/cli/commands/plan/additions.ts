/** What a look at everything found beside the plan: notes, and what others have added that was accepted. */

import { additionsOf, additionText } from '../../../core/additions.ts';
import type { Emit } from '../../../core/events.ts';
import type { Plan } from '../../../core/plan.ts';
import type { StepId } from '../../../steps/ids.ts';

/** Nothing is wrong with these. */
export function tellNotes({ items }: Plan<StepId>, emit: Emit): void {
  for (const message of items.flatMap(({ notes }) => notes)) emit({ type: 'note', level: 'info', message });
}

/** A warning for each: init went past them because --accept says so. */
export function tellAccepted({ items }: Plan<StepId>, emit: Emit): void {
  for (const { title, addition } of additionsOf(items)) {
    const message = `Accepted: ${title}: ${additionText(addition)}. ${addition.means}`;
    emit({ type: 'note', level: 'warning', id: addition.finding, message });
  }
}
