/** Every help text: as wide as a page, with examples, its options under headings. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, inject, test } from 'vitest';
import { version } from '../../src/core/version.ts';

const help = async (...argv: readonly string[]): Promise<string> => {
  const { stdout } = await promisify(execFile)(process.execPath, [inject('program'), ...argv, '--help']);
  return stdout;
};

const headings = (text: string): string[] => text.match(/^\S.*:$/gm) ?? [];

describe('--help', async () => {
  let top: string;
  let texts: ReadonlyMap<string, string>;
  beforeAll(async () => {
    top = await help();
    const commands = top.slice(0, top.indexOf('Begin with:')).matchAll(/^ {2}([a-z][a-z-]+) {2,}\S/gm);
    const names = [...commands].map(([, name = '']) => name).filter((name) => name !== 'help');
    texts = new Map(await Promise.all(names.map(async (name) => [name, await help(name)] as const)));
  });

  test('of the program: the commands by what they are for', async () => {
    expect(headings(top)).toEqual([
      'Options:',
      'Set up:',
      'Watch:',
      'Take down:',
      'Scripts and other accounts:',
      'Without AWS:',
      'Begin with:',
      'Flags of a migration are environment variables too:',
    ]);
    expect(texts.size).toBeGreaterThanOrEqual(12);
    await expect(top.replaceAll(version, 'VERSION')).toMatchFileSnapshot('screens/help.txt');
  });

  test('of every command fits 80 columns, has examples, and has no option without a heading of its own', async () => {
    for (const [name, text] of [['', top] as const, ...texts]) {
      expect(
        text.split('\n').filter((line) => line.length > 80),
        name,
      ).toEqual([]);
    }
    for (const [name, text] of texts) {
      expect(text, name).toMatch(new RegExp(`^Usage: cognito-migrate ${name} `));
      expect(text, name).toMatch(/\nExamples:\n {2}\S*.*cognito-migrate/);
      expect(text, name).toMatch(/\nOutput:\n[\s\S]*--json[\s\S]*-h, --help/);
      await expect(text).toMatchFileSnapshot(`screens/help-${name}.txt`);
    }
  });
});
