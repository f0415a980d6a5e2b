/**
 * Makes text from AWS or from users safe for a terminal and for documents.
 * A terminal obeys control characters, which clear the screen, forge lines, or reverse the order of words.
 * Sources: CWE-150; Unicode Technical Report 36, "Bidirectional Text Spoofing".
 */

/** C0, DEL, C1, the line and paragraph separators, and the controls of bidirectional text. */
const controls = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
const anyControl = new RegExp(`[${controls}]`, 'g');
/** The same, except colors and line breaks, which the program writes itself. */
const foreign = new RegExp(`(\\u001b\\[\\d{1,2}m)|(?!\\n)[${controls}]`, 'g');
const notInJson = new RegExp(`(?![\\u0000-\\u001f])[${controls}]`, 'g');

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
const shown = (sign: string): string => short[sign] ?? escaped(sign);

/** One line. Shows every control character as an escape, as JSON writes it. */
export const printable = (text: string): string => text.replace(anyControl, shown);

/** A block of the program's own text. Keeps its line breaks and, if `hasColor`, its colors. */
export const guarded = (block: string, hasColor: boolean): string =>
  block.replace(foreign, (sign, color?: string) =>
    color !== undefined && hasColor ? color : [...sign].map(onlyControls).join(''),
  );

const onlyControls = (sign: string): string => sign.replace(anyControl, shown);

/** JSON with the same meaning and every control character escaped. JSON.stringify escapes only C0. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(notInJson, escaped);
