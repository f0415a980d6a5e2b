/**
 * init: sets up a working migration from two pool IDs.
 * Run again, it repairs and changes nothing else.
 */
import type { ExitKind } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { breaksLock } from '../../inputs/options.ts';
import { clearedBy } from '../../inputs/resolve.ts';
import { findMigration } from '../../migration/find-migration.ts';
import { showPlan } from '../plan/index.ts';
import { lostRecordsNotes } from '../teardown/index.ts';
import { applyPlan, approve } from './apply.ts';
import { checkPools, chooseRules } from './prepare.ts';
import { exitKindOf, initDocument } from './view.ts';

export async function init(context: Context): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const { emit } = reporter;
  const given = await loadInputs(context);
  const found = await findMigration(context, given, 'init');
  if (found.inputs.DRY_RUN) return showPlan(found, reporter);
  const checked = await checkPools(found, reporter);
  const migration = await chooseRules(checked, given, reporter, io.isShow === true);
  // The trigger still shows that a function of ours existed once.
  const isOnTrigger = migration.planned.items.some(({ step, exists, action }) => {
    return step === 'migration-trigger' && exists && action !== 'foreign';
  });
  if (isOnTrigger) lostRecordsNotes(migration.planned, migration.state).forEach(emit);
  await approve(migration, given.prompts, reporter);
  const writing = { cleared: clearedBy(given.resolved), breakLock: breaksLock(command), emit };
  const finished = await io.interrupt.during('Finishing the call under way.', () =>
    applyPlan(migration, writing),
  );
  reporter.data(initDocument(migration, finished));
  return exitKindOf(migration);
}
