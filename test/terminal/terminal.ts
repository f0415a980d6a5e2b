/** The built program in a pseudo-terminal, and the screen that a person would see there. */
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { inject, onTestFinished } from 'vitest';

export interface Window {
  readonly cols?: number;
  readonly rows?: number;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string>>;
}

const keys = {
  enter: '\r',
  space: ' ',
  tab: '\t',
  all: 'a',
  invert: 'i',
  esc: '\u001b',
  up: '\u001b[A',
  down: '\u001b[B',
  backspace: '\u007f',
  'ctrl-c': '\u0003',
  'ctrl-d': '\u0004',
} as const;

export type Key = keyof typeof keys;

/** Longest wait for something to appear; reached only by a program that hangs. */
const patience = 15_000;

/**
 * Runs the program and says how it ended, in a sequence that no terminal shows. Then it waits: as long as somebody holds the
 * terminal open nothing of what was written is lost, however busy this process is.
 */
const told = 777;
const runAndTell = `trap : INT; "$0" "$@"; printf '\\033]${told};%s\\033\\\\' "$?"; exec sleep 600`;

interface Waiter {
  look(): void;
  giveUp(why: string): void;
}

export class Terminal {
  readonly #screen: InstanceType<typeof xterm.Terminal>;
  readonly #pty: ReturnType<typeof spawn>;
  readonly #waiters = new Set<Waiter>();
  #raw = '';
  #ending: string | undefined;
  #seen: string[] = [];
  readonly #ended: Promise<number>;

  constructor(file: string, argv: readonly string[], { cols = 80, rows = 40, cwd, env }: Window) {
    this.#screen = new xterm.Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true });
    this.#pty = spawn('/bin/sh', ['-c', runAndTell, file, ...argv], {
      name: env.TERM ?? 'xterm-256color',
      cols,
      rows,
      cwd,
      env,
    });
    this.#screen.onData((answer) => this.#pty.write(answer)); // what a terminal itself is asked
    this.#ended = new Promise((resolve) => {
      this.#screen.parser.registerOscHandler(told, (code) => {
        resolve(Number(code));
        this.#ending = `the program ended with ${code}`;
        return true;
      });
    });
    this.#pty.onData((data) => {
      this.#raw += data;
      this.#screen.write(data, () => this.#look());
    });
  }

  #look(): void {
    for (const waiter of this.#waiters) waiter.look();
    if (this.#ending !== undefined) for (const waiter of this.#waiters) waiter.giveUp(this.#ending);
  }

  /** Everything that was written, control sequences and all. */
  get raw(): string {
    return this.#raw.split(`\u001b]${told};`)[0] ?? '';
  }

  get columns(): number {
    return this.#screen.cols;
  }

  get isCursorVisible(): boolean {
    return this.#raw.lastIndexOf('\u001b[?25h') >= this.#raw.lastIndexOf('\u001b[?25l');
  }

  #read(joined: boolean): string[] {
    const { active } = this.#screen.buffer;
    const lines: string[] = [];
    for (let y = 0; y < active.length; y++) {
      const row = active.getLine(y);
      // A space at the edge of the terminal belongs to a line that goes on.
      const goesOn = joined && active.getLine(y + 1)?.isWrapped === true;
      const text = goesOn ? (row?.translateToString() ?? '') : (row?.translateToString(true).trimEnd() ?? '');
      if (joined && row?.isWrapped) lines.push(`${lines.pop() ?? ''}${text}`);
      else lines.push(text);
    }
    return lines.slice(0, lines.findLastIndex((line) => line !== '') + 1);
  }

  /** The rows of the screen and of what has scrolled away, as they stand there. */
  rows(): string[] {
    return this.#read(false);
  }

  /** The same with each line that the terminal itself had to break in one piece: what one copies. */
  lines(): string[] {
    return this.#read(true);
  }

  /**
   * The lines at the moment that was waited for, or at the end. By the time that a test goes on, the screen may be about to
   * be drawn again.
   */
  seen(): string[] {
    return this.#ending === undefined ? this.#seen : this.lines();
  }

  screen(): string {
    return this.rows().join('\n');
  }

  type(text: string): void {
    this.#pty.write(text);
  }

  press(...pressed: readonly Key[]): void {
    for (const key of pressed) this.type(keys[key]);
  }

  resize(cols: number, rows: number): void {
    this.#screen.resize(cols, rows);
    this.#pty.resize(cols, rows);
  }

  /** Waits until the screen has these words. Fails when the program ends without them. */
  waitFor(words: string | RegExp): Promise<void> {
    return new Promise((resolve, reject) => {
      const isThere = (): boolean =>
        typeof words === 'string' ? this.screen().includes(words) : words.test(this.screen());
      const finish = (settle: () => void): void => {
        clearTimeout(timer);
        this.#waiters.delete(waiter);
        settle();
      };
      const waiter: Waiter = {
        look: () => {
          if (!isThere()) return;
          this.#seen = this.lines();
          finish(resolve);
        },
        giveUp: (why) => finish(() => reject(new Error(`${why}, without ${words}:\n${this.screen()}`))),
      };
      const timer = setTimeout(() => waiter.giveUp('nothing more has happened'), patience);
      this.#waiters.add(waiter);
      waiter.look();
    });
  }

  /** The exit code, once everything that was written is on the screen. Fails when the program does not end. */
  async end(): Promise<number> {
    let timer: NodeJS.Timeout | undefined;
    const hanging = new Promise<never>((_resolve, reject) => {
      timer = setTimeout(() => reject(new Error(`the program does not end:\n${this.screen()}`)), patience);
    });
    return Promise.race([this.#ended, hanging]).finally(() => clearTimeout(timer));
  }

  close(): void {
    try {
      this.#pty.kill('SIGKILL');
    } catch {
      // It has ended.
    }
    this.#screen.dispose();
  }
}

/** Starts a program in a terminal, which is closed when the test is over. */
export function openFile(file: string, argv: readonly string[], window: Window): Terminal {
  const terminal = new Terminal(file, argv, window);
  onTestFinished(() => terminal.close());
  return terminal;
}

/** Starts the built program in a terminal. */
export const open = (argv: readonly string[], window: Window): Terminal =>
  openFile(process.execPath, [inject('program'), ...argv], window);
