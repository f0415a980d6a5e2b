/** Where everything that a person or a script sees goes through. Four kinds: terminal, plain lines, JSON, lines of JSON. */
import type { MigrateError } from '../../core/errors.ts';
import type { Emit } from '../../core/events.ts';
import { hasColor, type Io } from './io.ts';
import { makeStyle, type Style } from './style.ts';

/** The result of a command: data for scripts, text for people. */
export interface Document {
  readonly json: object;
  text(style: Style): string;
  /** A file, or lines for a shell: not to be broken where the terminal's line ends. */
  readonly isVerbatim?: true;
}

/** Says something else of the same wait. */
export type Tell = (text: string) => void;

/** Says what is waited for until it is there; only where somebody watches, and not if it is there at once. */
export type Busy = <T>(text: string, work: (tell: Tell) => Promise<T>) => Promise<T>;

/** Keeps everything else off the terminal until a question is answered. */
export type Asking = <T>(question: () => Promise<T>) => Promise<T>;

export interface Reporter {
  readonly style: Style;
  readonly emit: Emit;
  readonly busy: Busy;
  readonly asking: Asking;
  /** For people only. */
  text(block: string): void;
  /** The command's result, on standard output. */
  data(document: Document): void;
  error(error: MigrateError): void;
  /** Ends spinners; called once, whatever happened. */
  stop(): void;
}

export interface Verbosity {
  readonly json: boolean;
  /** With json: as it happens. */
  readonly stream: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
}

/** Where nothing moves: a wait is not told of, and nothing comes in between a question and its answer. */
export const still: Pick<Reporter, 'busy' | 'asking'> = {
  busy: (_text, work) => work(() => undefined),
  asking: (question) => question(),
};

/** A result as it goes to standard output, which may be a file where standard error is a terminal. */
export function documentText(document: Document, io: Io): string {
  const style = makeStyle(hasColor(io, io.stdout), io.stdout, io.env);
  const text = document.text(style);
  return document.isVerbatim ? style.unbroken(text) : style.shown(text);
}

/** An error as people read it: what, then one line for each thing to do. What the person wanted to stop has not failed. */
export function errorText(error: MigrateError, style: Style): string {
  const [first = '', ...more] = error.text.split('\n');
  const lines = [
    error.kind === 'cancelled' ? `  ${first}` : `  ${style.bad} ${first}`,
    ...more.map((line) => `    ${line}`),
  ];
  return [...lines, ...error.hint.map((line) => `    ${line}`)].join('\n');
}
