/** What must be true before teardown takes anything away, and what it cannot know any more. */
import { ConflictError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import type { State } from '../../core/state.ts';
import { steps } from '../../steps/index.ts';

/** The function is somebody else's and nothing else is ours: pools or name are wrong, and "nothing is there" would be too. */
export function assertThisMigration({ items }: Plan): void {
  const wholes = new Set(steps.map(({ partOf }) => partOf));
  const foreign = items.find(({ step, action }) => action === 'foreign' && wholes.has(step));
  const isAnyOurs = items.some(
    ({ exists, action }) => exists && action !== 'foreign' && action !== 'brought',
  );
  if (foreign === undefined || isAnyOurs) return;
  const whose = foreign.owner ?? 'not of this migration';
  throw new ConflictError(`The ${foreign.title} of this name is ${whose}: ${foreign.line}`, {
    code: 'FOREIGN',
    found: whose,
    hint: [
      'Nothing was changed. Compare the IDs of both pools, and the name, with those that init was given.',
    ],
  });
}

/** What undo needs is in the function's tags and in the state file: where both are gone, nobody must believe it undone. */
export function lostRecords({ items }: Plan, state: State | undefined): string | undefined {
  const isThere = items.some(({ exists, action }) => exists && action !== 'foreign' && action !== 'brought');
  const isRecorded = items.some(({ step, exists }) => step === 'lambda-function' && exists);
  if (state !== undefined || isRecorded || !isThere) return undefined;
  return (
    'The function and the state file are both gone: which app clients got password sign-in, and which trigger was there\n' +
    'before, is not known any more, and stays as it is. ALLOW_USER_PASSWORD_AUTH is in the settings of an app client.'
  );
}
