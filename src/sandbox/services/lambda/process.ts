/** One execution environment of a function: a child process that handles one event at a time. */
import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface ProcessError {
  readonly errorType: string;
  readonly errorMessage: string;
  readonly trace: readonly string[];
}

export interface Finished {
  readonly payload: string | undefined;
  readonly error: ProcessError | undefined;
  readonly lines: readonly string[];
}

interface Waiting {
  readonly id: string;
  readonly resolve: (finished: Finished) => void;
  message: { readonly payload: string | undefined; readonly error: ProcessError | undefined } | undefined;
  ends: number;
}

const text = (value: unknown): string | undefined => (typeof value === 'string' ? value : undefined);

function readError(value: unknown): ProcessError | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const member = (name: string): unknown => Object.entries(value).find(([key]) => key === name)?.[1];
  const trace = member('trace');
  return {
    errorType: text(member('errorType')) ?? 'Error',
    errorMessage: text(member('errorMessage')) ?? '',
    trace: Array.isArray(trace) ? trace.map(String) : [],
  };
}

/** A running child process. */
export class FunctionProcess {
  readonly #child: ChildProcess;
  #lines: string[] = [];
  #waiting: Waiting | undefined;
  #exit: string | undefined;
  /** Resolves once the handler has loaded or failed to load. */
  readonly started: Promise<Finished>;

  constructor(bootstrapFile: string, folder: string, env: Readonly<Record<string, string>>) {
    this.#child = spawn(process.execPath, [bootstrapFile], {
      cwd: folder,
      env: { ...env },
      stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
      windowsHide: true,
    });
    this.started = this.#wait('init');
    this.#read(this.#child.stdout);
    this.#read(this.#child.stderr);
    this.#child.on('message', (message) => {
      const member = (name: string): unknown => Object.entries(message).find(([key]) => key === name)?.[1];
      if (!this.#waiting || this.#waiting.id !== member('id')) return;
      this.#waiting.message = { payload: text(member('payload')), error: readError(member('error')) };
      this.#settle();
    });
    this.#child.on('error', (error) => this.#ended(`error: ${error.message}`));
    // 'close' comes after the last output, but 'exit' can come before it.
    this.#child.on('close', (code, signal) =>
      this.#ended(signal === null ? `exit status ${code}` : `signal: ${signal}`),
    );
  }

  get alive(): boolean {
    return this.#exit === undefined;
  }

  /**
   * Passes an event to the handler.
   * @param context `deadline` is a real time, since functions run in real time. `now` is the time of the world.
   */
  run(
    id: string,
    payload: string,
    context: { readonly deadline: number; readonly arn: string; readonly now: number },
  ): Promise<Finished> {
    const finished = this.#wait(id);
    if (this.#child.connected) this.#child.send({ id, payload, ...context });
    return finished;
  }

  /** Returns and clears the lines since the last event, for an event that is abandoned. */
  takeLines(): readonly string[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** Ends the process. Resolves when it has ended. */
  async kill(): Promise<void> {
    if (!this.alive) return;
    const gone = new Promise<void>((resolve) => this.#child.once('close', () => resolve()));
    this.#child.kill('SIGKILL');
    await gone;
  }

  #wait(id: string): Promise<Finished> {
    return new Promise((resolve) => {
      this.#waiting = { id, resolve, message: undefined, ends: 0 };
      if (this.#exit !== undefined) this.#ended(this.#exit);
    });
  }

  #ended(exit: string): void {
    this.#exit = exit;
    const waiting = this.#waiting;
    if (!waiting) return;
    const error: ProcessError = {
      errorType: 'Runtime.ExitError',
      errorMessage: `RequestId: ${waiting.id} Error: Runtime exited with error: ${exit}`,
      trace: [],
    };
    waiting.message ??= { payload: undefined, error };
    waiting.ends = 2;
    this.#settle();
  }

  /** Completes an event once its result and the end marks of both outputs have arrived. */
  #settle(): void {
    const waiting = this.#waiting;
    if (!waiting?.message || waiting.ends < 2) return;
    this.#waiting = undefined;
    waiting.resolve({ ...waiting.message, lines: this.takeLines() });
  }

  #read(stream: Readable | null): void {
    let rest = '';
    stream?.setEncoding('utf8');
    stream?.on('data', (chunk: string) => {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop() ?? '';
      for (const line of lines) this.#line(line);
    });
    stream?.on('end', () => {
      if (rest !== '') this.#lines.push(rest);
    });
  }

  #line(line: string): void {
    const mark = line.indexOf('\u0000');
    if (mark < 0) {
      this.#lines.push(line);
      return;
    }
    if (mark > 0) this.#lines.push(line.slice(0, mark));
    if (this.#waiting && line.slice(mark + 1) === this.#waiting.id) {
      this.#waiting.ends += 1;
      this.#settle();
    }
  }
}
