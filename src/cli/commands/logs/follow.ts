/** logs --follow: lists the function's outcomes as they happen, until Ctrl-C. */
import { isNamed, toMigrateError } from '../../../aws/errors.ts';
import type { LogTail } from '../../../aws/migration-log.ts';
import { type ExitKind, type MigrateError, UnhealthyError } from '../../../core/errors.ts';
import type { SignIns } from '../../../core/sign-ins-document.ts';
import type { Context } from '../../context.ts';
import { type Live, openLive } from '../../terminal/live.ts';
import { whyNothingText } from '../sign-ins/index.ts';
import type { Newest } from './newest.ts';
import { outcomeDocument } from './view.ts';

/** Milliseconds between two reads. After failures, the pause doubles up to the longest one. */
const pauseMs = 5_000;
const longestPauseMs = 60_000;

export interface FollowedLog {
  readonly tail: LogTail;
  /** Name of the log group. */
  readonly group: string;
}

export interface Followed {
  /** Opens the log of the migration with this name. Reads nothing. */
  readonly open: (name: string) => FollowedLog;
  readonly name: string;
  /** Finds the name of the migration if there is no log of that name. */
  readonly findName: () => Promise<string>;
  /** Keeps the outcomes to begin with. */
  readonly newest: Newest;
  /** Reads why nothing has reached the function so far. */
  readonly readSignIns: () => Promise<SignIns | undefined>;
  readonly isJson: boolean;
}

/** Follows the log until Ctrl-C. The first read must succeed. */
export function followLog(context: Context, followed: Followed): Promise<ExitKind> {
  const { io, reporter } = context;
  const { newest, readSignIns, isJson } = followed;
  const live = openLive(io, { json: isJson, canRedraw: false });
  return io.interrupt.watching(async (): Promise<ExitKind> => {
    const tail = await reporter.busy('Reading the log', () => readFirst(followed));
    const listed = newest.list();
    const signIns =
      listed.length > 0 || isJson ? undefined : await reporter.busy('Reading sign-ins', readSignIns);
    reporter.stop(); // the spinner
    for (const outcome of listed) live.show(outcomeDocument(outcome));
    if (signIns !== undefined)
      reporter.text(
        whyNothingText(signIns)
          .map((line) => `  ${line}`)
          .join('\n'),
      );
    await readOn(context, tail, isJson, live);
    return 'ok';
  });
}

/** Reads the log that exists: the one of the given name, or the one of the migration that was found. */
async function readFirst({ open, name, findName, newest }: Followed): Promise<LogTail> {
  const first = open(name);
  if (await isRead(first.tail, newest)) return first.tail;
  const found = await findName();
  const other = open(found);
  if (found !== name && (await isRead(other.tail, newest))) return other.tail;
  throw withoutLog(other.group);
}

/** Keeps the outcomes. False if the log group does not exist. */
async function isRead(tail: LogTail, newest: Newest): Promise<boolean> {
  try {
    for await (const outcome of tail.read()) newest.add(outcome);
    return true;
  } catch (error) {
    if (isNamed(error, 'ResourceNotFoundException')) return false;
    throw error;
  }
}

/** Reads again and again. The first of several failures in a row is reported, and so is their end. */
async function readOn({ io, reporter }: Context, tail: LogTail, isJson: boolean, live: Live): Promise<void> {
  const { clock, interrupt } = io;
  const say = (level: 'info' | 'warning', message: string): void =>
    reporter.emit({ type: 'note', level, message });
  let pause = pauseMs;
  for (;;) {
    await clock.sleep(pause, interrupt.signal);
    if (interrupt.signal.aborted) return;
    const failure = await tryRead(tail, live);
    if (interrupt.signal.aborted) return;
    if (failure === undefined) {
      if (pause > pauseMs) say('info', 'The log can be read again. No outcome was lost.');
      pause = pauseMs;
      continue;
    }
    if (pause === pauseMs) {
      say('warning', `${failure.message}\nReads are repeated until they succeed. Ctrl-C ends.`);
      if (isJson) live.show({ json: { ok: false, error: failure.toJSON() }, text: () => '' });
    }
    pause = Math.min(pause * 2, longestPauseMs);
  }
}

/** Shows what is new. Returns the failure, if the log could not be read to its end. */
async function tryRead(tail: LogTail, live: Live): Promise<MigrateError | undefined> {
  try {
    for await (const outcome of tail.read()) live.show(outcomeDocument(outcome));
    return undefined;
  } catch (error) {
    const failure = toMigrateError(error);
    if (failure === undefined) throw error;
    return failure;
  }
}

export const withoutLog = (group: string): UnhealthyError =>
  new UnhealthyError(`There is no log group ${group}: nothing is installed, or somebody deleted it`, {
    code: 'NOT_INSTALLED',
    found: group,
    hint: ['cognito-migrate status  shows which. cognito-migrate init  creates it.'],
  });
