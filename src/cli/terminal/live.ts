/**
 * Results that follow each other: lines of JSON, blocks of text, or one block that a terminal redraws in place.
 * For commands that run until Ctrl-C.
 */
import { jsonText } from '../../core/printable.ts';
import { type Io, isInCi } from './io.ts';
import { type Document, documentText } from './reporter.ts';
import { visible } from './style.ts';

export interface Live {
  /** Each document takes the place of the one before it. */
  readonly redraws: boolean;
  show(document: Document): void;
}

/** Rows that a text occupies. A terminal breaks longer lines at its width. */
const rowsOf = (text: string, width: number): number =>
  text.split('\n').reduce((rows, line) => rows + Math.max(1, Math.ceil(visible(line) / width)), 0);

/** The lines that fit. The cursor is in the row below them, and it cannot leave the window. */
function clipped(text: string, width: number, rows: number): string {
  if (rowsOf(text, width) < rows) return text;
  const lines: string[] = [];
  let used = 2; // the last line below, and the row of the cursor
  for (const line of text.split('\n')) {
    used += rowsOf(line, width);
    if (used > rows) break;
    lines.push(line);
  }
  return [...lines, '  …'].join('\n');
}

/**
 * Opens the output of one run.
 * @param canRedraw false if other lines come between the documents, or if each one stays.
 */
export function openLive(io: Io, args: { readonly json: boolean; readonly canRedraw: boolean }): Live {
  const { json, canRedraw } = args;
  const { stdout } = io;
  const canMove = stdout.isTTY === true && io.env.TERM !== 'dumb' && !isInCi(io.env);
  const redraws = canMove && canRedraw && !json;
  const width = (): number => stdout.columns ?? Number.POSITIVE_INFINITY;
  let last: string | undefined;
  const redraw = (document: Document): void => {
    const text = clipped(documentText(document, io), width(), stdout.rows ?? Number.POSITIVE_INFINITY);
    // Up to the first row of the block, then erase everything below.
    const back = last === undefined ? '' : `\u001b[${rowsOf(last, width())}A\r\u001b[J`;
    stdout.write(`${back}${text}\n`);
    last = text;
  };
  const append = (document: Document): void => {
    stdout.write(json ? `${jsonText(document.json)}\n` : `${documentText(document, io)}\n`);
  };
  return { redraws, show: redraws ? redraw : append };
}
