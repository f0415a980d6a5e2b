/** Words for a POSIX shell. */

/** The value as one word: as it is where a shell takes it so, else in single quotes. */
export const quoted = (value: string): string =>
  /^[\w@%+=:,./-]+$/.test(value) ? value : `'${value.replaceAll("'", `'\\''`)}'`;
