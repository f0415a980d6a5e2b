/** The issue forms: they are what GitHub accepts, and ask for commands that exist. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import * as z from 'zod';
import { wordProblems } from './check-words.ts';
import { readProgram } from './program.ts';

const folder = fileURLToPath(new URL('../../.github/ISSUE_TEMPLATE', import.meta.url));
const names = (await readdir(folder)).filter((name) => name !== 'config.yml');

const Field = z.discriminatedUnion('type', [
  z.strictObject({ type: z.literal('markdown'), attributes: z.strictObject({ value: z.string() }) }),
  z.strictObject({
    type: z.enum(['input', 'textarea']),
    id: z.string().regex(/^[\w-]+$/),
    attributes: z.strictObject({
      label: z.string(),
      description: z.string().optional(),
      placeholder: z.string().optional(),
      render: z.string().optional(),
    }),
    validations: z.strictObject({ required: z.boolean() }).optional(),
  }),
]);

const Form = z.strictObject({
  name: z.string(),
  description: z.string(),
  labels: z.array(z.string()),
  body: z.array(Field).min(1),
});

test.each(names)('%s is a form, and asks for the version', async (name) => {
  const text = await readFile(join(folder, name), 'utf8');
  const { body } = Form.parse(parse(text));
  const ids = body.flatMap((field) => (field.type === 'markdown' ? [] : [field.id]));
  expect(ids).toEqual([...new Set(ids)]);
  expect(text).toContain('`cognito-migrate --version --verbose`');
  expect(wordProblems({ path: name, text }, await readProgram())).toEqual([]);
});

test('a bug is reported with the version, the status, and the self-test', async () => {
  const text = await readFile(join(folder, 'bug.yml'), 'utf8');
  for (const words of ['--version --verbose', 'status --json', 'self-test --report'])
    expect(text).toContain(words);
});

test('nothing of the repository names an owner or an address of its own', async () => {
  const root = join(folder, '../..');
  const texts = await Promise.all(
    ['SECURITY.md', 'CODE_OF_CONDUCT.md', 'CONTRIBUTING.md', 'README.md'].map((name) =>
      readFile(join(root, name), 'utf8'),
    ),
  );
  expect(texts.join('\n')).not.toMatch(/mailto:|[\w.]+@[\w-]+\.\w+|https:\/\/github\.com\//);
});
