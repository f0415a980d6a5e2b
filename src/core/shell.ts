/** Quotes words for a POSIX shell, and for a .env file, which people also source. */

/** The value as one word, in single quotes only if the shell requires them. */
export const quoted = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;

/**
 * The value of a .env line. In double quotes, unless a shell that sources the file would expand it.
 * In single quotes, shells and .env readers take every character literally.
 * Only a shell removes the backslashes of the last form.
 */
export function dotenvWord(value: string): string {
  if (!/[\\$`"\p{Cc}]/u.test(value)) return `"${value}"`;
  if (!value.includes("'")) return `'${value}'`;
  return `"${value.replaceAll(/[\\$`"]/g, '\\$&')}"`;
}
