/** Undo data that is gone. init and teardown warn about it. */
import type { Note } from '../../core/events.ts';
import type { Plan } from '../../core/plan.ts';
import type { State } from '../../core/state.ts';
import type { StepId } from '../../steps/ids.ts';

/**
 * A warning if both copies of the undo data are gone: the function's tags and the state file.
 * The operator must not believe that everything was undone.
 */
export function lostRecordsNotes({ items }: Plan<StepId>, state: State | undefined): Note[] {
  const isThere = items.some(({ exists, action }) => exists && action !== 'foreign' && action !== 'existing');
  const isRecorded = items.some(({ step, exists }) => step === 'lambda-function' && exists);
  if (state !== undefined || isRecorded || !isThere) return [];
  const message =
    'The function and the state file are both gone: which app clients got password sign-in, and which trigger was there\n' +
    'before, is not known any more, and stays as it is. ALLOW_USER_PASSWORD_AUTH is in the settings of an app client.';
  return [{ type: 'note', level: 'warning', message }];
}
