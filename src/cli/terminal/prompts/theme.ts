/**
 * How questions look. The prompts themselves break a line that is too wide anywhere, in the middle of an ID too: so what
 * they are given has been broken between words before.
 */
import { fitted, type Style, visible, wrapped } from '../style.ts';

/** Room for what is typed behind a question: an ID or a name, where there is room at all. */
const roomIn = (width: number): number => (width < 60 ? 8 : 24);
/** `? `, `✔ ` and what stands before a choice. */
const sign = 2;
const indent = ' '.repeat(sign);

type Keys = [key: string, action: string][];

/** Words in lines of this many columns, all but the first one indented. */
const broken = (text: string, width: number): string =>
  wrapped(text.split(' '), width, indent, ' ').slice(indent.length);

/** @param more keys that the question takes, beside those that every question of its kind does. */
export function promptTheme(style: Style, more: Keys = []) {
  /** Where the question ends, to see what fits behind it. */
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
        `${indent}${style.bad} ${broken(style.unbroken(text), style.width - sign)}`,
      defaultAnswer: (text: string): string => style.dim(`(${text})`),
      highlight: (text: string): string => style.cyan(text),
      disabled: (text: string): string => style.dim(`${indent}${broken(text, style.width)}`),
      searchTerm: (text: string): string => style.cyan(text),
      description: (text: string): string =>
        style.dim(fitted(`${indent}${style.unbroken(text)}`, style.width)),
      keysHelpTip: (keys: Keys): string =>
        style.dim(
          fitted(`${indent}${[...keys, ...more].map((pair) => pair.join(' ')).join(' • ')}`, style.width),
        ),
    },
  };
}

/** What a choice is called, in as many lines as it needs. @param before columns of what stands before it. */
export const choiceText = (name: string, columns: number, before: number): string =>
  fitted(`${' '.repeat(before)}${name}`, columns).slice(before);
