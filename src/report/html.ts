/** HTML in which every value is escaped: names of pools and messages of AWS are text of strangers. */
import { printable } from '../core/printable.ts';

type Piece = { readonly markup: string } | { readonly text: string };

/** A part of a page. */
export class Html {
  readonly pieces: readonly Piece[];

  constructor(pieces: readonly Piece[]) {
    this.pieces = pieces;
  }

  /** @param shown changes each value before it is escaped, to hide what the page must not show. */
  toText(shown: (value: string) => string): string {
    return this.pieces
      .map((piece) => ('markup' in piece ? piece.markup : escaped(shown(printable(piece.text)))))
      .join('');
  }
}

/** Text and numbers are escaped. A list has its parts one after the other. Undefined is nothing. */
type Value = Html | string | number | undefined | readonly Value[];

/** A template whose values are escaped. An attribute must have quotes. */
export const html = (markup: TemplateStringsArray, ...values: readonly Value[]): Html =>
  new Html(markup.flatMap((text, index): readonly Piece[] => [{ markup: text }, ...piecesOf(values[index])]));

function piecesOf(value: Value): readonly Piece[] {
  if (value === undefined) return [];
  if (value instanceof Html) return value.pieces;
  if (typeof value === 'object') return value.flatMap(piecesOf);
  return [typeof value === 'number' ? { markup: String(value) } : { text: value }];
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
  '`': '&#96;',
};

const escaped = (text: string): string => text.replace(/[&<>"'`]/g, (sign) => entities[sign] ?? '');
