/**
 * The AWS Query protocol of IAM and STS. Smithy, "AWS Query protocol".
 * Requests are form-encoded (`Tags.member.1.Key=…`), and responses are XML.
 */

import type { Json, JsonObject, ServiceError, ServiceName } from '../operation.ts';
import type { Answer } from './answer.ts';

const escapes: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\r': '&#xD;',
};

/** Escapes text for an XML element. Replaces characters that XML 1.0 cannot carry. */
function escapeXml(text: string): string {
  let escaped = '';
  for (const character of text) {
    const allowed = character >= ' ' || character === '\n' || character === '\t';
    escaped += escapes[character] ?? (allowed ? character : '\uFFFD');
  }
  return escaped;
}

/** One element with its content. Null omits the element, as AWS omits absent members. */
function element(name: string, value: Json): string {
  if (value === null) return '';
  if (Array.isArray(value)) {
    return `<${name}>${value.map((item) => element('member', item)).join('')}</${name}>`;
  }
  if (typeof value === 'object') return `<${name}>${members(value)}</${name}>`;
  return `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** The elements of an object's members. */
function members(object: JsonObject): string {
  return Object.entries(object)
    .map(([name, value]) => element(name, value))
    .join('');
}

const versions: ReadonlyMap<string, ServiceName> = new Map([
  ['2010-05-08', 'iam'],
  ['2011-06-15', 'sts'],
]);

const namespaces = {
  iam: 'https://iam.amazonaws.com/doc/2010-05-08/',
  sts: 'https://sts.amazonaws.com/doc/2011-06-15/',
} as const;

interface Tree {
  text?: string;
  readonly children: Map<string, Tree>;
}

/**
 * Reads a form-encoded request.
 * Returns undefined if it belongs to none of the services here.
 */
export function readQuery(
  body: string,
): { readonly service: ServiceName; readonly operation: string; readonly input: JsonObject } | undefined {
  const form = new URLSearchParams(body);
  const operation = form.get('Action');
  const service = versions.get(form.get('Version') ?? '');
  if (!operation || !service) return undefined;
  const root: Tree = { children: new Map() };
  for (const [name, value] of form) {
    if (name !== 'Action' && name !== 'Version') setAtPath(root, name.split('.'), value);
  }
  const input = toJson(root);
  return {
    service,
    operation,
    input: typeof input === 'object' && !Array.isArray(input) && input ? input : {},
  };
}

function setAtPath(root: Tree, path: readonly string[], value: string): void {
  let node = root;
  for (const part of path) {
    let child = node.children.get(part);
    if (!child) {
      child = { children: new Map() };
      node.children.set(part, child);
    }
    node = child;
  }
  node.text = value;
}

function toJson(node: Tree): Json {
  if (node.children.size === 0) return node.text ?? {};
  const list = node.children.get('member');
  if (list && node.children.size === 1) {
    return [...list.children]
      .sort(([left], [right]) => Number(left) - Number(right))
      .map(([, child]) => toJson(child));
  }
  const object: JsonObject = {};
  for (const [name, child] of node.children) object[name] = toJson(child);
  return object;
}

/** The XML response to a successful call. */
export function queryAnswer(
  service: 'iam' | 'sts',
  operation: string,
  output: JsonObject,
  requestId: string,
): Answer {
  const result =
    Object.keys(output).length > 0 ? `<${operation}Result>${members(output)}</${operation}Result>` : '';
  const metadata = `<ResponseMetadata>${element('RequestId', requestId)}</ResponseMetadata>`;
  return {
    status: 200,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<${operation}Response xmlns="${namespaces[service]}">${result}${metadata}</${operation}Response>`,
  };
}

/** The XML response to a failed call. */
export function queryError(service: 'iam' | 'sts', error: ServiceError, requestId: string): Answer {
  const type = error.status >= 500 ? 'Receiver' : 'Sender';
  const detail = `<Error><Type>${type}</Type><Code>${escapeXml(error.code)}</Code><Message>${escapeXml(error.message)}</Message></Error>`;
  return {
    status: error.status,
    headers: { 'content-type': 'text/xml', 'x-amzn-requestid': requestId },
    body: `<ErrorResponse xmlns="${namespaces[service]}">${detail}${element('RequestId', requestId)}</ErrorResponse>`,
  };
}
