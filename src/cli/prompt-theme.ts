/**
 * How questions look. The prompts themselves break a line that is too wide anywhere, in the middle of an ID too: so what
 * they are given has been broken between words before.
 */
import { fitted, type Style, visible, wrapped } from './render/style.ts';

/** Room for what is typed behind a question: an ID or a name, where there is room at all. */
const roomIn = (width: number): number => (width < 60 ? 8 : 24);
/** `? `, `✔ ` and what stands before a choice. */
const sign = 2;
const indent = ' '.repeat(sign);

type Keys = [key: string, action: string][];

/** Words in lines of this many columns, all but the first one indented. */
const broken = (text: string, width: number): string =>
  wrapped(text.split(' '), width, indent, ' ').slice(indent.length);

/** @param columns of the terminal at this moment: it can be made wider or narrower while a question waits. */
export function promptTheme(style: Style, columns: () => number, more: Keys = []) {
  /** Where the question ends, to see what fits behind it. */
  let asked = '';
  return {
    prefix: { idle: style.blue('?'), done: style.ok },
    style: {
      message(text: string, status: string): string {
        const width = columns();
        const isOpen = status !== 'done';
        asked = broken(text, isOpen ? width - roomIn(width) : width);
        return style.bold(asked);
      },
      answer(text: string): string {
        const last = `${indent}${asked}`.split('\n').at(-1) ?? '';
        const answer = broken(text, columns());
        const fits = visible(`${last} ${text}`) <= columns();
        return style.cyan(fits ? text : `\n${indent}${answer}`);
      },
      error: (text: string): string => `${indent}${style.bad} ${broken(text, columns() - sign)}`,
      defaultAnswer: (text: string): string => style.dim(`(${text})`),
      highlight: (text: string): string => style.cyan(text),
      disabled: (text: string): string => style.dim(`${indent}${broken(text, columns())}`),
      searchTerm: (text: string): string => style.cyan(text),
      description: (text: string): string => style.dim(fitted(`${indent}${text}`, columns())),
      keysHelpTip: (keys: Keys): string =>
        style.dim(
          fitted(`${indent}${[...keys, ...more].map((pair) => pair.join(' ')).join(' • ')}`, columns()),
        ),
    },
  };
}

/** What a choice is called, in as many lines as it needs. @param before columns of what stands before it. */
export const choiceText = (name: string, columns: number, before: number): string =>
  fitted(`${' '.repeat(before)}${name}`, columns).slice(before);
