/** Command lines as the shells read and write them. Each has its own quotes. */

export const shells = ['bash', 'zsh', 'fish', 'powershell'] as const;
export type Shell = (typeof shells)[number];

export const isShell = (text: string): text is Shell => shells.some((shell) => shell === text);

/** A command line up to the cursor. */
export interface Line {
  /** The words before the cursor's, without the program's name and without quotes. */
  readonly words: readonly string[];
  /** The word at the cursor, without quotes. Empty if a new word begins. */
  readonly current: string;
  /** The quote that is still open in that word. */
  readonly quote: string | undefined;
}

/** One piece of a line: a blank, a quoted part, an escaped character, or plain text. */
const pieces = {
  posix: /\s+|'[^']*(?:'|$)|"(?:\\[\s\S]|[^"\\])*(?:\\?$|")|\\[\s\S]|[^\s'"\\]+|\\$/g,
  powershell: /\s+|'[^']*(?:'|$)|"(?:`[\s\S]|[^"`])*(?:`?$|")|`[\s\S]|[^\s'"`]+|`$/g,
};

/** The text of a piece without its quotes or escape character. */
function unquoted(piece: string, escapeCharacter: string): string {
  const [first = ''] = piece;
  if (first === escapeCharacter) return piece.slice(1) || piece;
  if (first !== '"' && first !== "'") return piece;
  const inner = piece.slice(1, isOpen(piece) ? undefined : -1);
  if (first === "'") return inner;
  // In double quotes, a backslash stays in front of all other characters.
  return escapeCharacter === '`'
    ? inner.replaceAll(/`([\s\S])/g, '$1')
    : inner.replaceAll(/\\(["\\$`])/g, '$1');
}

/** Whether a piece begins with a quote that nothing closes. */
const isOpen = (piece: string): boolean =>
  piece.startsWith("'")
    ? piece.length === 1 || !piece.endsWith("'")
    : piece.startsWith('"') && !/^"(?:[\\`][\s\S]|[^"\\`])*"$/.test(piece);

/** Splits the text up to the cursor into words. Never fails: a quote may still be open. */
export function readLine(shell: Shell, text: string): Line {
  const isPowerShell = shell === 'powershell';
  const all = text.match(isPowerShell ? pieces.powershell : pieces.posix) ?? [];
  const words = [''];
  for (const piece of all) {
    // PowerShell keeps backslashes, because paths on Windows have them.
    if (/^\s/.test(piece)) words.push('');
    else words.push(`${words.pop() ?? ''}${unquoted(piece, isPowerShell ? '`' : '\\')}`);
  }
  const current = words.pop() ?? '';
  const last = all.at(-1) ?? '';
  return { words: words.slice(1), current, quote: isOpen(last) ? last[0] : undefined };
}

/** Characters that mean something to bash outside of quotes. */
const special = /[\s"'`$\\&|;<>()*?[\]{}!#^]/g;

/**
 * The word as bash inserts it.
 * bash breaks words at "=" too, and replaces only the part after it.
 * @param typed what bash replaces: the end of the word at the cursor.
 */
export function forBash(value: string, { current, quote }: Line, typed: string): string {
  const plain = typed.replaceAll(/\\(.)/g, '$1');
  const replaced = [typed, plain].find((end) => current.endsWith(end)) ?? current;
  const rest = value.slice(current.length - replaced.length);
  // bash itself closes the quote.
  if (quote === "'") return rest;
  return rest.replaceAll(quote === undefined ? special : /["\\$`]/g, '\\$&');
}

/** The word as PowerShell inserts it. It replaces the whole word, with its quotes. */
export const forPowerShell = (value: string): string =>
  /^[\w:=./\\~+-]+$/.test(value) ? value : `'${value.replaceAll("'", "''")}'`;
