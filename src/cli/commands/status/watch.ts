/** status --watch: reads the status again and again until Ctrl-C. */
import { toMigrateError } from '../../../aws/errors.ts';
import { type ExitKind, type MigrateError, UsageError } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { noteLine } from '../../terminal/format-event.ts';
import { openLive } from '../../terminal/live.ts';
import { type Document, errorText, withoutBusyLine } from '../../terminal/reporter.ts';
import type { Style } from '../../terminal/style.ts';
import { type Manner, type Reading, readStatus } from './reading.ts';
import { statusText } from './view.ts';

/** CloudWatch bills each metric that a reading asks for, and metrics change once a minute. */
const usualSeconds = 30;
const [fewest, most] = [5, 86_400];

/** The seconds between two readings. Undefined without the flag. */
export function parseWatch(given: unknown): number | undefined {
  if (given === undefined || given === false) return undefined;
  if (given === true) return usualSeconds;
  const seconds = typeof given === 'string' && /^\d{1,5}$/.test(given) ? Number(given) : 0;
  if (seconds >= fewest && seconds <= most) return seconds;
  throw new UsageError(
    `--watch must be a number of seconds from ${fewest} to ${most} (got ${JSON.stringify(given)})`,
    { code: 'BAD_INPUT', found: given },
  );
}

/** The latest successful reading. */
interface Latest extends Omit<Reading, 'verdict' | 'heard'> {
  /** Milliseconds since the epoch. */
  readonly at: number;
}

const iso = (at: number): string => new Date(at).toISOString();

/** Reads until Ctrl-C. A later reading that fails is reported, and the next one follows. The first one must succeed. */
export async function watchStatus(
  context: Context,
  given: Given,
  seconds: number,
  manner: Manner,
): Promise<ExitKind> {
  const { io, reporter } = context;
  const { JSON: json = false, VERBOSE: verbose = false, QUIET: quiet = false } = given.resolved.values;
  const live = openLive(io, { json, canRedraw: !verbose });
  const { signal } = io.interrupt;
  const configFile = given.configured?.file;

  const read = async (latest: Latest | undefined): Promise<Latest> => {
    const at = io.clock.now();
    const round = roundOf(context, latest === undefined);
    const inputs = latest === undefined ? given : await inputsAgain(round, given, latest);
    const reading = await readStatus(round, inputs, manner);
    return { ...reading, notes: quiet && !json ? [] : [...reading.heard, ...reading.notes], at };
  };

  /** Shows the next reading, or why it failed. Returns the latest one that succeeded. */
  const readAgain = async (latest: Latest): Promise<Latest> => {
    const next = await orFailure(read(latest));
    if (signal.aborted) return latest;
    if ('document' in next) {
      live.show(readingDocument(next, configFile, seconds));
      return next;
    }
    const shown = live.redraws ? latest : undefined;
    live.show(failureDocument(next, io.clock.now(), shown, seconds));
    return latest;
  };

  return io.interrupt.watching(async (): Promise<ExitKind> => {
    let latest = await read(undefined);
    reporter.stop(); // the spinner of the first reading
    live.show(readingDocument(latest, configFile, seconds));
    for (;;) {
      await io.clock.sleep(seconds * 1000, signal);
      if (signal.aborted) return 'ok';
      latest = await readAgain(latest);
    }
  });
}

/** A reading, or the reason why it failed. */
async function orFailure(reading: Promise<Latest>): Promise<Latest | MigrateError> {
  try {
    return await reading;
  } catch (error) {
    const failure = toMigrateError(error);
    if (failure === undefined) throw error;
    return failure;
  }
}

/** Shows no notes, because they belong to the reading. Later readings show no progress either. */
const roundOf = (context: Context, isFirst: boolean): Context => ({
  ...context,
  reporter: {
    ...context.reporter,
    ...(isFirst ? {} : withoutBusyLine),
    emit(event) {
      if (isFirst && event.type !== 'note') context.reporter.emit(event);
    },
  },
});

/** The inputs of a later reading, for the migration of the first one. Nothing is asked or searched twice. */
async function inputsAgain(
  context: Context,
  { mfaCode }: Given,
  { found }: Pick<Latest, 'found'>,
): Promise<Given> {
  const given = await loadInputs(context);
  const { values, ...rest } = given.resolved;
  return { ...given, mfaCode, prompts: undefined, resolved: { ...rest, values: { ...values, ...found } } };
}

const footer = (at: number, seconds: number, style: Style): string =>
  style.dim(`  Read at ${iso(at)}. Next reading in ${seconds} s. Ctrl-C ends.`);

const blockOf = ({ document, meaning, notes }: Latest, style: Style): string[] => [
  statusText(document, meaning, style),
  ...notes.map((note) => noteLine(note, style)),
];

const readingDocument = (latest: Latest, configFile: string | undefined, seconds: number): Document => ({
  json: {
    ...latest.document,
    at: iso(latest.at),
    ...(configFile === undefined ? {} : { configFile }),
    ...(latest.notes.length === 0 ? {} : { notes: latest.notes.map(({ type: _type, ...note }) => note) }),
  },
  text: (style) => [...blockOf(latest, style), '', footer(latest.at, seconds, style)].join('\n'),
});

/** @param latest stays on the screen. Undefined if nothing is redrawn. */
const failureDocument = (
  failure: MigrateError,
  at: number,
  latest: Latest | undefined,
  seconds: number,
): Document => ({
  json: { ok: false, command: 'status', at: iso(at), error: failure.toJSON() },
  text: (style) =>
    [
      ...(latest === undefined ? [] : [...blockOf(latest, style), '']),
      errorText(failure, style),
      ...(latest === undefined ? [] : [`    The status above is from ${iso(latest.at)}.`]),
      footer(at, seconds, style),
    ].join('\n'),
});
