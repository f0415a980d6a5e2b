/** Reports findings beside the plan: notes, and accepted additions by others. */

import { additionsOf, additionText } from '../../../core/additions.ts';
import type { Emit } from '../../../core/events.ts';
import type { Plan } from '../../../core/plan.ts';
import type { StepId } from '../../../steps/ids.ts';

/** Emits notes. They do not indicate a problem. */
export function tellNotes({ items }: Plan<StepId>, emit: Emit): void {
  for (const message of items.flatMap(({ notes }) => notes)) emit({ type: 'note', level: 'info', message });
}

/** Emits a warning for each accepted addition. init continued only because of --accept. */
export function tellAccepted({ items }: Plan<StepId>, emit: Emit): void {
  for (const { title, addition } of additionsOf(items)) {
    const message = `Accepted: ${title}: ${additionText(addition)}. ${addition.means}`;
    emit({ type: 'note', level: 'warning', id: addition.finding, message });
  }
}
