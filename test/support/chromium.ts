/** Headless Chromium, driven by its DevTools protocol over two pipes. It opens files of this machine only. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import type { Readable, Writable } from 'node:stream';
import { pathToFileURL } from 'node:url';
import { onTestFinished } from 'vitest';
import * as z from 'zod';
import { given } from './errors.ts';
import { systemEnv } from './run-program.ts';
import { tempFolder } from './temp.ts';

/** An answer has an ID, and an event has none. */
const Message = z.object({
  id: z.number().optional(),
  method: z.string().optional(),
  params: z.record(z.string(), z.unknown()).optional(),
  result: z.record(z.string(), z.unknown()).optional(),
  error: z.object({ message: z.string() }).optional(),
});
type Message = z.output<typeof Message>;

export interface BrowserEvent {
  readonly method: string;
  readonly params: Readonly<Record<string, unknown>>;
}

export interface Browser {
  /** All events so far, of every page. */
  readonly events: readonly BrowserEvent[];
  /** Opens the file in a page of this width, and waits until it is loaded. */
  open(
    file: string,
    view: { readonly width: number; readonly scheme: 'light' | 'dark' },
  ): Promise<BrowserPage>;
}

export interface BrowserPage {
  /** The value of an expression in the page. It must be JSON. */
  evaluate(expression: string): Promise<unknown>;
}

/** As root in a sandbox of another kind, Chromium has none of its own. It must not call home. */
const flags = [
  '--headless',
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
  '--remote-debugging-pipe',
];

/** Starts it for the rest of the test. */
export async function startChromium(path: string): Promise<Browser> {
  const profile = await tempFolder();
  const child = spawn(path, [...flags, `--user-data-dir=${profile}`], {
    env: { ...systemEnv(), HOME: profile },
    stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
  });
  onTestFinished(async () => {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill('SIGKILL');
    await once(child, 'close');
  });
  const connection = new Connection(asWritable(child.stdio[3]), asReadable(child.stdio[4]));
  child.once('close', () => connection.close());
  return {
    events: connection.events,
    async open(file, { width, scheme }) {
      const created = await connection.send('Target.createTarget', { url: 'about:blank' });
      const attached = await connection.send('Target.attachToTarget', {
        targetId: created.targetId,
        flatten: true,
      });
      const session = z.string().parse(attached.sessionId);
      const send = (method: string, params: object = {}) => connection.send(method, params, session);
      for (const domain of ['Page', 'Runtime', 'Log', 'Network']) await send(`${domain}.enable`);
      const size = { width, height: 800, deviceScaleFactor: 1, mobile: false };
      await send('Emulation.setDeviceMetricsOverride', size);
      const features = [{ name: 'prefers-color-scheme', value: scheme }];
      await send('Emulation.setEmulatedMedia', { features });
      const isLoaded = connection.next('Page.loadEventFired');
      await send('Page.navigate', { url: pathToFileURL(file).href });
      await isLoaded;
      return {
        async evaluate(expression) {
          const answer = await send('Runtime.evaluate', { expression, returnByValue: true });
          const Evaluated = z.object({
            result: z.object({ value: z.unknown() }),
            exceptionDetails: z.object({ text: z.string() }).optional(),
          });
          const { result, exceptionDetails } = Evaluated.parse(answer);
          if (exceptionDetails !== undefined) throw new Error(exceptionDetails.text);
          return result.value;
        },
      };
    },
  };
}

type Pipe = Readable | Writable | null | undefined;

function asWritable(pipe: Pipe): Writable {
  if (pipe && 'write' in pipe) return pipe;
  throw new Error('Chromium has no pipe for commands');
}

function asReadable(pipe: Pipe): Readable {
  if (pipe && 'read' in pipe) return pipe;
  throw new Error('Chromium has no pipe for answers');
}

interface Waiting {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: Error) => void;
}

/** Messages in JSON, each with a zero byte at its end. */
class Connection {
  readonly events: BrowserEvent[] = [];
  readonly #input: Writable;
  readonly #waiting = new Map<number, Waiting>();
  readonly #listeners = new Set<{ readonly method: string } & Waiting>();
  #rest = '';
  #last = 0;

  constructor(input: Writable, output: Readable) {
    this.#input = input;
    output.setEncoding('utf8');
    output.on('data', (chunk: string) => {
      const messages = `${this.#rest}${chunk}`.split('\0');
      this.#rest = messages.pop() ?? '';
      for (const text of messages) this.#receive(Message.parse(JSON.parse(text)));
    });
    input.on('error', () => this.close());
  }

  #receive({ id, method, params = {}, result = {}, error }: Message): void {
    if (id === undefined) {
      const event = { method: given(method, 'method'), params };
      this.events.push(event);
      for (const listener of this.#listeners) if (listener.method === method) listener.resolve(params);
      return;
    }
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    if (error === undefined) waiting?.resolve(result);
    else waiting?.reject(new Error(error.message));
  }

  send(method: string, params: object, sessionId?: string): Promise<Readonly<Record<string, unknown>>> {
    this.#last += 1;
    const id = this.#last;
    const message = { id, method, params, ...(sessionId === undefined ? {} : { sessionId }) };
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject });
      this.#input.write(`${JSON.stringify(message)}\0`);
    });
  }

  /** The next event of this kind. */
  next(method: string): Promise<Readonly<Record<string, unknown>>> {
    return new Promise((resolve, reject) => {
      const listener: { readonly method: string } & Waiting = {
        method,
        resolve: (params) => {
          this.#listeners.delete(listener);
          resolve(params);
        },
        reject,
      };
      this.#listeners.add(listener);
    });
  }

  close(): void {
    const gone = new Error('Chromium has ended');
    for (const waiting of [...this.#waiting.values(), ...this.#listeners]) waiting.reject(gone);
    this.#waiting.clear();
    this.#listeners.clear();
  }
}
