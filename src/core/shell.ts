/** Words for a POSIX shell, and for a .env file, which people source too. */

/** The value as one word: as it is where a shell takes it so, else in single quotes. */
export const quoted = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/**
 * The value of a .env line: in double quotes, unless a shell that sources the file would see more in it than text. Between single
 * quotes, shells and readers of .env files alike take everything as it is. Only a shell undoes the backslashes of the last form.
 */
export function dotenvWord(value: string): string {
  if (!/[\\$`"\p{Cc}]/u.test(value)) return `"${value}"`;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll(/[\\$`"]/g, '\\$&')}"`;
}
