/** docs/troubleshooting.md against the source: every error code and every reason of the function has its row. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { beforeAll, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { isFindingId } from '../../src/core/findings.ts';
import { reasons } from '../../src/lambda/reasons.ts';
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

beforeAll(async () => {
  const parts = ['src/cli', 'src/aws', 'src/core', 'src/steps'].map(sourceOf);
  page = await readFile(join(root, 'docs/troubleshooting.md'), 'utf8');
  program = (await Promise.all(parts)).join('\n');
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

test('every reason of the function is there, under its outcome, and none that does not exist', () => {
  const notForPeople: readonly string[] = ['probe', 'unknown-trigger'];
  const rowsOf = (heading: string): string[] =>
    firstColumn(section(`### ${heading}`)).filter((word) => word !== 'reset' && word !== 'untouched');
  const forPeople = (list: readonly string[]): string[] =>
    list.filter((reason) => !notForPeople.includes(reason)).toSorted();
  expect(rowsOf('Users who moved').toSorted()).toEqual(forPeople([...reasons.migrated, ...reasons.reset]));
  expect(rowsOf('Users who did not').toSorted()).toEqual(forPeople(reasons.untouched));
  expect(rowsOf('Failures').toSorted()).toEqual(forPeople(reasons.failed));
});
