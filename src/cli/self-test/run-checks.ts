/** Runs checks one after another and tells how each ended. */
import { errorName } from '../../aws/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { Check, Result, Seen } from './check.ts';
import type { Meter } from './meter.ts';
import type { SelfTestScene } from './scene.ts';

export interface Running {
  readonly scene: SelfTestScene;
  readonly meter: Meter;
  readonly emit: Emit;
  /** Is given each result as it comes. */
  readonly tell: (result: Result) => void;
}

/** Results of all of them. What an essential check does not hold for, and what comes after Ctrl-C, is skipped. */
export async function runChecks(checks: readonly Check[], running: Running): Promise<Result[]> {
  const results: Result[] = [];
  let why: string | undefined;
  for (const check of checks) {
    if (running.scene.signal.aborted) why = 'stopped before it';
    const result = why === undefined ? await runCheck(check, running) : skipped(check, why);
    results.push(result);
    running.tell(result);
    const holds = result.outcome === 'same';
    if (check.essential && !holds) why ??= `"${check.title}" did not hold`;
  }
  return results;
}

const about = ({ id, title, kind, documented }: Check) => ({ id, title, kind, documented });

const skipped = (check: Check, seen: string): Result => ({
  ...about(check),
  outcome: 'skipped',
  seen,
  ms: 0,
  calls: 0,
});

async function runCheck(check: Check, { scene, meter, emit }: Running): Promise<Result> {
  const read = meter.start();
  const { id: step, title } = check;
  emit({ type: 'start', doing: 'create', step, key: '', title });
  const seen = await check.run(scene).catch((error: unknown) => notTried(error));
  const outcome = 'failed' in seen ? 'error' : seen.open ? 'open' : seen.same ? 'same' : 'different';
  return { ...about(check), outcome, seen: oneLine(seen.seen), ...read() };
}

interface NotTried extends Seen {
  readonly failed: true;
}

const notTried = (error: unknown): NotTried => ({
  failed: true,
  same: false,
  seen: `could not be tried: ${errorName(error)}: ${error instanceof Error ? error.message : String(error)}`,
});

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' · ');
