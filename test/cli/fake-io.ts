/** The program in this process: arguments in, exit code and both streams out. */
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { PassThrough, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { stripVTControlCharacters } from 'node:util';
import { expect, inject } from 'vitest';
import { main } from '../../src/cli/program.ts';
import { Interrupt } from '../../src/cli/terminal/interrupt.ts';
import type { Io } from '../../src/cli/terminal/io.ts';
import { fakeClock } from '../support/clock.ts';

export interface FakeIoOptions {
  readonly env?: Readonly<Record<string, string>>;
  /** Both ends are a terminal. */
  readonly tty?: boolean;
}

class Sink extends Writable {
  readonly isTTY: boolean;
  readonly columns = 120;
  #text = '';

  constructor(isTTY: boolean) {
    super({
      write: (chunk: Buffer, _encoding, done) => {
        this.#text += chunk.toString();
        done();
      },
    });
    this.isTTY = isTTY;
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

export function fakeIo({ env = {}, tty = false }: FakeIoOptions = {}): FakeIo {
  const stdout = new Sink(tty);
  const stderr = new Sink(tty);
  const stdin = Object.assign(new PassThrough(), { isTTY: tty });
  const exits: number[] = [];
  const interrupt = new Interrupt(
    (code) => exits.push(code),
    (line) => stderr.write(`${line}\n`),
  );
  const handlerZip = pathToFileURL(inject('handlerZip'));
  return {
    io: { env, stdout, stderr, stdin, clock: fakeClock(), interrupt, handlerZip, requestTimeout: 28_000 },
    stdin,
    out: () => stripVTControlCharacters(stdout.text),
    err: () => stripVTControlCharacters(stderr.text),
    rawOut: () => stdout.text,
    rawErr: () => stderr.text,
    exits,
  };
}

export interface CliResult {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs the program to its end. Whatever it was, no stack trace and no secret of these tests may be in its words. */
export async function cli(argv: readonly string[], options: FakeIoOptions | FakeIo = {}): Promise<CliResult> {
  const fake = 'io' in options ? options : fakeIo(options);
  const code = await main(argv, fake.io);
  const [out, err] = [fake.out(), fake.err()];
  expect(out + err).not.toMatch(/^\s+at .*(\.ts|\.js|node:)/m);
  expect(out + err).not.toMatch(/Old-password-of-ana|secretAccessKey|is a bug in/);
  return { code, out, err };
}

/** Standard output as the one JSON document that it must be. */
export function json(result: CliResult): Record<string, unknown> {
  const document: unknown = JSON.parse(result.out);
  if (typeof document !== 'object' || document === null) throw new Error('not a JSON document');
  return { ...document };
}
