/**
 * Text of others, of AWS or of users, for a terminal and for documents. A terminal obeys control characters: they clear the
 * screen, forge lines, or turn the order of words around (CWE-150; Unicode Technical Report 36, "Bidirectional Text Spoofing").
 */

/** C0, DEL, C1, the line and paragraph separators, and the controls of bidirectional text. */
const controls = '\\u0000-\\u001f\\u007f-\\u009f\\u061c\\u200e\\u200f\\u2028-\\u202e\\u2066-\\u2069';
const anyControl = new RegExp(`[${controls}]`, 'g');
/** The same, but for colors and line breaks, which the program writes itself. */
const foreign = new RegExp(`(\\u001b\\[\\d{1,2}m)|(?!\\n)[${controls}]`, 'g');
const notInJson = new RegExp(`(?![\\u0000-\\u001f])[${controls}]`, 'g');

const short: Readonly<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

const escaped = (sign: string): string => `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
const shown = (sign: string): string => short[sign] ?? escaped(sign);

/** One line: every control character is shown as an escape, as JSON writes it. */
export const printable = (text: string): string => text.replace(anyControl, shown);

/** A whole block of the program's own: only its line breaks and, where there are colors, its colors stay. */
export const guarded = (block: string, hasColor: boolean): string =>
  block.replace(foreign, (sign, color?: string) =>
    color !== undefined && hasColor ? color : [...sign].map(onlyControls).join(''),
  );

const onlyControls = (sign: string): string => sign.replace(anyControl, shown);

/** JSON of the same meaning with every control character escaped: JSON.stringify leaves all but C0 as they are. */
export const jsonText = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(notInJson, escaped);
