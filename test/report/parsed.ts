/** A page as a browser reads it: its elements, their attributes, and the text that people see. */
import { type DefaultTreeAdapterTypes, parse } from 'parse5';
import { expect } from 'vitest';

type Node = DefaultTreeAdapterTypes.ChildNode;
type Element = DefaultTreeAdapterTypes.Element;

export interface ParsedPage {
  /** All elements, in the order of the page. */
  readonly elements: readonly ParsedElement[];
  /** All text except the style sheet, with single spaces. */
  readonly text: string;
  named(tag: string): readonly ParsedElement[];
}

export interface ParsedElement {
  readonly tag: string;
  readonly attributes: Readonly<Record<string, string>>;
  readonly text: string;
}

/** Parses a page. Fails if the markup has an error, as an unescaped value would cause. */
export function parsed(page: string): ParsedPage {
  const errors: string[] = [];
  const document = parse(page, {
    onParseError: ({ code, startLine }) => errors.push(`${code} in line ${startLine}`),
  });
  expect(errors).toEqual([]);
  const elements = document.childNodes.flatMap(elementsIn).map((element) => ({
    tag: element.tagName,
    attributes: Object.fromEntries(element.attrs.map(({ name, value }) => [name, value])),
    text: clean(element.childNodes.map(textIn).join(' ')),
  }));
  return {
    elements,
    text: clean(document.childNodes.map(textIn).join(' ')),
    named: (tag) => elements.filter((element) => element.tag === tag),
  };
}

const clean = (text: string): string => text.replace(/\s+/g, ' ').trim();

const isElement = (node: Node): node is Element => 'tagName' in node;

const elementsIn = (node: Node): Element[] =>
  isElement(node) ? [node, ...node.childNodes.flatMap(elementsIn)] : [];

function textIn(node: Node): string {
  if ('value' in node) return node.value;
  if (!isElement(node) || node.tagName === 'style') return '';
  return node.childNodes.map(textIn).join(' ');
}
