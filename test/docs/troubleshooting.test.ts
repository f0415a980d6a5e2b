/** docs/troubleshooting.md against the source: every error code and every reason of the function has its row. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { isFindingId } from '../../src/core/findings.ts';
import { inlineCodeOf } from './markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

async function sourceOf(folder: string): Promise<string> {
  const names = (await readdir(join(root, folder), { recursive: true })).filter((name) =>
    name.endsWith('.ts'),
  );
  const texts = await Promise.all(names.map((name) => readFile(join(root, folder, name), 'utf8')));
  return texts.join('\n');
}

let page: string;
let program: string;
let handler: string;

beforeAll(async () => {
  const parts = ['src/cli', 'src/aws', 'src/core', 'src/steps'].map(sourceOf);
  page = await readFile(join(root, 'docs/troubleshooting.md'), 'utf8');
  program = (await Promise.all(parts)).join('\n');
  handler = await sourceOf('src/lambda');
});

/** What stands between one heading and the next of the same level. */
function section(heading: string): string {
  const level = heading.split(' ')[0] ?? '';
  const [, rest = ''] = page.split(`\n${heading}\n`);
  return rest.split(`\n${level} `)[0] ?? '';
}

/** The backquoted words of the first column. */
const firstColumn = (text: string): string[] =>
  text.split('\n').flatMap((line) => (line.startsWith('|') ? inlineCodeOf(line.split('|')[1] ?? '') : []));

const errorCode = /^[A-Z]+(_[A-Z]+)*$/;

test('every error code is there, and none that does not exist', () => {
  const thrown = [
    ...program.matchAll(/\bcode:[^,;]*?'([A-Z][A-Z_]+)'(?:[^,;]*?'([A-Z][A-Z_]+)')?/g), // a ternary has two
    ...program.matchAll(/\b(?:refuse|broken)\(\s*(?:\w+,\s*[^,]+,\s*)?'([A-Z][A-Z_]+)'/g),
    ...program.matchAll(/,\s*'(STATE_[A-Z_]+)',?\s*\)/g),
  ].flatMap(([, one = '', other = '']) => [one, other].filter((code) => errorCode.test(code)));
  const neverSeen = new Set(['BLOCKED']); // where the doctor blocks, its finding is the code
  const codes = new Set(thrown.filter((code) => !isFindingId(code) && !neverSeen.has(code)));
  expect([...codes]).toEqual(
    expect.arrayContaining(['SAME_POOL', 'PROBE_DENIED', 'STATE_NEWER', 'AWS_BUSY', 'DECLINED']),
  );
  const described = new Set(inlineCodeOf(section('## By exit code')).filter((word) => errorCode.test(word)));
  expect(
    [...codes].filter((code) => !described.has(code)),
    'codes without a row',
  ).toEqual([]);
  expect(
    [...described].filter((code) => code.includes('_') && !program.includes(`'${code}'`)),
    'rows without a code',
  ).toEqual([]);
});

test('every exit code of a failure has its section', () => {
  const sections = [...section('## By exit code').matchAll(/^### (\d+):/gm)].map(([, code]) => Number(code));
  const failures = Object.values(exitCodes)
    .map(({ code }) => code)
    .filter((code) => code !== 0);
  expect(sections).toEqual(failures);
});

test('every reason of the function is there, and none that does not exist', () => {
  const given = [
    ...handler.matchAll(/\b(?:untouched|reset|fail|retry|created)\('([a-z-]+)'/g),
    ...handler.matchAll(/\b(?:reason|refused): (?:(?!=>)[^'\n,])*'([a-z-]+)'/g),
    ...handler.matchAll(/^ {4}\| '([a-z-]+)';?$/gm), // the reasons of an unusable event
  ].map(([, reason = '']) => reason);
  const notForPeople = new Set(['probe', 'unknown-trigger']);
  const reasons = new Set(given.filter((reason) => !notForPeople.has(reason)));
  expect([...reasons]).toEqual(
    expect.arrayContaining(['wrong-password', 'other-name', 'no-attributes', 'password-proven', 'bug']),
  );
  const described = firstColumn(section("## The function's reasons"));
  const words = described.filter((word) => /^[a-z-]+$/.test(word) && !['reset', 'untouched'].includes(word));
  expect(
    [...reasons].filter((reason) => !words.includes(reason)),
    'reasons without a row',
  ).toEqual([]);
  expect(
    words.filter((word) => !handler.includes(`'${word}'`)),
    'rows without a reason',
  ).toEqual([]);
});
