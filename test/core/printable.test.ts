import { stripVTControlCharacters } from 'node:util';
import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { guarded, jsonText, printable } from '../../src/core/printable.ts';

/** What a terminal obeys or shows in another order. */
const isControl = (sign: string): boolean => {
  const code = sign.codePointAt(0) ?? 0;
  return (
    code < 0x20 ||
    (code >= 0x7f && code <= 0x9f) ||
    [0x61c, 0x200e, 0x200f, 0x2028, 0x2029].includes(code) ||
    (code >= 0x202a && code <= 0x202e) ||
    (code >= 0x2066 && code <= 0x2069)
  );
};
const controls = Array.from({ length: 0x2070 }, (_, code) => String.fromCharCode(code)).filter(isControl);
const hostile = fc.string({
  unit: fc.oneof(
    fc.constantFrom(...controls, '\u001b[2J', '\u001b[32m', '\u009b1A', '\u001b]8;;x\u0007'),
    fc.string({ unit: 'grapheme', maxLength: 3 }),
  ),
});

describe('whatever a text holds', () => {
  test('a line of it has no control character, and everything else stays', async () => {
    await fc.assert(
      fc.property(hostile, (text) => {
        const line = printable(text);
        expect([...line].filter(isControl)).toEqual([]);
        expect(stripVTControlCharacters(line)).toBe(line);
        if (![...text].some(isControl)) expect(line).toBe(text);
      }),
    );
  });

  test('a block keeps its own line breaks and colors, and nothing else that a terminal obeys', async () => {
    await fc.assert(
      fc.property(hostile, fc.boolean(), (text, hasColor) => {
        const block = guarded(`\u001b[1m${text}\u001b[22m\n`, hasColor);
        // biome-ignore lint/suspicious/noControlCharactersInRegex: a color begins with one
        const rest = hasColor ? block.replace(/\u001b\[\d{1,2}m/g, '') : block;
        expect([...rest].filter((sign) => sign !== '\n' && isControl(sign))).toEqual([]);
        expect(block.endsWith(hasColor ? '\u001b[22m\n' : '\\u001b[22m\n')).toBe(true);
      }),
    );
  });

  test('JSON means the same and has none', async () => {
    await fc.assert(
      fc.property(
        fc.dictionary(hostile, fc.oneof(hostile, fc.array(hostile))),
        fc.constantFrom(undefined, 2),
        (value, indent) => {
          const text = jsonText(value, indent);
          expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
          expect([...text].filter((sign) => sign !== '\n' && isControl(sign))).toEqual([]);
        },
      ),
    );
  });
});

test('an escape is that of JSON', () => {
  expect(printable('a\r\n\t\u001b[2J\u0085\u202e\u2028b')).toBe('a\\r\\n\\t\\u001b[2J\\u0085\\u202e\\u2028b');
});
