/** plan: shows the changes that init would make. Writes nothing, and asks for no approval. */
import type { ExitKind } from '../../../core/errors.ts';
import { obstacles, plan } from '../../../core/plan.ts';
import { steps } from '../../../steps/index.ts';
import { type Beginning, begin, type Context } from '../../context.ts';
import { lookAround } from '../../migration/discover.ts';
import type { Discovered } from '../../session/read-pools.ts';
import { tellNotes } from './additions.ts';
import { assertRoomForRecords } from './tag-limit.ts';
import { planDocument } from './view.ts';

export async function planOnly(context: Context): Promise<ExitKind> {
  const beginning = await begin(context);
  return showPlan(context, beginning, await lookAround(context, beginning, 'plan'));
}

/** Prints the plan. The exit code shows whether init would refuse it. Does not run the doctor. */
export async function showPlan(
  { reporter }: Context,
  beginning: Beginning,
  found: Discovered,
): Promise<ExitKind> {
  const planned = await reporter.busy('Checking both pools', () => plan(steps, found.aws, found.inputs));
  assertRoomForRecords(planned, found, beginning);
  tellNotes(planned, reporter.emit);
  reporter.data(planDocument(planned, found.inputs));
  return obstacles(planned, found.inputs.ACCEPT)[0]?.kind ?? 'ok';
}
