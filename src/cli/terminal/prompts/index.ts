/** The questions in a terminal that can move its cursor. */
import { hasColor, type Io } from '../io.ts';
import { alone, type Choice, type Prompts, type Verdict } from '../questions.ts';
import type { Asking } from '../reporter.ts';
import { aligned, fitted, makeStyle, type Style, visible, wrapped } from '../style.ts';
import { asker, type Context, clearedOnceAnswered, type Library } from './ask.ts';

/** A placeholder in the list of choices, which people cannot choose. */
const nothing = (otherwise: string) => ({ value: '', name: 'No match.', disabled: otherwise });

interface Checking {
  /** Formats an answer after people give it. */
  readonly shown?: (answer: string) => string;
  readonly check: (answer: string) => Promise<Verdict>;
}

type Theme = ReturnType<typeof promptTheme>;

/** Shows no tick for an answer, because it may still be wrong. */
const unticked = (theme: Theme): Theme => ({
  ...theme,
  prefix: { ...theme.prefix, done: theme.prefix.idle },
});

/** Questions in this terminal. Ctrl-C or the end of standard input cancels the whole program. Esc goes back. */
export function terminalPrompts(io: Io, asking: Asking): Prompts {
  const { ask, begin } = asker(io, asking);
  const style = makeStyle(hasColor(io.env, io.stderr), io.stderr, io.env);
  const theme = promptTheme(style);
  const manyTheme = {
    ...theme,
    style: {
      ...theme.style,
      renderSelectedChoices: (chosen: readonly { short: string }[]): string =>
        chosen.map(({ short }) => short).join(', ') || 'none',
    },
  };
  /** @param before columns before each choice. */
  const rowsOf = (choices: readonly Choice<string>[], before: number) => {
    const safe = choices.map((choice) => ({
      ...choice,
      short: style.unbroken(choice.short ?? choice.name),
      name: style.unbroken(choice.name),
      ...(choice.details === undefined ? {} : { details: style.unbroken(choice.details) }),
    }));
    return aligned(safe, style.width - before).map((row) => ({
      ...row,
      name: choiceText(row.name, style.width, before),
    }));
  };
  const say = (text: string): void => {
    io.stderr.write(`${style.shown(text)}\n`);
  };
  /**
   * Asks until the answer is right. Only then does the answer get its tick.
   * Clears the question during the check, because a wait or another question may show there.
   */
  const untilRight = async (
    message: string,
    question: (lib: Library, context: Context, before: string | undefined) => Promise<string>,
    { shown = (answer) => answer, check }: Checking,
  ): Promise<string> => {
    let before: string | undefined;
    for (;;) {
      const answer = await ask((lib, context) => question(lib, context, before));
      const verdict = await check(answer);
      const sign = verdict === true ? theme.prefix.done : theme.prefix.idle;
      const asked = theme.style.message(message, 'done');
      io.stderr.write(`${sign} ${asked} ${theme.style.answer(shown(answer))}\n`);
      if (verdict === true) return answer;
      say(`  ${style.bad} ${verdict}`);
      before = answer;
    }
  };
  return alone({
    begin,
    say,
    pick({ message, typing = 'search', otherwise, preselected, hasIds = false, source, validate }) {
      const rows = new Rows(hasIds);
      const question = (lib: Library, context: Context): Promise<string> => {
        const answered = clearedOnceAnswered(context);
        const found = async (typed: string | undefined) => {
          const completed = rows.valueOf(typed);
          if (completed !== undefined) retype(context.input, completed);
          const choices = rowsOf(await source(completed ?? typed), 2);
          rows.add(choices);
          return choices.length > 0 || otherwise === undefined ? choices : [nothing(otherwise)];
        };
        return lib.search<string>(
          {
            message,
            source: found,
            // A validator that rejects would complete the typed text instead of showing the problem.
            validate: answered.now,
            ...(preselected === undefined ? {} : { default: preselected }),
            pageSize: 8,
            theme: unticked(promptTheme(style, [['type', typing]])),
          },
          answered.context,
        );
      };
      return untilRight(message, question, {
        shown: (answer) => rows.shortOf(answer),
        check: validate,
      });
    },
    choose: ({ message, choices, preselected }) =>
      ask((lib, context) =>
        lib.select<string>(
          {
            message,
            choices: rowsOf(choices, 2),
            ...(preselected === undefined ? {} : { default: preselected }),
            theme,
          },
          context,
        ),
      ),
    input({ message, validate, check }) {
      if (check === undefined) return ask((lib, context) => lib.input({ message, validate, theme }, context));
      return untilRight(
        message,
        (lib, context, before) => {
          const answered = clearedOnceAnswered(context);
          const checked = async (answer: string): Promise<Verdict> => {
            const verdict = await validate(answer);
            return verdict === true ? answered.now() : verdict;
          };
          const again = before === undefined ? {} : ({ default: before, prefill: 'editable' } as const);
          return lib.input(
            { message, validate: checked, ...again, theme: unticked(theme) },
            answered.context,
          );
        },
        { check },
      );
    },
    many: ({ message, choices }) =>
      ask((lib, context) => {
        const shown = rowsOf(choices, 3).sort((a, b) => (a.name < b.name ? -1 : 1));
        return lib.checkbox<string>({ message, choices: shown, pageSize: 12, theme: manyTheme }, context);
      }),
    confirm: (question) => ask((lib, context) => lib.confirm({ ...question, theme }, context)),
    // Shows not even its length, and no key reveals it.
    secret: ({ message }) =>
      ask((lib, context) => lib.password({ message, toggleMask: false, theme }, context)),
  });
}

/** The choices that a list has shown. */
class Rows {
  readonly #shorts = new Map<string, string>();
  readonly #values = new Map<string, string>();
  readonly #hasIds: boolean;

  constructor(hasIds: boolean) {
    this.#hasIds = hasIds;
  }

  add(choices: readonly Choice<string>[]): void {
    for (const { value, name, short = value } of choices) {
      this.#shorts.set(value, short);
      if (this.#hasIds && value !== name) this.#values.set(name, value);
    }
  }

  shortOf(value: string): string {
    return this.#shorts.get(value) ?? value;
  }

  /** The value of the choice whose whole row this is. Undefined if it is no row. */
  valueOf(row: string | undefined): string | undefined {
    return row === undefined ? undefined : this.#values.get(row);
  }
}

/**
 * Replaces what was typed, as Ctrl-U and these keys do.
 * Tab copies the whole row of a choice, which nobody can edit and which finds nothing.
 */
function retype(input: Context['input'], text: string): void {
  setImmediate(() => input.emit('data', Buffer.from(`\u0015${text}`)));
}

/** Columns for the typed text after a question: an ID or a name, if the terminal is wide enough. */
const roomIn = (width: number): number => (width < 60 ? 8 : 24);
/** Columns of `? `, `✔ `, and the marker before a choice. */
const signColumns = 2;
const indent = ' '.repeat(signColumns);

type Keys = [key: string, action: string][];

const backKeys: Keys = [['esc', 'back']];

/** Breaks text into lines of this many columns. Indents all lines but the first. */
const broken = (text: string, width: number): string =>
  wrapped(text.split(' '), width, indent, ' ').slice(indent.length);

/** @param more extra keys of this question, besides those of every question of its kind. */
function promptTheme(style: Style, more: Keys = []) {
  /** The question as shown, to measure the space after its end. */
  let asked = '';
  return {
    prefix: { idle: style.blue('?'), done: style.ok },
    style: {
      message(text: string, status: string): string {
        const { width } = style;
        const isOpen = status !== 'done';
        asked = broken(style.unbroken(text), isOpen ? width - roomIn(width) : width);
        return style.bold(asked);
      },
      answer(given: string): string {
        const text = style.unbroken(given);
        const last = `${indent}${asked}`.split('\n').at(-1) ?? '';
        const answer = broken(text, style.width);
        const fits = visible(`${last} ${text}`) <= style.width;
        return style.cyan(fits ? text : `\n${indent}${answer}`);
      },
      error: (text: string): string =>
        `${indent}${style.bad} ${broken(style.unbroken(text), style.width - signColumns)}`,
      defaultAnswer: (text: string): string => style.dim(`(${text})`),
      highlight: (text: string): string => style.cyan(text),
      disabled: (text: string): string => style.dim(`${indent}${broken(text, style.width)}`),
      searchTerm: (text: string): string => style.cyan(text),
      description: (text: string): string =>
        style.dim(fitted(`${indent}${style.unbroken(text)}`, style.width)),
      keysHelpTip: (keys: Keys): string =>
        style.dim(
          fitted(
            `${indent}${[...backKeys, ...keys, ...more].map((pair) => pair.join(' ')).join(' • ')}`,
            style.width,
          ),
        ),
    },
  };
}

/** The name of a choice, on as many lines as it needs. @param before columns before the name. */
const choiceText = (name: string, columns: number, before: number): string =>
  fitted(`${' '.repeat(before)}${name}`, columns).slice(before);
