/** Text of an element, or its children by name. A name that occurs several times has a list. */
export type Xml = string | XmlObject | readonly Xml[];

/** Children of an element. The object has no prototype. */
export interface XmlObject {
  readonly [name: string]: Xml;
}

/** The text isn't XML as AWS writes it. The message holds none of it. */
export class XmlError extends Error {
  override readonly name = 'XmlError';
}

/** Answers of AWS have five levels. */
const MAX_DEPTH = 32;

const SPACE = ' \t\r\n';
const ENDS_NAME = `${SPACE}/>=<"'&`;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

/**
 * Reads an XML document into an object with its root as the only member.
 * Takes elements, text, CDATA, comments, and processing instructions, and ignores attributes.
 * Refuses everything that AWS doesn't write: document types, other entities, text beside elements, and
 * anything after the root.
 * @throws XmlError
 */
export function parseXml(text: string): XmlObject {
  const reader = new Reader(text);
  reader.skipMisc();
  const root = reader.element(1);
  reader.skipMisc();
  if (!reader.isAtEnd) throw new XmlError('Something follows the root');
  return children([root]);
}

interface Element {
  readonly name: string;
  readonly value: Xml;
}

function children(elements: readonly Element[]): XmlObject {
  const lists: Record<string, Xml[]> = Object.create(null);
  for (const { name, value } of elements) {
    const list = lists[name];
    if (list === undefined) lists[name] = [value];
    else list.push(value);
  }
  const object: Record<string, Xml> = Object.create(null);
  for (const [name, list] of Object.entries(lists)) object[name] = list.length === 1 ? (list[0] ?? '') : list;
  return object;
}

class Reader {
  private readonly text: string;
  private at = 0;
  constructor(text: string) {
    this.text = text;
  }

  get isAtEnd(): boolean {
    return this.at === this.text.length;
  }

  /** Skips spaces, comments, and processing instructions, which include the XML declaration. */
  skipMisc(): void {
    do this.skipSpace();
    while (this.skipIgnored());
  }

  element(depth: number): Element {
    if (depth > MAX_DEPTH) throw new XmlError('Too many levels');
    this.expect('<');
    const name = this.name();
    this.skipAttributes();
    if (this.takes('/>')) return { name, value: '' };
    this.expect('>');
    const value = this.content(depth);
    this.expect('</');
    this.expect(name);
    this.skipSpace();
    this.expect('>');
    return { name, value };
  }

  private content(depth: number): Xml {
    const elements: Element[] = [];
    let text = '';
    while (!this.isNext('</')) {
      if (this.isAtEnd) throw new XmlError('An element has no end');
      if (this.skipIgnored()) continue;
      if (this.takes('<![CDATA[')) text += this.until(']]>');
      else if (this.isNext('<')) elements.push(this.element(depth + 1));
      else text += decode(this.before('<'));
    }
    if (elements.length === 0) return text;
    if (text.trim() !== '') throw new XmlError('Text beside elements');
    return children(elements);
  }

  private skipAttributes(): void {
    for (;;) {
      const hadSpace = this.skipSpace();
      if (this.isNext('/') || this.isNext('>')) return;
      if (!hadSpace) throw new XmlError('No space before an attribute');
      this.name();
      this.skipSpace();
      this.expect('=');
      this.skipSpace();
      const quote = this.takes('"') ? '"' : "'";
      if (quote === "'") this.expect("'");
      decode(this.until(quote));
    }
  }

  private skipIgnored(): boolean {
    if (this.takes('<!--')) this.until('-->');
    else if (this.takes('<?')) this.until('?>');
    else return false;
    return true;
  }

  private skipSpace(): boolean {
    const start = this.at;
    while (!this.isAtEnd && SPACE.includes(this.text.charAt(this.at))) this.at++;
    return this.at > start;
  }

  private name(): string {
    const start = this.at;
    while (!this.isAtEnd && !ENDS_NAME.includes(this.text.charAt(this.at))) this.at++;
    // `!` begins a document type.
    if (this.at === start || this.text.startsWith('!', start)) throw new XmlError('A name is missing');
    return this.text.slice(start, this.at);
  }

  private isNext(token: string): boolean {
    return this.text.startsWith(token, this.at);
  }

  private takes(token: string): boolean {
    const isNext = this.isNext(token);
    if (isNext) this.at += token.length;
    return isNext;
  }

  private expect(token: string): void {
    if (!this.takes(token)) throw new XmlError('Unexpected character');
  }

  /** The text before a token, which stays. */
  private before(token: string): string {
    const end = this.text.indexOf(token, this.at);
    if (end === -1) throw new XmlError('The text ends too early');
    const skipped = this.text.slice(this.at, end);
    this.at = end;
    return skipped;
  }

  private until(token: string): string {
    const skipped = this.before(token);
    this.at += token.length;
    return skipped;
  }
}

/** Replaces `&lt;`, `&#60;`, and `&#x3C;`. */
function decode(text: string): string {
  const [first = '', ...others] = text.split('&');
  return others.reduce((decoded, part) => {
    const end = part.indexOf(';');
    if (end === -1) throw new XmlError('An entity has no end');
    return decoded + entity(part.slice(0, end)) + part.slice(end + 1);
  }, first);
}

function entity(name: string): string {
  if (!name.startsWith('#')) {
    const character = Object.hasOwn(ENTITIES, name) ? ENTITIES[name] : undefined;
    if (character === undefined) throw new XmlError('Unknown entity');
    return character;
  }
  const isHex = name.startsWith('#x');
  const digits = name.slice(isHex ? 2 : 1);
  const isNumber = digits !== '' && [...digits].every((d) => (isHex ? HEX : DECIMAL).includes(d));
  const code = isNumber ? Number.parseInt(digits, isHex ? 16 : 10) : 0;
  if (code === 0 || code > 0x10_ffff || (code >= 0xd800 && code <= 0xdfff))
    throw new XmlError('Unknown character');
  return String.fromCodePoint(code);
}

const DECIMAL = '0123456789';
const HEX = `${DECIMAL}abcdefABCDEF`;
