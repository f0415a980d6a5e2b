/**
 * The same questions for terminals that cannot move the cursor (TERM=dumb: editors, screen readers).
 * Uses numbered lists, and an answer on one line. The terminal itself edits and echoes it.
 */
import { createInterface } from 'node:readline';
import { StringDecoder } from 'node:string_decoder';
import { CancelledError } from '../../../core/errors.ts';
import { guarded } from '../../../core/printable.ts';
import type { Io } from '../io.ts';
import { alone, Back, type Choice, type Prompts } from '../questions.ts';
import { aligned, fitted } from '../style.ts';

const cancelled = (): CancelledError =>
  new CancelledError('Cancelled. Nothing was changed.', { code: 'CANCELLED' });

/** Reads one line of standard input. The end of input cancels, like Ctrl-C. */
function readLine({ stdin, interrupt }: Io): Promise<string> {
  return new Promise((resolve, reject) => {
    const lines = createInterface({ input: stdin, terminal: false, signal: interrupt.signal });
    lines.once('line', (line) => {
      resolve(line);
      lines.close();
    });
    lines.once('close', () => reject(cancelled())); // has no effect after an answer
  });
}

/** Columns before a name: its number, and an x. */
const before = '  10. [x] '.length;

const numberedIn = (choices: readonly Choice<string>[], width: number): string =>
  aligned(choices, width - before)
    .map(({ name, checked }, index) => `  ${index + 1}. ${checked ? '[x] ' : ''}${name}`)
    .join('\n');

/** The choices with these numbers. Undefined if any number is invalid. */
function chosen<T>(numbers: string, choices: readonly T[]): T[] | undefined {
  const picked = numbers.split(/[\s,]+/).map((word) => choices[Number(word) - 1]);
  return picked.every((choice) => choice !== undefined) ? picked : undefined;
}

const back = 'back';

export function linePrompts(io: Io): Prompts {
  const width = (): number => io.stderr.columns ?? Number.POSITIVE_INFINITY;
  const shown = (text: string): string => fitted(guarded(text, true), width());
  const numbered = (choices: readonly Choice<string>[]): string => numberedIn(choices, width());
  const say = (text: string): void => {
    io.stderr.write(`${shown(text)}\n`);
  };
  let hasHint = false;
  /** Throws Back for the word "back": such a terminal sends no Esc. */
  const ask = async (question: string): Promise<string> => {
    if (!hasHint) say(`  ${back}  goes back one question.`);
    hasHint = true;
    io.stderr.write(`${shown(question)} `);
    const line = await readLine(io);
    if (line.trim().toLowerCase() === back) throw new Back(back);
    return line;
  };

  /** Asks for a number in the list, or words that match exactly one choice. */
  async function choose(
    shown: readonly Choice<string>[],
    source: Parameters<Prompts['pick']>[0]['source'],
    otherwise: string,
  ): Promise<string> {
    const answer = (await ask('  Number, or words to search for:')).trim();
    const [byNumber] = chosen(answer, shown) ?? [];
    if (byNumber !== undefined) return byNumber.value;
    const matches = await source(answer === '' ? undefined : answer);
    const [only] = matches;
    if (only !== undefined && matches.length === 1) return only.value;
    say(matches.length === 0 ? `  ✖ No match. ${otherwise}` : numbered(matches));
    return choose(matches.length === 0 ? shown : matches, source, otherwise);
  }

  return alone({
    begin: () => undefined,
    say,
    async choose({ message, choices, preselected = choices[0]?.value }) {
      const standard = choices.findIndex(({ value }) => value === preselected) + 1;
      say(`? ${message}\n${numbered(choices)}`);
      for (;;) {
        const answer = (await ask(`  Number, or Enter for ${standard}:`)).trim();
        const [choice] = chosen(answer === '' ? String(standard) : answer, choices) ?? [];
        if (choice !== undefined) return choice.value;
        say(`  ✖ Enter a number from 1 to ${choices.length}`);
      }
    },
    async pick({ message, otherwise = 'Enter a number from the list', source, validate }) {
      for (;;) {
        const all = await source(undefined);
        say(`? ${message}\n${numbered(all)}`);
        const answer = await choose(all, source, otherwise);
        const verdict = await validate(answer);
        if (verdict === true) return answer;
        say(`  ✖ ${verdict}`);
      }
    },
    async input({ message, validate, check = async () => true }) {
      for (;;) {
        const answer = await ask(`? ${message}:`);
        const first = await validate(answer);
        const verdict = first === true ? await check(answer) : first;
        if (verdict === true) return answer;
        say(`  ✖ ${verdict}`);
      }
    },
    async many({ message, choices: given }) {
      const choices = given.toSorted((a, b) => (a.name < b.name ? -1 : 1));
      const ticked = choices.flatMap(({ value, checked }) => (checked ? [value] : []));
      const enter = ticked.length === 0 ? 'or Enter for none' : 'Enter for those with an x, or none';
      say(`? ${message}\n${numbered(choices)}`);
      for (;;) {
        const answer = (await ask(`  Numbers, ${enter}:`)).trim();
        if (answer === '') return ticked;
        if (answer === 'none') return [];
        const found = chosen(answer, choices);
        if (found !== undefined) return found.map(({ value }) => value);
        say(`  ✖ Enter numbers from 1 to ${choices.length}, such as 1, 2`);
      }
    },
    async confirm({ message, default: standard }) {
      for (;;) {
        const answer = (await ask(`? ${message} (${standard ? 'Y/n' : 'y/N'})`)).trim().toLowerCase();
        if (answer === '') return standard;
        if ('yes'.startsWith(answer)) return true;
        if ('no'.startsWith(answer)) return false;
        say('  ✖ Enter yes or no');
      }
    },
    async secret({ message }) {
      const reading = readSecret(io);
      io.stderr.write(`${shown(`? ${message} (not shown):`)} `);
      const answer = await reading;
      if (answer === undefined) throw cancelled();
      return answer;
    },
  });
}

const enter = ['\r', '\n'];
const erase = ['\b', '\u007f'];
/** Ctrl-C and Ctrl-D, which are only characters in raw mode. */
const giveUp = ['\u0003', '\u0004'];
const ends = [...enter, ...giveUp];

/** The typed keys after these key presses. */
function after(typed: readonly string[], keys: readonly string[]): readonly string[] {
  const [key, ...rest] = keys;
  if (key === undefined) return typed;
  return after(erase.includes(key) ? typed.slice(0, -1) : [...typed, key], rest);
}

/** Reads up to Enter. Undefined if the operator gave up. Echo is off before this function returns. */
function readSecret({ stdin, stderr }: Pick<Io, 'stdin' | 'stderr'>): Promise<string | undefined> {
  const decoder = new StringDecoder('utf8');
  let typed: readonly string[] = [];
  stdin.setRawMode?.(true);
  return new Promise((resolve) => {
    const finish = (answer: string | undefined): void => {
      stdin.removeListener('data', hear);
      stdin.removeListener('end', end);
      stdin.setRawMode?.(false);
      stdin.pause();
      stderr.write('\n');
      resolve(answer);
    };
    const end = (): void => finish(undefined);
    const hear = (data: Buffer): void => {
      const pressed = [...decoder.write(data)];
      const last = pressed.findIndex((key) => ends.includes(key));
      typed = after(typed, last === -1 ? pressed : pressed.slice(0, last));
      if (last !== -1) finish(enter.includes(pressed[last] ?? '') ? typed.join('') : undefined);
    };
    stdin.on('data', hear);
    stdin.once('end', end);
    stdin.resume();
  });
}
