/** One user as a row of a file, in CSV or as one line of JSON. */
import { UsageError } from '../core/errors.ts';
import type { Classified } from './classify.ts';
import type { ListedUser } from './stream.ts';

/** Members of a user in the API, and the two that this program adds. */
const members = {
  Username: ({ userName }) => userName,
  Enabled: ({ enabled }) => String(enabled),
  UserStatus: ({ status }) => status,
  UserCreateDate: ({ createdAt }) => createdAt?.toISOString(),
  UserLastModifiedDate: ({ modifiedAt }) => modifiedAt?.toISOString(),
  State: (_user, { state }) => state,
  Reason: (_user, { reason }) => reason,
} as const satisfies Record<string, Cell>;

type Cell = (user: ListedUser, classified: Classified) => string | undefined;

/** The columns if none are chosen. */
export const usualColumns: readonly string[] = [
  'Username',
  'sub',
  'email',
  'phone_number',
  'Enabled',
  'UserStatus',
  'UserCreateDate',
  'State',
  'Reason',
];

const isMember = (name: string): name is keyof typeof members => Object.hasOwn(members, name);

/**
 * The columns of `--columns`. Throws UsageError for a name that no user of the pool can have.
 * @param source the flag or variable that gave the text.
 * @param attributes names in the schema of the old pool.
 */
export function parseColumns(
  { text, source }: { readonly text: string; readonly source: string },
  attributes: readonly string[],
): readonly string[] {
  const names = text.split(',').map((name) => name.trim());
  const known = [...Object.keys(members), ...attributes];
  const wrong = names.filter((name) => !known.includes(name));
  if (wrong.length === 0 && new Set(names).size === names.length) return names;
  const what =
    wrong.length === 0 ? 'a column is named twice' : `the old pool has no ${wrong.map(quoted).join(', ')}`;
  throw new UsageError(`${source}: ${what}`, {
    code: 'BAD_INPUT',
    expected: known,
    found: names,
    hint: [`Columns: ${known.join(', ')}`],
  });
}

const quoted = (name: string): string => JSON.stringify(name);

export const formats = ['csv', 'ndjson'] as const;
export type Format = (typeof formats)[number];

/** The format that the ending of a file names, otherwise CSV. */
export const formatByEnding = (file: string): Format => (/\.(ndjson|jsonl)$/i.test(file) ? 'ndjson' : 'csv');

/** The text before the first line, and a line for each list of cells. */
export interface LineWriter {
  readonly head: string;
  line(cells: readonly (string | undefined)[]): string;
}

export function lineWriter(format: Format, columns: readonly string[]): LineWriter {
  if (format === 'csv')
    return { head: csvLine(columns), line: (cells) => csvLine(cells.map((cell = '') => guarded(cell))) };
  return {
    head: '',
    line: (cells) => {
      const named = columns.map((name, index) => [name, cells[index] ?? null]);
      return `${JSON.stringify(Object.fromEntries(named))}\n`;
    },
  };
}

/** Writes rows with these columns. */
export interface RowWriter {
  /** The text before the first row. */
  readonly head: string;
  row(user: ListedUser, classified: Classified): string;
}

export function rowWriter(format: Format, columns: readonly string[]): RowWriter {
  const cell = (name: string, user: ListedUser, classified: Classified): string | undefined =>
    isMember(name)
      ? members[name](user, classified)
      : user.attributes.find((attribute) => attribute.name === name)?.value;
  const { head, line } = lineWriter(format, columns);
  return {
    head,
    row: (user, classified) => line(columns.map((name) => cell(name, user, classified))),
  };
}

/** RFC 4180: quotation marks around a value with a comma, a quotation mark, or a line break. */
const csvLine = (values: readonly string[]): string =>
  `${values.map((value) => (/[",\r\n]/.test(value) ? `"${value.replaceAll('"', '""')}"` : value)).join(',')}\r\n`;

/**
 * A value that a spreadsheet would run as a formula gets an apostrophe.
 * Users choose their own names, and operators open such files in Excel (OWASP, "CSV Injection").
 * Numbers and phone numbers are no formulas.
 */
export function guarded(value: string): string {
  if (!/^[=+\-@\t\r\n＝＋－＠]/.test(value)) return value;
  const isHarmless = /^\+[0-9]{1,15}$/.test(value) || /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i.test(value);
  return isHarmless ? value : `'${value}`;
}
