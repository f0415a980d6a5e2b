import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseXml, type Xml, XmlError } from '../../../src/lambda/aws/xml.ts';

/** With ordinary objects, which compare by content. */
const read = (text: string): unknown => JSON.parse(JSON.stringify(parseXml(text)));

const response = (operation: string, content: string) =>
  `<${operation}Response xmlns="https://example.com/">
    <${operation}Result>
        ${content}
    </${operation}Result>
  </${operation}Response>`;

// The documents of AWS's protocol tests (smithy-aws-protocol-tests, awsQuery: xml-structs, xml-lists, xml-errors).
describe('a document as AWS writes it', () => {
  it.each([
    [
      'QuerySimpleScalarProperties',
      '<stringValue>string</stringValue><emptyStringValue/><trueBooleanValue>true</trueBooleanValue><DoubleDribble>6.5</DoubleDribble>',
      { stringValue: 'string', emptyStringValue: '', trueBooleanValue: 'true', DoubleDribble: '6.5' },
    ],
    ['QueryXmlBlobs', '<data>dmFsdWU=</data>', { data: 'dmFsdWU=' }],
    ['QueryXmlEmptyBlobs', '<data></data>', { data: '' }],
    ['QueryXmlEmptySelfClosedBlobs', '<data/>', { data: '' }],
    ['QueryXmlTimestamps', '<normal>2014-04-29T18:30:38Z</normal>', { normal: '2014-04-29T18:30:38Z' }],
    [
      'QueryXmlTimestampsWithHttpDateFormat',
      '<httpDate>Tue, 29 Apr 2014 18:30:38 GMT</httpDate>',
      { httpDate: 'Tue, 29 Apr 2014 18:30:38 GMT' },
    ],
    [
      'QueryRecursiveShapes',
      '<nested>\n  <foo>Foo1</foo>\n  <nested>\n <bar>Bar1</bar>\n <recursiveMember>\n <foo>Foo2</foo>\n </recursiveMember>\n </nested>\n </nested>',
      { nested: { foo: 'Foo1', nested: { bar: 'Bar1', recursiveMember: { foo: 'Foo2' } } } },
    ],
    [
      'QueryXmlNamespaces',
      `<nested><foo xmlns:baz="http://baz.com">Foo</foo><values xmlns='http://qux.com'><member xmlns="http://bux.com">Bar</member><member xmlns="http://bux.com">Baz</member></values></nested>`,
      { nested: { foo: 'Foo', values: { member: ['Bar', 'Baz'] } } },
    ],
    ['QueryIgnoresWrappingXmlName', '<foo>bar</foo>', { foo: 'bar' }],
  ])('%s', (id, content, expected) => {
    const document = read(response(id, content));
    expect(document).toEqual({ [`${id}Response`]: { [`${id}Result`]: expected } });
  });

  it('QueryInvalidGreetingError', () => {
    const error =
      '<Error>\n<Type>Sender</Type>\n<Code>InvalidGreeting</Code>\n<Message>Hi</Message>\n</Error>';
    expect(read(`<ErrorResponse>\n ${error}\n <RequestId>foo-id</RequestId>\n</ErrorResponse>\n`)).toEqual({
      ErrorResponse: {
        Error: { Type: 'Sender', Code: 'InvalidGreeting', Message: 'Hi' },
        RequestId: 'foo-id',
      },
    });
  });

  it.each([
    ['a declaration', '<?xml version="1.0" encoding="UTF-8"?>\n<a>x</a>\n', { a: 'x' }],
    ['comments', '<!-- <b> --><a><!-- > -->x<!----></a><!-- c -->', { a: 'x' }],
    ['CDATA', '<a><![CDATA[<&>]]>y</a>', { a: '<&>y' }],
    ['entities', '<a>&lt;&gt;&amp;&quot;&apos;&#65;&#x1F642;&#xd;</a>', { a: '<>&"\'A🙂\r' }],
    ['an entity made of entities', '<a>&amp;lt;</a>', { a: '&lt;' }],
    ['spaces in tags', '<a  b = "1"\n><c\t/></a >', { a: { c: '' } }],
    ['spaces in text', '<a> x </a>', { a: ' x ' }],
    ['names that objects have', '<a><constructor>x</constructor></a>', { a: { constructor: 'x' } }],
  ])('with %s', (_, text, expected) => {
    expect(read(text)).toEqual(expected);
  });

  it('gives an object no prototype', () => {
    const { a } = parseXml('<a><__proto__><b>x</b></__proto__></a>');
    expect(Object.getPrototypeOf(a)).toBeNull();
    expect(Object.keys(Object(a))).toEqual(['__proto__']);
  });

  const texts = fc.string({ unit: 'grapheme', maxLength: 20 });
  const escaped = (text: string) =>
    text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('\r', '&#13;');
  const trees = fc.letrec<{ tree: Xml }>((tie) => ({
    tree: fc.oneof(
      { depthSize: 'small' },
      texts,
      fc.dictionary(fc.stringMatching(/^[A-Za-z][A-Za-z0-9]{0,8}$/), tie('tree'), { minKeys: 1, maxKeys: 4 }),
    ),
  })).tree;
  const write = (name: string, value: Xml): string => {
    const content =
      typeof value === 'string'
        ? escaped(value)
        : Object.entries(value)
            .map(([child, one]) => write(child, one))
            .join('\n');
    return `<${name}>${content}</${name}>`;
  };

  it('is read back as it was written, and refused where it is cut off', () => {
    fc.assert(
      fc.property(trees, fc.nat(), (tree, cut) => {
        const text = write('root', tree);
        expect(read(text)).toEqual(JSON.parse(JSON.stringify({ root: tree })));
        const half = text.slice(0, cut % text.length);
        expect(() => parseXml(half)).toThrow(XmlError);
      }),
      { numRuns: 500 },
    );
  });
});

describe('what AWS does not write', () => {
  it.each([
    ['nothing', ''],
    ['text', 'x'],
    ['JSON', '{"a":1}'],
    ['a document type', '<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>'],
    ['HTML', '<!DOCTYPE html><html><br></html>'],
    ['tags that cross', '<a><b></a></b>'],
    ['another end', '<a></b>'],
    ['a longer end', '<a></ab>'],
    ['two roots', '<a/><b/>'],
    ['text after the root', '<a/>x'],
    ['text beside elements', '<a>x<b/></a>'],
    ['an attribute without value', '<a b></a>'],
    ['an attribute without quotes', '<a b=1></a>'],
    ['attributes without a space', '<a b="1"c="2"></a>'],
    ['a name that is missing', '< a></a>'],
    ['an unknown entity', '<a>&nbsp;</a>'],
    ['an entity from a prototype', '<a>&constructor;</a>'],
    ['an entity without end', '<a>&lt</a>'],
    ['a number that is none', '<a>&#1e3;</a>'],
    ['a number that is empty', '<a>&#x;</a>'],
    ['no character', '<a>&#xD800;</a>'],
    ['too large a character', '<a>&#x110000;</a>'],
    ['zero', '<a>&#0;</a>'],
    ['too many levels', '<a>'.repeat(1000) + '</a>'.repeat(1000)],
    ['a comment without end', '<a/><!-- x'],
  ])('is refused: %s', (_, text) => {
    expect(() => parseXml(text)).toThrow(XmlError);
  });

  it('is read in one pass, even if one element fills it', () => {
    const read = parseXml(`<a>${'<b/>'.repeat(100_000)}</a>`);
    expect(Object(read.a).b).toHaveLength(100_000);
  });

  it('is refused in one piece, whatever it is, and never quoted', () => {
    fc.assert(
      fc.property(fc.string({ unit: fc.constantFrom(...'<>/&;="\'!-[]? ab#x1') }), (text) => {
        try {
          parseXml(text);
        } catch (error) {
          expect(error).toBeInstanceOf(XmlError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});
