/**
 * The one line of a terminal that moves, below everything else: what is under way. It is gone while something is written or
 * asked, and for good once the program has said its last word.
 */
import ora from 'ora';
import { guarded } from '../../core/printable.ts';
import { hasColor, type Io } from './io.ts';

export interface Spinner {
  /** Says that this is under way, instead of what was said of it before. */
  show(name: string, text: string): void;
  /** That is over. */
  drop(name: string): void;
  /** Writes a line above the spinner; where a question is open, after its answer. */
  say(line: string): void;
  /** Nothing else is written until the question is answered. */
  whileAsking<T>(question: () => Promise<T>): Promise<T>;
  /** Nothing is under way any more, whatever goes on behind the scenes. */
  end(): void;
}

/** Most answers are there before. */
const unnoticedSeconds = 5;

export function makeSpinner(io: Io): Spinner {
  const color = hasColor(io, io.stderr) ? 'cyan' : false;
  // Whether this terminal is one for spinners is settled: ora would look at the environment of the process once more.
  const line = ora({ stream: io.stderr, prefixText: ' ', discardStdin: false, color, isEnabled: true });
  const underWay = new Map<string, string>();
  const kept: string[] = [];
  let isAsking = false;
  let isOver = false;
  let said = '';
  let saidAt = 0;
  let ticking: NodeJS.Timeout | undefined;

  /** A person can't tell a slow answer from a program that hangs, unless the line counts. A wait that counts itself ends so. */
  const silence = (): string => {
    const seconds = Math.floor((io.clock.now() - saidAt) / 1000);
    return seconds < unnoticedSeconds || / s$/.test(said) ? '' : ` · ${seconds} s`;
  };
  const draw = (): void => {
    const suffix = silence();
    const width = (io.stderr.columns ?? 80) - 6 - suffix.length;
    line.text = `${said.length > width ? `${said.slice(0, width - 1)}…` : said}${suffix}`;
  };

  /** A spinner that is not there needs no clearing away. */
  const halt = (): void => {
    clearInterval(ticking);
    ticking = undefined;
    if (line.isSpinning) line.stop();
  };
  const spin = (): void => {
    const text = guarded([...underWay.values()].join(' · '), false);
    if (text === '' || isAsking || isOver) {
      said = '';
      halt();
      return;
    }
    if (text !== said) saidAt = io.clock.now();
    said = text;
    draw();
    if (!line.isSpinning) line.start();
    ticking ??= setInterval(draw, 1000).unref();
  };
  const say = (text: string): void => {
    if (isAsking) {
      kept.push(text);
      return;
    }
    halt();
    io.stderr.write(`${text}\n`);
    spin();
  };
  return {
    say,
    show(name, text) {
      underWay.set(name, text);
      spin();
    },
    drop(name) {
      if (underWay.delete(name)) spin();
    },
    async whileAsking(question) {
      isAsking = true;
      halt();
      try {
        return await question();
      } finally {
        isAsking = false;
        for (const text of kept.splice(0)) say(text);
        spin();
      }
    },
    end() {
      isOver = true;
      halt();
    },
  };
}
