/** docs/demo.svg, which `npm run picture` records: it must still show what the demo does, and stand alone. */
import { readFile } from 'node:fs/promises';
import { expect, test } from 'vitest';

test('the picture is small, says what it shows, needs nothing from elsewhere and names nothing of a real run', async () => {
  const picture = await readFile(new URL('../../docs/demo.svg', import.meta.url), 'utf8');
  expect(Buffer.byteLength(picture)).toBeLessThan(60_000);
  expect(picture).toMatch(/<title id="title">\S[^<]+<\/title>\n<desc id="description">\S[^<]+<\/desc>/);
  expect(picture).not.toMatch(/<script|<image|<foreignObject|@import|@font-face|href=|url\((?!#)/);
  const shown = picture.replace(/<style>[\s\S]*<\/style>/, '').replace(/<[^>]*>/g, ' ');
  expect(shown).toMatch(/with the old password +signed in \(\d+ ms\), and moved/);
  expect(shown).toContain('usually 5–15 s'); // what the program says itself is no measured time
  expect(shown.match(/us-east-2_\w{9}/g)?.filter((id) => !/LegacyUsr|Customers/.test(id))).toEqual([]);
  expect(shown).not.toMatch(/\/tmp\/|\/home\/|\/Users\//);
});
