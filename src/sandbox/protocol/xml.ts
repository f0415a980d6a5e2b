/** A small XML writer for the answers of the AWS Query protocol: elements and text, lists as `<member>`. */
import type { Json, JsonObject } from '../operation.ts';

/** Escapes text for an XML element. Characters that XML 1.0 cannot carry are replaced. */
export function escapeXml(text: string): string {
  let escaped = '';
  for (const character of text) {
    const code = character.codePointAt(0) ?? 0;
    if (character === '&') escaped += '&amp;';
    else if (character === '<') escaped += '&lt;';
    else if (character === '>') escaped += '&gt;';
    else if (character === '"') escaped += '&quot;';
    else if (character === '\r') escaped += '&#xD;';
    else if (code < 0x20 && character !== '\n' && character !== '\t') escaped += '\uFFFD';
    else escaped += character;
  }
  return escaped;
}

/** One element with its content; null leaves the element out, as AWS does with absent members. */
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
