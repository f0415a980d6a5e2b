/** Runs checks in sequence and reports each result. */
import { errorName } from '../aws/errors.ts';
import type { Emit } from '../core/events.ts';
import type { Check, Result, Seen } from './check.ts';
import { isUsedUp } from './fixtures/error-class.ts';
import type { Meter } from './meter.ts';
import type { SelfTestScene } from './scene.ts';

export interface Running {
  readonly scene: SelfTestScene;
  readonly meter: Meter;
  readonly emit: Emit;
  /** Receives each result as it arrives. */
  readonly onResult: (result: Result) => void;
}

/**
 * The results of all checks.
 * Skips checks after a failed essential check, and after Ctrl-C.
 */
export async function runChecks(checks: readonly Check[], running: Running): Promise<Result[]> {
  const results: Result[] = [];
  let why: string | undefined;
  for (const check of checks) {
    if (running.scene.signal.aborted) why = 'stopped before it';
    const result = why === undefined ? await runCheck(check, running) : skipped(check, why);
    results.push(result);
    running.onResult(result);
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
  const ended = await check.run(scene).then(outcomeOf, (error: unknown): Ended => {
    if (scene.signal.aborted) return { outcome: 'skipped', seen: 'stopped before its end' };
    // A used-up quota is no fault of AWS or this program. But an essential check, the basis of all others,
    // must hold.
    const outcome = isUsedUp(error) && !check.essential ? 'open' : 'error';
    return { outcome, seen: `could not be tried: ${textOf(error)}` };
  });
  return { ...about(check), ...ended, seen: oneLine(ended.seen), ...read() };
}

type Ended = Pick<Result, 'outcome' | 'seen'>;

const outcomeOf = ({ same, open, seen }: Seen): Ended => ({
  outcome: open ? 'open' : same ? 'same' : 'different',
  seen,
});

const textOf = (error: unknown): string =>
  `${errorName(error)}: ${error instanceof Error ? error.message : String(error)}`;

const oneLine = (text: string): string => text.replaceAll(/\s*\n\s*/g, ' · ');
