import { ConflictError } from '../../core/errors.ts';
import { type Difference, difference } from './diff.ts';
import { ConcurrentChange } from './errors.ts';

/** Where the waits go. Tests give one that does not wait. */
export interface WriteOptions {
  /** Waits that many milliseconds. */
  readonly sleep?: (ms: number) => Promise<void>;
  /** What time it is, in milliseconds. */
  readonly now?: () => number;
  /** What must be done before the write, at the same time as the read that comes before it. */
  readonly meanwhile?: () => Promise<void>;
}

export const defaultSleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

interface Write<S> {
  /** What the plan stands on. */
  readonly before: S;
  read(): Promise<S>;
  /** What somebody else changed since; the date of the last change counts. */
  changed(before: S, now: S): readonly Difference[];
  /** Did our own change arrive, and nothing else change? Asked only after a failure that left it open. */
  arrived(now: S): boolean;
  /** One attempt, built from what was read just now. */
  send(now: S): Promise<void>;
  /** For the message: "The user pool eu-west-1_abc". */
  readonly what: string;
}

const attempts = 5;

/**
 * Reads, makes sure that nothing has changed since the plan, and writes at once. Cognito has no version to write
 * against (AWS API reference, UpdateUserPool), so the time between this read and this write is all that is left open.
 * A failure that may pass is tried again from a new read, never by sending the old body again.
 * @throws ConcurrentChange when somebody else was faster; whatever AWS answered otherwise.
 */
export async function guardedWrite<S>(write: Write<S>, options: WriteOptions): Promise<void> {
  const sleep = options.sleep ?? defaultSleep;
  for (let attempt = 1; ; attempt++) {
    const now = attempt === 1 ? await readDuring(write.read, options) : await write.read();
    const changed = write.changed(write.before, now);
    // A failed attempt may have reached AWS all the same (a lost answer): then the change is our own.
    if (changed.length > 0 && attempt > 1 && write.arrived(now)) return;
    if (changed.length > 0) throw new ConcurrentChange(write.what, changed);
    const failure = await failureOf(() => write.send(now));
    if (failure === undefined) return;
    if (attempt === attempts || !mayPass(failure.error)) throw failure.error;
    await sleep(200 * 2 ** attempt);
  }
}

/** Milliseconds for which a read counts as right before the write. */
const fresh = 100;

/** Reads while something else is done, which then is over, too; once more where the read is an old one by then. */
async function readDuring<S>(
  read: () => Promise<S>,
  { meanwhile, now = Date.now }: WriteOptions,
): Promise<S> {
  if (meanwhile === undefined) return read();
  const reading = async () => ({ state: await read(), at: now() });
  const [answer, done] = await Promise.allSettled([reading(), meanwhile()]);
  if (done.status === 'rejected') throw done.reason;
  if (answer.status === 'rejected') throw answer.reason;
  const age = now() - answer.value.at;
  return age < 0 || age > fresh ? read() : answer.value.state; // a clock can be set back
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
 * Plans and writes; when somebody else changed the thing meanwhile, reads and plans again, up to three times.
 * @param read reads the present state.
 * @param write plans from that state and writes; may throw {@link ConcurrentChange}.
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
  const changed = last?.differences.map(difference) ?? [];
  const first =
    'It is being changed by somebody else all the time: three plans were out of date when they were to be carried out.';
  throw new ConflictError([first, ...changed].join('\n'), {
    code: 'KEEPS_CHANGING',
    found: changed,
    hint: ['Find out what changes it (a deployment?), let it finish, and run the same command again.'],
    cause: last,
  });
}

const passing = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'ConcurrentModificationException',
  'InternalErrorException',
  'InternalFailure',
  'ServiceUnavailable',
  'TimeoutError',
  'ECONNRESET',
  'ECONNREFUSED',
  'EPIPE',
  'ETIMEDOUT',
]);

function mayPass(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (passing.has(error.name)) return true;
  if ('code' in error && typeof error.code === 'string' && passing.has(error.code)) return true;
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null)
    return false;
  const status = 'httpStatusCode' in error.$metadata ? error.$metadata.httpStatusCode : undefined;
  return typeof status === 'number' && status >= 500;
}
