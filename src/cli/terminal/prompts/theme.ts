/**
 * The appearance of questions. The prompts break long lines anywhere, even inside an ID.
 * So this module breaks their text between words first.
 */
import { fitted, type Style, visible, wrapped } from '../style.ts';

/** Columns for the typed text after a question: an ID or a name, if the terminal is wide enough. */
const roomIn = (width: number): number => (width < 60 ? 8 : 24);
/** Columns of `? `, `✔ `, and the marker before a choice. */
const signColumns = 2;
const indent = ' '.repeat(signColumns);

type Keys = [key: string, action: string][];

/** Breaks text into lines of this many columns. Indents all lines but the first. */
const broken = (text: string, width: number): string =>
  wrapped(text.split(' '), width, indent, ' ').slice(indent.length);

/** @param more extra keys of this question, besides those of every question of its kind. */
export function promptTheme(style: Style, more: Keys = []) {
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
          fitted(`${indent}${[...keys, ...more].map((pair) => pair.join(' ')).join(' • ')}`, style.width),
        ),
    },
  };
}

/** The name of a choice, on as many lines as it needs. @param before columns before the name. */
export const choiceText = (name: string, columns: number, before: number): string =>
  fitted(`${' '.repeat(before)}${name}`, columns).slice(before);
