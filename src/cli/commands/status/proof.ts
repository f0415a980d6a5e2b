/** The proof that the function works: a test call now, or the one that init still owes. */
import { toMigrateError } from '../../../aws/errors.ts';
import { probe, unchangedLimitMs } from '../../../aws/function/probe.ts';
import type { Emit } from '../../../core/events.ts';
import type { Plan } from '../../../core/plan.ts';
import type { StepId } from '../../../steps/ids.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Migration } from '../../migration/read-migration.ts';
import type { Health } from './health.ts';

export interface Probed {
  readonly ok: boolean;
  readonly message: string;
}

/**
 * The result of a test call now, or the one that init still owes. Undefined if there is nothing to say.
 * @param running the holder of the state file's lock, if any.
 */
export async function readProof(
  migration: Migration,
  { planned, installed }: Health,
  running: string | undefined,
  isProbing: boolean,
  emit: Emit,
): Promise<Probed | undefined> {
  if (!installed) return undefined;
  if (!isProbing) return unprovenBy(migration, running);
  return probeFunction(migration, planned, emit);
}

/**
 * The result if init wrote the function but has not sent it a test call yet.
 * That init either still runs or ended too early.
 * @param running who holds the state file. Undefined if nobody does.
 */
function unprovenBy({ state }: Migration, running: string | undefined): Probed | undefined {
  if (recordOf(state, 'lambda-function')?.status !== 'applying') return undefined;
  return {
    ok: false,
    message:
      running === undefined
        ? 'The last init ended before the test call of the function. init repeats it. --probe makes one now.'
        : `Another run is in progress (${running}). It makes a test call before it ends.`,
  };
}

/** Sends the function a test call, and waits until IAM's changes have arrived. */
async function probeFunction(
  { aws, inputs }: Migration,
  { items }: Plan<StepId>,
  emit: Emit,
): Promise<Probed> {
  const item = items.find(({ step }) => step === 'lambda-function');
  if (!item?.exists || item.action === 'foreign' || item.action === 'unknown')
    return { ok: false, message: 'This migration has no function to call' };
  const common = { step: item.step, key: item.key, title: 'probe' };
  const onWait = (message: string): void => emit({ type: 'wait', message, ...common });
  emit({ type: 'start', doing: 'check', ...common });
  try {
    return { ok: true, message: await probe(aws, inputs.NAME, onWait, { within: unchangedLimitMs }) };
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined) throw error;
    return { ok: false, message: known.message };
  }
}
