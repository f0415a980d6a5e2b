/** plan: shows the changes that init would make. Writes nothing, and asks for no approval. */
import type { ExitKind } from '../../../core/errors.ts';
import { plan } from '../../../core/plan.ts';
import { planBlockers } from '../../../core/plan-blockers.ts';
import { steps } from '../../../steps/index.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import { planNotes } from './additions.ts';
import { assertRoomForRecords } from './tag-limit.ts';

export async function planOnly(context: Context): Promise<ExitKind> {
  const given = await loadInputs(context);
  const migration = await findMigration(context, given, 'plan');
  return showPlan(migration, context.reporter, context.command.opts<{ all?: boolean }>().all);
}

/**
 * Prints the plan. The exit code shows whether init would refuse it. Does not run the doctor.
 * @param isAll whether to list resources that stay the same.
 */
export async function showPlan(
  migration: Migration,
  { busy, data }: Reporter,
  isAll = false,
): Promise<ExitKind> {
  const { aws, inputs, configured } = migration;
  const planned = await busy('Checking both pools', () => plan(steps, aws, inputs, migration));
  assertRoomForRecords(planned, migration);
  const { planDocument } = await import('./document.ts');
  data({ ...planDocument(planned, inputs, { configured, isAll }), notes: planNotes(planned) });
  return planBlockers(planned, inputs.ACCEPT)[0]?.kind ?? 'ok';
}
