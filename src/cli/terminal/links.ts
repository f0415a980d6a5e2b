/**
 * Links that a terminal opens, by the control sequence OSC 8.
 * Text from AWS or from users may hold such sequences too, so ours carry a random ID, and all others are escaped.
 * https://gist.github.com/egmontkob/eb114294efbcd5adb1944c9f3cb5feda
 */
import { randomBytes } from 'node:crypto';
import { stripVTControlCharacters } from 'node:util';
import { findingPlace, pageUrl } from '../../core/documentation.ts';
import { isFindingId } from '../../core/findings.ts';
import { printable } from '../../core/printable.ts';
import { type Io, isInCi, type Out } from './io.ts';

/** Unknown to anyone who could put text into a resource. */
const mark = randomBytes(8).toString('hex');
let count = 0;

const esc = '\u001b';
const close = `${esc}]8;;${esc}\\`;
/** One of our links, whole. */
const ownLink = new RegExp(`(${esc}\\]8;id=${mark}\\.\\d+;[!-~]+${esc}\\\\[^${esc}]*${esc}\\]8;;${esc}\\\\)`);
/** The beginning or the end of a link. */
const sequence = new RegExp(`${esc}\\]8;[^${esc}]*${esc}\\\\`, 'g');

/**
 * The text as a link. Each word is a link by itself, so that lines can break between them.
 * The ID tells the terminal that they belong together.
 */
export function link(text: string, url: string): string {
  if (!/^https:\/\/[!-~]+$/.test(url)) return text;
  count += 1;
  const open = `${esc}]8;id=${mark}.${count};${url}${esc}\\`;
  return printable(text)
    .split(' ')
    .map((word) => (word === '' ? '' : `${open}${word}${close}`))
    .join(' ');
}

/** Changes everything but our links. */
export const outsideLinks = (block: string, change: (text: string) => string): string =>
  block
    .split(ownLink)
    .map((part, index) => (index % 2 === 1 ? part : change(part)))
    .join('');

/** The text without colors and links. */
export const unstyled = (text: string): string => stripVTControlCharacters(text.replaceAll(sequence, ''));

/** Makes each ID of a finding a link to its page. */
export const withFindingLinks = (block: string): string =>
  outsideLinks(block, (text) =>
    text.replaceAll(/\bCM\d{3}\b/g, (id) => {
      const page = isFindingId(id) ? pageUrl(findingPlace(id)) : undefined;
      return page === undefined ? id : link(id, page);
    }),
  );

/**
 * Whether this stream shows links. Never in CI, in a pipe, or in a demo, whose resources are on no AWS.
 * FORCE_HYPERLINK turns them on in any other terminal, or off.
 */
export function hasLinks(env: Io['env'], stream: Out, isShow = false): boolean {
  if (isShow || stream.isTTY !== true || isInCi(env) || env.TERM === 'dumb') return false;
  if (env.FORCE_HYPERLINK) return !/^(0|false)$/i.test(env.FORCE_HYPERLINK);
  // Old versions of tmux and screen print parts of such sequences.
  if (env.TMUX || env.STY) return false;
  return env.WT_SESSION !== undefined || knowsLinks(env);
}

/** Terminals that show links, with the first version that does. */
const programs: ReadonlyMap<string, readonly [major: number, minor: number]> = new Map([
  ['iTerm.app', [3, 1]],
  ['WezTerm', [20200620, 0]],
  ['vscode', [1, 72]],
  ['ghostty', [0, 0]],
  ['zed', [0, 0]],
  ['WarpTerminal', [0, 0]],
]);

function knowsLinks({ TERM, TERM_PROGRAM, TERM_PROGRAM_VERSION, VTE_VERSION }: Io['env']): boolean {
  const least = programs.get(TERM_PROGRAM ?? '');
  if (least !== undefined) {
    const [major = 0, minor = 0] = (TERM_PROGRAM_VERSION ?? '').split(/[.-]/).map(Number);
    return major > least[0] || (major === least[0] && minor >= least[1]);
  }
  // VTE 0.50.0 crashes. 0.50.1 is written 5001.
  if (Number(VTE_VERSION) >= 5001) return true;
  return TERM === 'alacritty' || TERM === 'xterm-kitty' || TERM === 'xterm-ghostty' || TERM === 'foot';
}
