/** Renders sections of the documentation for a terminal. */
import { lexer, type Token, type Tokens } from 'marked';
import { type Style, visible, wrapped } from '../../terminal/style.ts';

/** The blocks between a heading and the next one of its level. */
export type Section = readonly Token[];

/** One row of a table. */
export interface TableRow {
  readonly table: Tokens.Table;
  /** The row as a separate table. */
  readonly markdown: string;
}

/** The section under a heading, without the heading. Undefined if the page has no such heading. */
export function sectionOf(page: string, heading: string): Section | undefined {
  const tokens = lexer(page);
  const start = tokens.findIndex((token) => isHeading(token) && token.text === heading);
  const first = tokens[start];
  if (first === undefined || !isHeading(first)) return undefined;
  const rest = tokens.slice(start + 1);
  const end = rest.findIndex((token) => isHeading(token) && token.depth <= first.depth);
  return end === -1 ? rest : rest.slice(0, end);
}

/** The first table row whose first cell has this word as code. */
export function rowOf(section: Section, word: string): TableRow | undefined {
  for (const table of section.filter(isTable)) {
    const index = table.rows.findIndex(([cell]) =>
      cell?.tokens.some((token) => isCode(token) && token.text === word),
    );
    const row = table.rows[index];
    if (row === undefined) continue;
    const lines = table.raw.trimEnd().split('\n');
    const markdown = [lines[0], lines[1], lines[index + 2]].join('\n');
    return { table: { ...table, rows: [row] }, markdown };
  }
  return undefined;
}

/** The source of the section. */
export const markdownOf = (section: Section): string =>
  section
    .map(({ raw }) => raw)
    .join('')
    .trim();

/** Renders the blocks of a section as lines. Long lines are broken by the reporter. */
export function rendered(section: Section, style: Style): string {
  return section
    .map((token) => block(token, style))
    .filter((text) => text !== '')
    .join('\n\n');
}

/** Renders one row of a table as `header  cell` lines, without its first cell. */
export const renderedRow = ({ table }: TableRow, style: Style): string => rowLines(table, style);

function rowLines({ header, rows: [row = []] }: Tokens.Table, style: Style): string {
  const cells = header
    .slice(1)
    .map((head, index) => [inline(head.tokens, style), cellText(row[index + 1], style)]);
  const width = Math.max(0, ...cells.map(([head = '']) => visible(head)));
  return cells
    .filter(([, cell]) => cell !== '' && cell !== '–')
    .map(([head = '', cell = '']) => `  ${style.dim(head)}${' '.repeat(width - visible(head))}  ${cell}`)
    .join('\n');
}

function block(token: Token, style: Style): string {
  if (isHeading(token)) return `  ${style.bold(inline(token.tokens, style))}`;
  if (isParagraph(token))
    return wrapped(
      style.typed(inline(token.tokens, style)).split(' '),
      Math.min(style.width, maxTextWidth),
      '  ',
      ' ',
    );
  if (isList(token)) return list(token, style, '  ');
  if (isTable(token)) return table(token, style);
  if (isCodeBlock(token)) return token.text.replaceAll(/^/gm, '    ');
  return '';
}

function list({ items, ordered, start }: Tokens.List, style: Style, indent: string): string {
  return items
    .map((item, index) => {
      const mark = ordered ? `${Number(start || 1) + index}. ` : '- ';
      const inner = item.tokens.map((token) => {
        if (isList(token)) return `\n${list(token, style, `${indent}  `)}`;
        return 'tokens' in token && token.tokens !== undefined ? inline(token.tokens, style) : '';
      });
      return `${indent}${mark}${inner.join('')}`;
    })
    .join('\n');
}

/** In columns. Longer lines are hard to read. */
const maxTextWidth = 100;

/** In columns. A pipe has no width, and wider lines are hard to read. */
const maxTableWidth = 120;

/** A table as columns if they fit, otherwise each row as a block. */
function table(token: Tokens.Table, style: Style): string {
  const lines = [token.header, ...token.rows].map((cells) => cells.map((cell) => cellText(cell, style)));
  const widths = token.header.map((_, column) =>
    Math.max(...lines.map((cells) => visible(cells[column] ?? ''))),
  );
  const total = widths.reduce((sum, width) => sum + width + 2, 2);
  if (total <= Math.min(style.width, maxTableWidth)) {
    const padded = (cells: readonly string[]): string =>
      cells
        .map((cell, column) => cell + ' '.repeat((widths[column] ?? 0) - visible(cell)))
        .join('  ')
        .trimEnd();
    const [head = [], ...rows] = lines;
    return [style.dim(padded(head)), ...rows.map(padded)].map((line) => `  ${line}`).join('\n');
  }
  return token.rows
    .map(
      (row) =>
        `  ${cellText(row[0], style)}\n${rowLines({ ...token, rows: [row] }, style).replaceAll(/^/gm, '  ')}`,
    )
    .join('\n');
}

const cellText = (cell: Tokens.TableCell | undefined, style: Style): string =>
  cell === undefined ? '' : inline(cell.tokens, style);

/** Text of a line. Links to pages of this documentation keep their text only. */
const inline = (tokens: readonly Token[], style: Style): string =>
  tokens.map((token) => span(token, style)).join('');

function span(token: Token, style: Style): string {
  if (isCode(token)) return style.isColorSupported ? style.cyan(token.text) : `\`${token.text}\``;
  if (isLink(token)) {
    const text = inline(token.tokens, style);
    return /^https?:/.test(token.href) && token.href !== token.text ? `${text} (${token.href})` : text;
  }
  if ('tokens' in token && token.tokens !== undefined) {
    const text = inline(token.tokens, style);
    return token.type === 'strong' ? style.bold(text) : text;
  }
  return 'text' in token ? String(token.text).replaceAll(/\s*\n\s*/g, ' ') : '';
}

const isHeading = (token: Token): token is Tokens.Heading => token.type === 'heading';
const isParagraph = (token: Token): token is Tokens.Paragraph => token.type === 'paragraph';
const isList = (token: Token): token is Tokens.List => token.type === 'list';
const isTable = (token: Token): token is Tokens.Table => token.type === 'table';
const isCodeBlock = (token: Token): token is Tokens.Code => token.type === 'code';
const isCode = (token: Token): token is Tokens.Codespan => token.type === 'codespan';
const isLink = (token: Token): token is Tokens.Link => token.type === 'link';
