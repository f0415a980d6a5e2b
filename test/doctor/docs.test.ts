import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { findingTitles } from '../../src/core/findings.ts';

const page = new URL('../../docs/findings.md', import.meta.url);

test('every finding has its section, and every section its finding', async () => {
  const text = await readFile(page, 'utf8');
  const sections = [...text.matchAll(/^## (CM\d{3}) (.+)$/gm)].map(([, id = '', title = '']) => [id, title]);
  expect(sections).toEqual(Object.entries(findingTitles));
});

test('every section says more than its title', async () => {
  const text = await readFile(page, 'utf8');
  for (const section of text.split(/^## /m).slice(1)) {
    const [head, ...body] = section.split('\n');
    expect(body.join(' ').trim().length, head).toBeGreaterThan(60);
  }
});
