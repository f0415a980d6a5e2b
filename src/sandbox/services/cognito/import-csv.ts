/**
 * The CSV file of an import job, cut into rows.
 * Developer Guide, "Importing users into user pools from a CSV file": UTF-8 without a byte order mark, no quotes, a
 * comma in a value as `\,`, at most 16,000 characters in a row and 500,000 rows. AWS documents no word for a file
 * that breaks these rules, and not what another backslash means.
 */

const mostRows = 500_000;
const mostCharacters = 16_000;
/** "The maximum CSV file size is 100 MB." */
export const mostBytes = 100 * 1024 * 1024;

export interface CsvRules {
  /** A backslash before another character than a comma: kept, dropped, or a fault of its row. */
  readonly backslash: 'kept' | 'dropped' | 'fails';
  /** A row with too few or too many values makes the whole file unreadable, or fails alone. */
  readonly brokenRow: 'fails-job' | 'fails-row';
}

export interface CsvRow {
  /** The first line of the file is the header, number 1. */
  readonly line: number;
  /** The values by their column. A text is the reason why the row cannot be imported. */
  readonly values: ReadonlyMap<string, string> | string;
}

/** A text is the reason why the whole file cannot be imported. */
export type CsvFile = readonly CsvRow[] | string;

/**
 * Reads a file.
 * @param columns those of GetCSVHeader. The file must have all of them, in any order, and no other.
 */
export function readCsv(bytes: Uint8Array, columns: readonly string[], rules: CsvRules): CsvFile {
  if (bytes.length > mostBytes) return 'The CSV file is larger than 100 MB.';
  const text = decode(bytes);
  if (text === undefined) return 'The CSV file is not in UTF-8.';
  const lines = text.split('\n');
  if (trimmed(lines.at(-1) ?? 'none') === '') lines.pop();
  const [head, ...rows] = lines;
  const header = head === undefined ? undefined : cells(head, rules);
  if (header === undefined || !isHeader(header, columns))
    return 'The header of the CSV file does not match the user pool.';
  if (rows.length > mostRows) return 'The CSV file has more than 500,000 rows.';
  const read = rows.map((row, index) => rowOf(row, index + 2, header, rules));
  const isBroken = read.some(({ values }) => values === brokenRow);
  if (isBroken && rules.brokenRow === 'fails-job') return 'The CSV file could not be parsed.';
  return read;
}

/** Keeps a byte order mark, which then belongs to the name of the first column. */
function decode(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const isHeader = (header: readonly string[], columns: readonly string[]): boolean =>
  header.length === columns.length && new Set(header).size === header.length
    ? columns.every((column) => header.includes(column))
    : false;

const brokenRow = 'The row does not have the columns of the header.';

function rowOf(row: string, line: number, header: readonly string[], rules: CsvRules): CsvRow {
  if (row.length > mostCharacters) return { line, values: 'The row is longer than 16,000 characters.' };
  const values = cells(row, rules);
  if (values === undefined) return { line, values: 'The row has an invalid backslash.' };
  if (values.length !== header.length) return { line, values: brokenRow };
  return { line, values: new Map(header.map((column, index) => [column, values[index] ?? ''])) };
}

/** Without the spaces around it. A byte order mark is no space here. */
const trimmed = (value: string): string => value.replaceAll(/^[ \t\r]+|[ \t\r]+$/g, '');

/** The values between commas, trimmed. Undefined for a backslash that the rules refuse. */
function cells(row: string, { backslash }: CsvRules): string[] | undefined {
  if (!row.includes('\\')) return row.split(',').map(trimmed);
  const found = [''];
  const append = (text: string): void => {
    found.push(`${found.pop() ?? ''}${text}`);
  };
  for (let at = 0; at < row.length; at += 1) {
    const character = row.charAt(at);
    if (character === ',') found.push('');
    else if (character !== '\\') append(character);
    else if (row.charAt(at + 1) === ',') {
      append(',');
      at += 1;
    } else if (backslash === 'fails') return undefined;
    else if (backslash === 'kept') append(character);
  }
  return found.map(trimmed);
}
