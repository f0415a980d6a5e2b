/** plan: what init would do. Writes nothing, asks for no approval. */
import type { ExitKind } from '../../core/errors.ts';
import { plan } from '../../core/plan.ts';
import { steps } from '../../steps/index.ts';
import { begin, type Context } from '../begin.ts';
import { lookAround } from '../look-around.ts';
import { planDocument } from '../render/plan-view.ts';

export async function planOnly(context: Context): Promise<ExitKind> {
  const beginning = await begin(context);
  const { aws, inputs } = await lookAround(context, beginning, 'plan');
  context.reporter.data(planDocument(await plan(steps, aws, inputs), inputs));
  return 'ok';
}
