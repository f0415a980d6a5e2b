/** Results that follow each other, on the screen that a person would see. */
import xterm from '@xterm/headless';
import { expect, test } from 'vitest';
import { openLive } from '../../src/cli/terminal/live.ts';
import type { Document } from '../../src/cli/terminal/reporter.ts';
import { type FakeIoOptions, fakeIo } from '../support/run-cli.ts';

const documentOf = (text: string): Document => ({ json: { text }, text: () => text });

/** Shows documents in a window of this size. Returns its rows, from the first ever written. */
async function screenOf(
  cols: number,
  rows: number,
  texts: readonly string[],
  options: FakeIoOptions = { tty: true },
): Promise<string[]> {
  const fake = fakeIo(options);
  Object.assign(fake.io.stdout, { columns: cols, rows });
  const live = openLive(fake.io, { json: false, canRedraw: true });
  for (const text of texts) live.show(documentOf(text));
  const screen = new xterm.Terminal({ cols, rows, scrollback: 1000, allowProposedApi: true });
  await new Promise<void>((resolve) => screen.write(fake.rawOut().replaceAll('\n', '\r\n'), resolve));
  const { active } = screen.buffer;
  const all = Array.from({ length: active.length }, (_, row) => active.getLine(row)?.translateToString(true));
  return all
    .map((line) => line ?? '')
    .join('\n')
    .trimEnd()
    .split('\n');
}

test('a block takes the place of the one before it, whatever their lengths', async () => {
  expect(await screenOf(80, 24, ['  one\n  two\n  three', '  four', '  five\n  six'])).toEqual([
    '  five',
    '  six',
  ]);
});

test('a line that the terminal breaks counts as the rows that it has', async () => {
  const wide = `  ${'x'.repeat(120)}`;
  const lines = await screenOf(50, 24, [wide, '  last']);
  expect(lines).toEqual(['  last']);
});

test('a block that is taller than the window keeps its first lines', async () => {
  const tall = Array.from({ length: 40 }, (_, index) => `  line ${index}`).join('\n');
  const lines = await screenOf(50, 10, [tall, tall, tall]);
  expect(lines).toEqual([...Array.from({ length: 8 }, (_, index) => `  line ${index}`), '  …']);
});

test('earlier output stays', async () => {
  const fake = fakeIo({ tty: true });
  Object.assign(fake.io.stdout, { columns: 50, rows: 10 });
  const live = openLive(fake.io, { json: false, canRedraw: true });
  fake.io.stdout.write('  before\n');
  live.show(documentOf('  one\n  two'));
  live.show(documentOf('  three'));
  expect(fake.out()).toContain('before');
  expect(fake.rawOut()).toContain('\u001b[2A\r\u001b[J  three\n');
});

test.each<[string, FakeIoOptions]>([
  ['a pipe', { isPiped: true }],
  ['CI', { tty: true, env: { CI: 'true' } }],
  ['a terminal without cursor movements', { tty: true, env: { TERM: 'dumb' } }],
])('%s gets one block after the other', async (_, options) => {
  expect(await screenOf(80, 24, ['  one', '  two'], options)).toEqual(['  one', '  two']);
});

test('json: one line for each document', () => {
  const fake = fakeIo({ tty: true });
  const live = openLive(fake.io, { json: true, canRedraw: true });
  live.show(documentOf('one'));
  live.show(documentOf('two'));
  expect(fake.rawOut()).toBe('{"text":"one"}\n{"text":"two"}\n');
});
