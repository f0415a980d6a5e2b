/**
 * The channel for all output to people and scripts.
 * There are four kinds: terminal, plain lines, JSON, and lines of JSON.
 */
import type { MigrateError } from '../../core/errors.ts';
import type { Emit, Note } from '../../core/events.ts';
import type { OnProgress } from '../../core/step.ts';
import type { Io } from './io.ts';
import { type Style, styleOf } from './style.ts';

/** The result of a command: data for scripts, text for people. */
export interface Document {
  readonly json: object;
  text(style: Style): string;
  /** A file, or lines for a shell. Must not break at the width of the terminal. */
  readonly isVerbatim?: true;
  /** The text with `--quiet`. Undefined prints nothing. Without this, `text` prints. */
  readonly quietly?: (style: Style) => string | undefined;
  /** They follow the text, because the verdict comes first. In JSON, they precede the result. */
  readonly notes?: readonly Note[];
}

/**
 * Shows the text while the work runs, if someone watches and the work takes a while.
 * The work replaces the text with `onProgress`.
 */
export type Busy = <T>(text: string, work: (onProgress: OnProgress) => Promise<T>) => Promise<T>;

/** Keeps all other output off the terminal until the question has an answer. */
export type Asking = <T>(question: () => Promise<T>) => Promise<T>;

export interface Reporter {
  readonly style: Style;
  readonly emit: Emit;
  readonly busy: Busy;
  readonly asking: Asking;
  /** For people only. */
  text(block: string): void;
  /** What a question is about. Shown also with --quiet: nobody answers what they cannot see. */
  askAbout(block: string): void;
  /** Prints the result of the command on standard output. */
  data(document: Document): void;
  error(error: MigrateError): void;
  /** Ends spinners. Called once, whatever happened. */
  stop(): void;
}

/**
 * Shows what a question is about.
 * If nobody is asked, it is a text like others, which `--quiet` leaves out.
 */
export function showBefore(
  isAsked: boolean,
  { text, askAbout }: Pick<Reporter, 'text' | 'askAbout'>,
  block: string,
): void {
  const show = isAsked ? askAbout : text;
  show(block);
}

export interface Verbosity {
  readonly json: boolean;
  /** With `json`: prints each event when it happens. */
  readonly stream: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/**
 * For reporters without moving lines.
 * Shows no waits, and no output can come between question and answer.
 */
export const withoutBusyLine: Pick<Reporter, 'busy' | 'asking'> = {
  busy: (_text, work) => work(() => undefined),
  asking: (question) => question(),
};

/** Formats a result for standard output, which may be a file even if standard error is a terminal. */
export function documentText(document: Document, io: Io): string {
  const style = outStyle(io);
  return fittedText(document, document.text(style), style);
}

/** The same with `--quiet`. Undefined if there is nothing to print. */
export function quietText(document: Document, io: Io): string | undefined {
  const { quietly } = document;
  if (quietly === undefined) return documentText(document, io);
  const style = outStyle(io);
  const text = quietly(style);
  return text === undefined ? undefined : fittedText(document, text, style);
}

const outStyle = ({ stdout, env, isShow }: Io): Style => styleOf(stdout, env, isShow);

const fittedText = ({ isVerbatim }: Document, text: string, style: Style): string =>
  isVerbatim ? style.unbroken(text) : style.shown(text);

/**
 * Formats an error for people: the message, then one line per action.
 * A cancellation is not marked as a failure.
 */
export function errorText(error: MigrateError, style: Style): string {
  const [first = '', ...more] = error.text.split('\n');
  const lines = [
    error.kind === 'cancelled' ? `  ${first}` : `  ${style.bad} ${first}`,
    ...more.map((line) => `    ${line}`),
  ];
  return [...lines, ...[...error.hint, ...moreAbout(error)].map((line) => `    ${line}`)].join('\n');
}

const shownErrors = new WeakSet<MigrateError>();

/** Remembers that an error was shown before the program ends, so that it is not shown again. */
export const markShown = (error: MigrateError): unknown => shownErrors.add(error);

export const wasShown = (error: MigrateError): boolean => shownErrors.has(error);

/** Errors whose message says everything: a mistyped flag, a stop by the operator, our own bug. */
const plainCodes: ReadonlySet<MigrateError['code']> = new Set([
  'BAD_INPUT',
  'MISSING_INPUT',
  'BUG',
  'CANCELLED',
  'DECLINED',
]);

const moreAbout = ({ code }: MigrateError): string[] =>
  plainCodes.has(code) ? [] : [`cognito-migrate explain ${code}  says more.`];
