/** A small XML writer for the AWS Query protocol: elements, text, and lists as `<member>`. */
import type { Json, JsonObject } from '../operation.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Escapes text for an XML element. Replaces characters that XML 1.0 cannot carry. */
export function escapeXml(text: string): string {
  let escaped = '';
  for (const character of text) {
    const allowed = character >= ' ' || character === '\n' || character === '\t';
    escaped += escapes[character] ?? (allowed ? character : '\uFFFD');
  }
  return escaped;
}

/** One element with its content. Null omits the element, as AWS omits absent members. */
export function element(name: string, value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value)) {
    return `<${name}>${value.map((item) => element('member', item)).join('')}</${name}>`;
  }
  if (typeof value === 'object') return `<${name}>${members(value)}</${name}>`;
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** The elements of an object's members. */
export function members(object: JsonObject): string {
  return Object.entries(object)
    .map(([name, value]) => element(name, value))
    .join('');
}
