/** The program in this process: arguments in, exit code and both streams out. */
import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, inject } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { Interrupt } from '../../src/cli/terminal/interrupt.ts';
import type { Io } from '../../src/cli/terminal/io.ts';
import { type FakeClock, fakeClock } from './clock.ts';

export interface FakeIoOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Both ends are a terminal. */
  readonly tty?: boolean;
  /** Both outputs are pipes, which have no width; absent: 120 columns. */
  readonly isPiped?: boolean;
  /** The program's clock. If absent, the program uses its own. */
  readonly clock?: FakeClock;
  readonly requestTimeout?: number;
  /** The function's code, where it is another than the built one. */
  readonly handlerZip?: URL;
  /** The working folder; absent: an empty one, which is removed after the tests. */
  readonly folder?: string;
}

class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns?: number;
  #text = '';

  constructor(isTTY: boolean, isPiped: boolean) {
    super({
      write: (chunk: Buffer, _encoding, done) => {
        this.#text += chunk.toString();
        done();
      },
    });
    this.isTTY = isTTY;
    if (!isPiped) this.columns = 120;
  }

  /** Like a process's own streams, it outlives whatever is piped into it. */
  override end(): this {
    return this;
  }

  cursorTo(x: number, y?: number): boolean {
    return cursorTo(this, x, y);
  }

  moveCursor(dx: number, dy: number): boolean {
    return moveCursor(this, dx, dy);
  }

  clearLine(direction: -1 | 0 | 1): boolean {
    return clearLine(this, direction);
  }

  get text(): string {
    return this.#text;
  }
}

export interface FakeIo {
  readonly io: Io;
  readonly stdin: PassThrough;
  /** Standard output and error so far, without colours. */
  out(): string;
  err(): string;
  /** The same with every control sequence. */
  rawOut(): string;
  rawErr(): string;
  /** Codes with which Ctrl-C has ended the program at once. */
  readonly exits: number[];
}

export function fakeIo(options: FakeIoOptions = {}): FakeIo {
  const { env = {}, tty = false, isPiped = false, clock = fakeClock(), requestTimeout = 28_000 } = options;
  const stdout = new Sink(tty, isPiped);
  const stderr = new Sink(tty, isPiped);
  const stdin = Object.assign(new PassThrough(), { isTTY: tty });
  const exits: number[] = [];
  const interrupt = new Interrupt(
    (code) => exits.push(code),
    (line) => stderr.write(`${line}\n`),
  );
  const { handlerZip = pathToFileURL(inject('handlerZip')) } = options;
  let { folder } = options;
  return {
    io: {
      ...{ env, stdout, stderr, stdin, clock, interrupt, handlerZip, requestTimeout },
      get folder() {
        folder ??= mkdtempSync(join(inject('folder'), 'run-'));
        return folder;
      },
    },
    stdin,
    out: () => stripVTControlCharacters(stdout.text),
    err: () => stripVTControlCharacters(stderr.text),
    rawOut: () => stdout.text,
    rawErr: () => stderr.text,
    exits,
  };
}

export interface CliResult {
  /** 130 where Ctrl-C has ended the program at once. */
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the program to its end. Whatever it was, no stack trace and no secret of these tests may be in its words. */
export async function runCli(
  argv: readonly string[],
  options: FakeIoOptions | FakeIo = {},
): Promise<CliResult> {
  const fake = 'io' in options ? options : fakeIo(options);
  const code = await main(argv, fake.io);
  const [stdout, stderr] = [fake.out(), fake.err()];
  expect(stdout + stderr).not.toMatch(/^\s+at .*(\.ts|\.js|node:)/m);
  expect(stdout + stderr).not.toMatch(/Old-password-of-ana|secretAccessKey|is a bug in/);
  return { code: fake.exits[0] ?? code, stdout, stderr };
}

/** Standard output as the one JSON document that it must be. */
export function json(result: CliResult): Record<string, unknown> {
  const document: unknown = JSON.parse(result.stdout);
  if (typeof document !== 'object' || document === null) throw new Error('not a JSON document');
  return { ...document };
}
