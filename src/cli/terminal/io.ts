/** Everything that the program touches outside itself, in one place, so that tests can give another. */
import { type Clock, systemClock } from '../../aws/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { Interrupt } from './interrupt.ts';

/** A stream that may be a terminal. */
export type Out = NodeJS.WritableStream & { readonly isTTY?: boolean; readonly columns?: number };

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data. */
  readonly stdout: Out;
  /** Everything else: progress, questions, errors. */
  readonly stderr: Out;
  readonly stdin: NodeJS.ReadableStream & { readonly isTTY?: boolean; setRawMode?(isRaw: boolean): unknown };
  readonly clock: Clock;
  readonly interrupt: Interrupt;
  /** Where the function's code is; absent: where the build put it. */
  readonly handlerZip?: URL;
  /** Longest wait for one answer of AWS, in milliseconds; absent: what is right for the real one. */
  readonly requestTimeout?: number;
  /** Is told each AWS call too: for a command that runs other commands in this process. */
  readonly watch?: Emit;
  /** All is on a local AWS that is gone in a moment: no command can look at it afterwards, so none is named. */
  readonly isShow?: true;
}

/** A person is there to answer: both ends are a terminal, and no CI runs this. */
export const isAttended = (io: Io): boolean =>
  io.stderr.isTTY === true && io.stdin.isTTY === true && !isInCi(io);

/** Nobody watches, whatever the streams look like. */
export const isInCi = ({ env }: Pick<Io, 'env'>): boolean => isYes(env.CI);

/** Colour on this stream, as no-color.org and force-color.org say. */
export function hasColor({ env }: Pick<Io, 'env'>, stream: Out): boolean {
  if (env.NO_COLOR) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

const isYes = (value: string | undefined): boolean => value !== undefined && !/^(|0|false)$/i.test(value);

/** The real one. */
export const processIo = (interrupt: Interrupt): Io => ({
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  // Node opens it at the first look, which most runs never take.
  get stdin() {
    return process.stdin;
  },
  clock: systemClock,
  interrupt,
});
