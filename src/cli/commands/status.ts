/** status: how the migration stands in AWS, whatever the state file remembers. Reads only. */
import { translate } from '../../aws/errors.ts';
import { readOutcomes } from '../../aws/outcomes.ts';
import { probe } from '../../aws/probe.ts';
import type { ExitKind } from '../../core/errors.ts';
import { healthOf, isHealthy, isInstalled } from '../../core/health.ts';
import { type PlanItem, plan } from '../../core/plan.ts';
import { assertSameMigration } from '../../core/state.ts';
import { steps } from '../../steps/index.ts';
import { logGroupName } from '../../steps/names.ts';
import { begin, type Context } from '../begin.ts';
import { lookAround } from '../look-around.ts';
import { trackedOf } from '../render/init-view.ts';
import { type StatusDocument, statusJsonSchema } from '../render/status-schema.ts';
import { statusText } from '../render/status-view.ts';
import type { Discovered } from '../session.ts';

const day = 86_400_000;

export async function status(context: Context): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const { probe: wantsProbe, jsonSchema } = command.opts<{ probe?: boolean; jsonSchema?: boolean }>();
  if (jsonSchema) {
    io.stdout.write(`${JSON.stringify(statusJsonSchema(), null, 2)}\n`);
    return 'ok';
  }
  const beginning = await begin(context);
  const found = await lookAround(context, beginning, 'read');
  const { aws, inputs, caller, oldPool, newPool } = found;
  if (beginning.state) assertSameMigration(beginning.file, beginning.state, caller.account, inputs);
  const [planned, total, lastDay] = await Promise.all([
    plan(steps, aws, inputs),
    readOutcomes(aws.new.logs, logGroupName(inputs)),
    readOutcomes(aws.new.logs, logGroupName(inputs), { since: io.clock.now() - day }),
  ]);
  for (const id of beginning.resolved.values.NEW_CLIENT_IDS ?? []) {
    if (inputs.NEW_CLIENT_IDS.includes(id)) continue;
    const message = `App client ${id} of the new pool is gone: it is no part of the migration any more`;
    reporter.emit({ type: 'note', level: 'warning', message });
  }
  const installed = isInstalled(planned);
  const probed = wantsProbe && installed ? await probeNow(found) : undefined;
  const healthy = installed && isHealthy(planned) && probed?.ok !== false;
  const document: StatusDocument = {
    ok: true,
    command: 'status',
    healthy,
    installed,
    account: caller.account,
    oldUserPool: sizeOf(inputs.OLD_USER_POOL_ID, inputs.OLD_USER_POOL_NAME, oldPool),
    newUserPool: sizeOf(inputs.NEW_USER_POOL_ID, inputs.NEW_USER_POOL_NAME, newPool),
    since: beginning.state?.steps['migration-trigger']?.at ?? null,
    steps: planned.items.map(stepOf),
    users: {
      total: counts(total),
      lastDay: counts(lastDay),
      reasons: total.reasons,
      complete: total.isComplete,
    },
    ...(probed === undefined ? {} : { probe: probed }),
    variables: Object.fromEntries(trackedOf(planned.outputs)),
  };
  reporter.data({ json: document, text: (style) => statusText(document, style) });
  return healthy ? 'ok' : 'unhealthy';
}

const counts = ({
  migrated,
  reset,
  wrongCredentials,
  refused,
  failed,
}: Awaited<ReturnType<typeof readOutcomes>>) => ({
  migrated,
  reset,
  wrongCredentials,
  refused,
  failed,
});

const sizeOf = (id: string, name: string, pool: Discovered['oldPool']) => ({
  id,
  name,
  users: pool === undefined ? null : (pool.pool.EstimatedNumberOfUsers ?? 0),
});

const stepOf = (item: PlanItem): StatusDocument['steps'][number] => ({
  step: item.step,
  ...(item.key === '' ? {} : { key: item.key }),
  title: item.title,
  health: healthOf(item),
  line: item.line,
  ...(item.owner === undefined ? {} : { owner: item.owner }),
  waitsFor: [...item.waitsFor],
  differences: item.differences.map(({ path, found, wanted }) => ({ path, found, wanted })),
});

async function probeNow({ aws, inputs }: Discovered): Promise<{ ok: boolean; message: string }> {
  try {
    return { ok: true, message: await probe(aws, inputs.NAME, () => undefined) };
  } catch (error) {
    const known = translate(error);
    if (known === undefined) throw error;
    return { ok: false, message: known.message };
  }
}
