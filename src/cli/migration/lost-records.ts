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
    'The function and the state file are both gone. So it is unknown which app clients got password sign-in, and which\n' +
    'trigger was set before. These settings stay. An app client with password sign-in has ALLOW_USER_PASSWORD_AUTH.\n' +
    'Alarms stay too, if you have no permission to look for them.';
  return [{ type: 'note', level: 'warning', message }];
}
