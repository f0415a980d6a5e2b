import { ConflictError } from '../../core/errors.ts';
import type { Difference } from '../../core/json.ts';
import { Prefetched } from '../../core/prefetch.ts';
import { isTransient } from '../errors.ts';
import { type Pace, sleep } from '../retry.ts';
import { changeLine } from './diff.ts';
import { ConcurrentChange } from './errors.ts';

/** The pace of a write, and the work that runs in parallel. */
export interface WriteOptions extends Pace {
  /** Work that must finish before the write. Runs in parallel with the read before it. */
  readonly meanwhile?: () => Promise<void>;
}

interface Write<S> {
  /** The state that the plan is based on. */
  readonly before: S;
  read(): Promise<S>;
  /** Changes by someone else since the plan. The date of the last change counts too. */
  changed(before: S, now: S): readonly Difference[];
  /**
   * Whether our own change arrived and nothing else changed.
   * Asked only after a failure that left it open.
   */
  arrived(now: S): boolean;
  /** One attempt, built from the read right before it. */
  send(now: S): Promise<void>;
  /** For messages: "The user pool eu-west-1_abc". */
  readonly what: string;
}

const attempts = 5;
/** Maximum age of the read before a write, in milliseconds. */
const maxReadAgeMs = 100;

/**
 * Reads, checks that nothing has changed since the plan, and writes at once.
 * Cognito has no version to write against (AWS API reference, UpdateUserPool). So only the time between this
 * read and this write remains unprotected. A failure that may pass is retried from a new read, never by
 * sending the old body again.
 * @throws ConcurrentChange if someone else was faster. Otherwise, AWS's own error.
 */
export async function guardedWrite<S>(write: Write<S>, options: WriteOptions): Promise<void> {
  const state = new Prefetched(write.read, { maxAgeMs: maxReadAgeMs });
  if (options.meanwhile !== undefined) {
    const reading = state.begin(options.clock.now);
    await options.meanwhile().finally(() => reading);
  }
  for (let attempt = 1; ; attempt++) {
    const now = await state.value();
    const changed = write.changed(write.before, now);
    // A failed attempt may still have reached AWS (a lost answer). Then the change is our own.
    if (changed.length > 0 && attempt > 1 && write.arrived(now)) return;
    if (changed.length > 0) throw new ConcurrentChange(write.what, changed);
    const failure = await failureOf(() => write.send(now));
    if (failure === undefined) return;
    if (attempt === attempts || !isTransient(failure.error)) throw failure.error;
    await sleep(200 * 2 ** attempt, options);
  }
}

async function failureOf(send: () => Promise<void>): Promise<{ error: unknown } | undefined> {
  try {
    await send();
    return undefined;
  } catch (error) {
    return { error };
  }
}

/**
 * Plans and writes. After a change by someone else, reads and plans again, up to three times.
 * @param read Reads the current state.
 * @param write Plans from that state and writes. May throw {@link ConcurrentChange}.
 * @throws ConflictError (KEEPS_CHANGING) after the third time.
 */
export async function replanOnChange<S, R>(
  read: () => Promise<S>,
  write: (before: S) => Promise<R>,
): Promise<R> {
  let last: ConcurrentChange | undefined;
  for (let time = 1; time <= 3; time++) {
    const before = await read();
    try {
      return await write(before);
    } catch (error) {
      if (!(error instanceof ConcurrentChange)) throw error;
      last = error;
    }
  }
  const changed = last?.differences.map(changeLine) ?? [];
  const first =
    'Others keep changing it: three plans in a row were out of date before they could be applied.';
  throw new ConflictError([first, ...changed].join('\n'), {
    code: 'KEEPS_CHANGING',
    found: changed,
    hint: ['Find out what changes it (a deployment?), let it finish, and run the same command again.'],
    cause: last,
  });
}

/**
 * Reads until everything is as expected, a few times.
 * A read right after a write may still return the earlier state.
 * @param first The last read, if there was one since the write.
 */
export async function readUntil<S>(
  read: () => Promise<S>,
  isExpected: (state: S) => boolean,
  pace: Pace,
  first?: S,
): Promise<S> {
  let state = first ?? (await read());
  for (const pauseMs of [250, 500, 1000]) {
    if (isExpected(state)) break;
    await sleep(pauseMs, pace);
    state = await read();
  }
  return state;
}
