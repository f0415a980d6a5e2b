/** Whatever a value holds, a word of a script and a text of Terraform stay that value and nothing else. */
import { execFileSync } from 'node:child_process';
import { parse } from '@cdktf/hcl2json';
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { block } from '../../../src/cli/codegen/hcl.ts';
import { quoted } from '../../../src/core/shell.ts';

const hostile = fc.oneof(
  fc.string({ unit: 'grapheme' }),
  fc.string({
    unit: fc.constantFrom("'", '"', '`', '$', '{', '}', '%', '\\', '(', ')', ';', '#', ' ', '\n', '\r', 'a'),
  }),
);
/** No argument of a process can hold a zero byte. */
const word = hostile.filter((text) => !text.includes('\0'));

test('a shell reads the very value, and runs nothing of it', async () => {
  await fc.assert(
    fc.property(fc.array(word, { minLength: 1, maxLength: 40 }), (words) => {
      const script = `printf '%s\\0' ${words.map(quoted).join(' ')}`;
      const out = execFileSync('sh', ['-c', script], { encoding: 'utf8' });
      expect(out.split('\0').slice(0, -1)).toEqual(words);
    }),
    { numRuns: 40 },
  );
});

test('Terraform reads the very value, and no template in it', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(hostile, { minLength: 1, maxLength: 20 }), async (texts) => {
      const body = Object.fromEntries(texts.map((text, index) => [`v${index}`, text]));
      const { locals } = await parse('main.tf', block('locals', [], body));
      const read = Object.keys(body).map((name) =>
        String(locals[0][name]).replaceAll('$${', '${').replaceAll('%%{', '%{'),
      );
      expect(read).toEqual(texts.map((text) => text.normalize('NFC'))); // Terraform normalizes its strings
    }),
    { numRuns: 40 },
  );
});
