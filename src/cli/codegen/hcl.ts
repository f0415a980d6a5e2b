/**
 * Terraform's native syntax, in the layout of `terraform fmt`.
 * Source: Terraform Language, "Syntax Configuration", "Style Guide".
 */
import { isList } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';

/** An expression, printed verbatim: `aws_iam_role.migration.arn`. */
export class Expression {
  readonly text: string;
  constructor(text: string) {
    this.text = text;
  }
}

/** A block within a block: `environment { … }`. */
export class Nested {
  readonly body: Body;
  /** A comment printed above the block. */
  readonly why: string | undefined;
  constructor(body: Body, why?: string) {
    this.body = body;
    this.why = why;
  }
}

/** Blocks of the same name within a block: `metric_query { … }`. */
export class NestedList {
  readonly bodies: readonly Body[];
  constructor(bodies: readonly Body[]) {
    this.bodies = bodies;
  }
}

export type Value = string | number | boolean | null | Expression | readonly Value[] | ValueMap;
export interface ValueMap {
  readonly [key: string]: Value;
}
export type Body = { readonly [name: string]: Value | Nested | NestedList };

const escapes: Readonly<Record<string, string>> = {
  '\n': '\\n',
  '\r': '\\r',
  '\t': '\\t',
  '"': '\\"',
  '\\': '\\\\',
};

/**
 * Escapes template sequences, so that they stay text.
 * Source: Terraform Language, "Strings and Templates", escapes.
 */
const literal = (value: string): string => value.replace(/([$%])(?=\{)/g, '$1$1');

/** A quoted string. Escapes template sequences, so they stay text. */
const text = (value: string): string => {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must be escaped
  const escaped = value.replace(/[\\"\u0000-\u001f\u007f]/g, (sign) => {
    return escapes[sign] ?? `\\u${sign.charCodeAt(0).toString(16).padStart(4, '0')}`;
  });
  return `"${literal(escaped)}"`;
};

/** A quoted string with expressions in the place of these texts. */
export const interpolated = (value: string, within: Readonly<Record<string, string>>): Expression =>
  new Expression(
    Object.entries(within).reduce(
      (quoted, [part, expression]) => quoted.replaceAll(part, `\${${expression}}`),
      text(value),
    ),
  );

/** `jsonencode(…)`. Terraform takes a policy as a string, and this form keeps it readable. */
export const encoded = (value: Value): Expression => new Expression(`jsonencode(${printed(value, '  ')})`);

/** Prints a value. `indent` is the indent of the line where it starts. */
function printed(value: Value, indent: string): string {
  if (value instanceof Expression) return value.text;
  if (typeof value === 'string') return text(value);
  if (value === null || typeof value !== 'object') return String(value);
  if (isList(value)) return `[${value.map((item) => printed(item, indent)).join(', ')}]`;
  const lines = aligned(
    Object.entries(value).map(([key, member]) => [
      // `{ for` starts an expression, so this key needs quotes.
      /^(?!for$)[A-Za-z_][\w-]*$/.test(key) ? key : text(key),
      printed(member, `${indent}  `),
    ]),
  );
  return lines.length === 0 ? '{}' : `{\n${lines.map((line) => `${indent}  ${line}`).join('\n')}\n${indent}}`;
}

/** Prints `name = value` lines with aligned equals signs. Multi-line values are not aligned. */
function aligned(pairs: readonly (readonly [name: string, value: string])[]): string[] {
  const isLong = ([, value]: readonly [string, string]): boolean => value.includes('\n');
  const widthAt = (index: number): number => {
    let [from, to] = [index, index];
    const joins = (at: number): boolean => at in pairs && !isLong(pairs[at] ?? ['', '\n']);
    while (joins(from - 1)) from -= 1;
    while (joins(to + 1)) to += 1;
    return Math.max(...pairs.slice(from, to + 1).map(([name]) => name.length));
  };
  return pairs.map((pair, index) => {
    const [name, value] = pair;
    return `${isLong(pair) ? name : name.padEnd(widthAt(index))} = ${value}`;
  });
}

function bodyLines(body: Body, indent: string): string[] {
  const values: (readonly [string, string])[] = [];
  const blocks: string[] = [];
  for (const [name, value] of Object.entries(body)) {
    if (value instanceof Nested) {
      const why = value.why === undefined ? '' : `${indent}${comment(value.why)}\n`;
      blocks.push(`${why}${indent}${block(name, [], value.body, indent)}`);
    } else if (value instanceof NestedList) {
      blocks.push(...value.bodies.map((one) => `${indent}${block(name, [], one, indent)}`));
    } else values.push([name, printed(value, indent)]);
  }
  const lines = aligned(values).map((line) => `${indent}${line}`);
  return [...lines, ...blocks.flatMap((one) => (lines.length > 0 ? ['', one] : [one]))];
}

/** `resource "aws_iam_role" "migration" { … }` */
export function block(kind: string, labels: readonly string[], body: Body, indent = ''): string {
  const head = [kind, ...labels.map(text)].join(' ');
  const lines = bodyLines(body, `${indent}  `);
  return lines.length === 0 ? `${head} {}` : `${head} {\n${lines.join('\n')}\n${indent}}`;
}

/** Prints each line as a comment. */
export const comment = (lines: string): string =>
  lines
    .split('\n')
    .map((line) => (line === '' ? '#' : `# ${printable(line)}`))
    .join('\n');
