/** Every command of every page runs as written, and ends as the page says. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test, vi } from 'vitest';
import { readPages } from '../../docs/pages.ts';
import { root } from '../../pack/support.ts';
import { consentOf, type Expected, expected, notRun } from './expected.ts';
import { commandsElsewhere, commandsIn } from './lines.ts';
import { startPage } from './scene.ts';

vi.setConfig({ testTimeout: 90_000 });

const pages = await readPages();
const withCommands = pages.filter(({ text }) => commandsIn(text).length > 0);

test('the list names every page with commands, and no other', () => {
  expect(withCommands.map(({ path }) => path).sort()).toEqual(Object.keys(expected).sort());
});

test('commands are in blocks of the language sh', () => {
  expect(pages.flatMap(({ text }) => commandsElsewhere(text))).toEqual([]);
});

test('the list names commands and placeholders that are on the page', () => {
  const gone = withCommands.flatMap(({ path, text }) => {
    const lines = commandsIn(text);
    const { commands = {}, placeholders = {} } = expected[path] ?? {};
    const unused = Object.keys(placeholders).filter((name) => !lines.some((line) => line.includes(name)));
    return [...Object.keys(commands).filter((line) => !lines.includes(line)), ...unused];
  });
  expect(gone).toEqual([]);
});

describe.skipIf(process.platform === 'win32')('the commands run', () => {
  test.each(withCommands)('of $path', async ({ path, text }) => {
    const page = await startPage(expected[path] ?? {});
    for (const line of commandsIn(text))
      expect(await problemsOf(page, line, commandOf(path, line))).toEqual([]);
  });
});

const commandOf = (path: string, line: string): Expected => expected[path]?.commands?.[line] ?? {};

type Page = Awaited<ReturnType<typeof startPage>>;

/** What did not go as the page a sentence each. */
async function problemsOf(page: Page, line: string, { code = 0, answers = '', typed, until }: Expected) {
  const written = page.fill(line);
  const result = await page.run(written, { answers: `${answers} ${consentOf(line)}`, typed, until });
  const ours = result.calls.filter(({ program }) => program === 'cognito-migrate');
  const others = result.calls.filter(({ program }) => program !== 'cognito-migrate');
  const named = written.split(/(?<![\w/.-])cognito-migrate(?=\s)/).length - 1;
  const scripts = await npmScripts();
  return [
    ...(written.includes('…') ? [`a placeholder is left: ${written}`] : []),
    ...(ours.length === named ? [] : [`${ours.length} of ${named} calls were made`]),
    ...ours.filter((call) => call.code !== code).map((call) => `${call.words} ended with ${call.code}`),
    ...(result.code !== code ? [`the shell ended with ${result.code}`] : []),
    ...others.filter(({ program }) => !(program in notRun)).map(({ program }) => `no reason for ${program}`),
    ...others
      .filter(({ program, words }) => program === 'npm' && words.startsWith('run '))
      .filter(({ words }) => !scripts.includes(words.split(' ')[1] ?? ''))
      .map(({ words }) => `no script of npm ${words}`),
  ].map((problem) => `${line}: ${problem}\n${result.output}`);
}

async function npmScripts(): Promise<string[]> {
  return Object.keys(JSON.parse(await readFile(join(root, 'package.json'), 'utf8')).scripts);
}

describe('the check', () => {
  test.each([
    ['cognito-migrate status --jsn', /ended with 2/],
    ['npx cognito-migrate status --json | jq .', undefined],
    ['cognito-migrate policy --json | head -n 1000', undefined],
    ['cognito-migrate staus || true', /ended with 2/],
    ['eval "$(cognito-migrate evn)"', /ended with 2/],
    ['cognito-migrate doctor --region …', /a placeholder is left/],
    ['npm run no-such-script', /no script of npm/],
    ['gibt-es-nicht --x', /the shell ended with 127/],
  ])('of %s', async (line, problem) => {
    const page = await startPage({ begin: 'migration' });
    const found = await problemsOf(page, line, {});
    if (problem === undefined) expect(found).toEqual([]);
    else expect(found.join('\n')).toMatch(problem);
  });
});
