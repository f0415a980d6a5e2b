/** All access to the outside world, in one place. Tests can replace it. */
import { type Clock, systemClock } from '../../aws/clock.ts';
import type { Emit } from '../../core/events.ts';
import type { Interrupt } from './interrupt.ts';

/** A stream that may be a terminal. */
export type Out = NodeJS.WritableStream & {
  readonly isTTY?: boolean;
  readonly columns?: number;
  readonly rows?: number;
};

export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Data. */
  readonly stdout: Out;
  /** Everything else: progress, questions, errors. */
  readonly stderr: Out;
  readonly stdin: NodeJS.ReadableStream & {
    readonly isTTY?: boolean;
    setRawMode?(isRaw: boolean): unknown;
    ref?(): unknown;
    unref?(): unknown;
  };
  readonly clock: Clock;
  readonly interrupt: Interrupt;
  /** The zip with the function's code. */
  readonly handlerZip: URL;
  /** The working folder, for files whose names the program chooses. */
  readonly folder: string;
  /** Maximum wait for one AWS response, in milliseconds. */
  readonly requestTimeout: number;
  /** Also receives each AWS call. For a command that runs other commands in this process. */
  readonly watch?: Emit;
  /** Everything is on a short-lived local AWS. No later command can read it, so messages suggest none. */
  readonly isShow?: true;
}

/** Whether a person can answer: both ends are a terminal, and this is not CI. */
export const isAttended = (io: Io): boolean =>
  io.stderr.isTTY === true && io.stdin.isTTY === true && !isInCi(io.env);

/** Whether this runs in CI, where no one watches, whatever the streams look like. */
export const isInCi = (env: Io['env']): boolean => isYes(env.CI);

/** Whether this stream gets color, as no-color.org and force-color.org define. */
export function hasColor(env: Io['env'], stream: Out): boolean {
  if (env.NO_COLOR || isYes(env.COGNITO_MIGRATE_NO_COLOR)) return false;
  if (env.FORCE_COLOR) return env.FORCE_COLOR !== '0';
  return stream.isTTY === true && env.TERM !== 'dumb';
}

/** The same without color. */
export const withoutColor = (io: Io): Io => ({
  env: { ...io.env, NO_COLOR: '1' },
  stdout: io.stdout,
  stderr: io.stderr,
  // Node opens stdin on first access.
  get stdin() {
    return io.stdin;
  },
  clock: io.clock,
  interrupt: io.interrupt,
  handlerZip: io.handlerZip,
  folder: io.folder,
  requestTimeout: io.requestTimeout,
  ...(io.watch && { watch: io.watch }),
  ...(io.isShow && { isShow: io.isShow }),
});

const isYes = (value: string | undefined): boolean => value !== undefined && !/^(|0|false)$/i.test(value);

/** The Io of this process. */
export const processIo = (interrupt: Interrupt): Io => ({
  env: process.env,
  stdout: process.stdout,
  stderr: process.stderr,
  // Node opens stdin on first access, and most runs never need it.
  get stdin() {
    return process.stdin;
  },
  clock: systemClock,
  interrupt,
  // Every module of the built program is one folder below dist/, where the zip is.
  handlerZip: new URL('../handler.zip', import.meta.url),
  folder: '.',
  // About half a minute, six times as long as a function may take. Two attempts end within a minute.
  requestTimeout: 28_000,
});
