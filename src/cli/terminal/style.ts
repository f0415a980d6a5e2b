/** Colors, signs, and line widths of terminal output. */

import picocolors from 'picocolors';
import type { Action } from '../../core/plan.ts';
import { guarded } from '../../core/printable.ts';
import { commandNames } from '../command-names.ts';
import { hasColor, type Io, type Out } from './io.ts';
import { hasLinks, link, outsideLinks, unstyled, withFindingLinks } from './links.ts';

export type Style = ReturnType<typeof makeStyle>;

/** The style for one stream, with the color and the links that it shows. */
export const styleOf = (stream: Out, env: Io['env'], isShow: boolean | undefined): Style =>
  makeStyle(hasColor(env, stream), stream, env, hasLinks(env, stream, isShow));

/** A pipe has unlimited width. A terminal has its current width. */
export function makeStyle(
  color: boolean,
  stream: { readonly columns?: number },
  env: Io['env'],
  showsLinks = false,
) {
  const paint = picocolors.createColors(color);
  const width = (): number => stream.columns ?? Number.POSITIVE_INFINITY;
  const safe = (block: string): string => outsideLinks(block, (text) => guarded(text, color));
  return {
    ...paint,
    get width(): number {
      return width();
    },
    /** Formats a block of text for this stream. */
    shown(block: string): string {
      const text = fitted(withNpxPrefix(safe(block), env), width());
      return showsLinks ? withFindingLinks(text) : text;
    },
    /** The same without line breaks at the width: for files, logs, and shell input. */
    unbroken: safe,
    /** The text with its commands as people type them. For text that is broken into lines before `shown`. */
    typed: (text: string): string => withNpxPrefix(text, env),
    /** The text as a link, if the stream shows links and there is an address. */
    link: (text: string, url: string | undefined): string =>
      showsLinks && url !== undefined ? link(text, url) : text,
    ok: paint.green('✔'),
    bad: paint.red('✖'),
    warn: paint.yellow('!'),
    sign: (action: Action): string => paintSign(paint, action),
  };
}

function paintSign(paint: ReturnType<typeof picocolors.createColors>, action: Action): string {
  switch (action) {
    case 'create':
      return paint.green('+');
    case 'update':
    case 'waiting':
      return paint.yellow('~');
    case 'remove':
      return paint.red('−');
    case 'foreign':
    case 'unknown':
      return paint.red('✖');
    default:
      return paint.dim('=');
  }
}

/** Columns that a text occupies. Colors and links occupy none. */
export const visible = (text: string): number => unstyled(text).length;

const startOf = (line: string): number => line.length - line.trimStart().length;

/** The column where wrapped text continues: below the last column, or below the text after a number. */
function columnOf(line: string): number {
  const columns = [...line.matchAll(/\S {2,}(?=\S)/g)].map(({ index, 0: gap }) => index + gap.length);
  const numbered = /^ *\d+\. /.exec(line)?.[0].length;
  return columns.findLast((column) => column <= 24) ?? numbered ?? startOf(line) + 2;
}

/** Splits between words, but not between a number and its unit. */
const betweenWords = /(?<=\S)(?= )(?!(?<=\d) (?:ms|s|min|MB|KB)\b)/;

/** A command with its flags and nothing else, for copying. A line break would end it. */
const commandLine = /^ *(npx )?cognito-migrate [a-z-]+( --[a-z-]+( ('[^']*'|[^-\s]\S*))?)+$/;

function fittedLine(line: string, width: number): string {
  if (visible(line) <= width || commandLine.test(line)) return line;
  const plain = unstyled(line);
  let column = Math.min(columnOf(plain), Math.floor(width / 2));
  const lines: string[] = [];
  let rest = '';
  for (const word of line.split(betweenWords)) {
    const next = word.trimStart();
    const isEmpty = unstyled(rest).trim() === '';
    if (isEmpty || visible(rest + word) <= width) rest += word;
    else {
      lines.push(rest);
      // A word that is too wide for its column (an ARN in a narrow terminal) gets the full width.
      // So does the rest of the line.
      if (column + visible(next) > width) column = Math.min(column, startOf(plain) + 2);
      rest = ' '.repeat(column) + next;
    }
  }
  return [...lines, rest].join('\n');
}

/** Breaks lines between words, before the terminal breaks them inside words. Keeps longer words whole. */
export const fitted = (block: string, width: number): string =>
  block
    .split('\n')
    .map((line) => fittedLine(line, width))
    .join('\n');

/** Arranges words in lines of at most `width` characters. Invisible characters (colors) do not count. */
export function wrapped(words: readonly string[], width: number, indent = '  ', gap = '  '): string {
  const lines: string[] = [];
  let line = '';
  for (const word of words) {
    const longer = line === '' ? word : `${line}${gap}${word}`;
    if (line !== '' && indent.length + visible(longer) > width) {
      lines.push(line);
      line = word;
    } else line = longer;
  }
  return [...lines, line].map((text) => `${indent}${text}`).join('\n');
}

const gap = '  ';

/**
 * Names with their details, which begin in the same column.
 * A name that leaves no room for its details does not move this column.
 */
export function aligned<T extends { readonly name: string; readonly details?: string }>(
  rows: readonly T[],
  width: number,
): T[] {
  const room = width - gap.length - Math.max(0, ...rows.map(({ details = '' }) => details.length));
  const fitting = rows.filter(({ name, details }) => details !== undefined && name.length <= room);
  const column = Math.max(0, ...fitting.map(({ name }) => name.length));
  return rows.map((row) => {
    const { name, details } = row;
    return details === undefined ? row : { ...row, name: `${name.padEnd(column)}${gap}${details}`.trimEnd() };
  });
}

/** A heading of several parts: on one line, or one line each if that is too long. */
export function heading(parts: readonly string[], style: Style): string {
  const line = `  ${parts.join('   ')}`;
  return visible(line) <= style.width ? line : parts.map((part) => `  ${part}`).join('\n');
}

/** For example: 0.4 s, 12 s, 2 min 5 s. */
export function duration(ms: number): string {
  if (ms < 10_000) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  return seconds < 120 ? `${seconds} s` : `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
}

/** Two columns. The first is as wide as its longest cell. */
export function columns(rows: readonly (readonly [string, string])[], indent = '  '): string {
  const width = Math.max(0, ...rows.map(([first]) => first.length));
  return rows.map(([first, second]) => `${indent}${first.padEnd(width)}  ${second}`.trimEnd()).join('\n');
}

/** A call of this program in a text. */
const call = new RegExp(
  `(?<![\\w./@-]|npx )cognito-migrate(?= (?:${commandNames.join('|')})(?![\\w-]))`,
  'g',
);

/**
 * The text with each call of this program as people type it: with npx, if npx runs it.
 * npm sets `npm_command` to the npm command in use. `exec` means npx.
 */
export const withNpxPrefix = (text: string, { npm_command }: Io['env']): string =>
  npm_command === 'exec' ? text.replace(call, 'npx cognito-migrate') : text;
