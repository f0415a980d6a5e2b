/** plan: what init would do. Writes nothing, asks for no approval. */
import type { ExitKind } from '../../core/errors.ts';
import { obstacles, plan } from '../../core/plan.ts';
import { steps } from '../../steps/index.ts';
import { type Beginning, begin, type Context } from '../begin.ts';
import { tellNotes } from '../init/additions.ts';
import { assertRoomForRecords } from '../init/room-for-records.ts';
import { planDocument } from '../render/plan-view.ts';
import { lookAround } from '../session/look-around.ts';
import type { Discovered } from '../session/session.ts';

export async function planOnly(context: Context): Promise<ExitKind> {
  const beginning = await begin(context);
  return showPlan(context, beginning, await lookAround(context, beginning, 'plan'));
}

/** Prints the plan. Its exit code is the one with which init would refuse it. */
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
