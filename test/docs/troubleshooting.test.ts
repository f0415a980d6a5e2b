/** docs/troubleshooting.md against the program: every error code and every reason of the function has its row. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { beforeAll, expect, test } from 'vitest';
import { errorCodes } from '../../src/core/error-codes.ts';
import { exitCodes } from '../../src/core/errors.ts';
import { reasons } from '../../src/lambda/reasons.ts';
import { inlineCodeOf } from './markdown.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));

let page: string;

beforeAll(async () => {
  page = await readFile(join(root, 'docs/troubleshooting.md'), 'utf8');
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

const kinds = Object.entries(exitCodes).flatMap(([kind, { code }]) =>
  isErrorKind(kind) ? [{ kind, code, codes: errorCodes[kind] }] : [],
);

/** The section of one exit code. */
const sectionOf = (exitCode: number): string => {
  const [heading = ''] = new RegExp(`^### ${exitCode}: .*$`, 'm').exec(page) ?? [];
  return section(heading);
};

function isErrorKind(kind: string): kind is keyof typeof errorCodes {
  return Object.hasOwn(errorCodes, kind);
}

test.each(kinds)(
  'every error code of $kind is there, under exit code $code, and none that does not exist',
  ({ code, codes }) => {
    const text = sectionOf(code);
    const described = inlineCodeOf(text);
    expect(
      codes.filter((one) => !described.includes(one)),
      'codes without a row',
    ).toEqual([]);
    const rows = firstColumn(text).filter((word) => /^[A-Z]+(_[A-Z]+)+$/.test(word));
    expect(
      rows.filter((row) => !codes.some((one) => one === row)),
      'rows without a code',
    ).toEqual([]);
  },
);

test('no code is of two kinds', () => {
  const all = Object.values(errorCodes).flat();
  expect(all.length).toBe(new Set(all).size);
});

test('every exit code of a failure has its section', () => {
  const sections = [...section('## By exit code').matchAll(/^### (\d+):/gm)].map(([, code]) => Number(code));
  const failures = Object.values(exitCodes)
    .map(({ code }) => code)
    .filter((code) => code !== 0);
  expect(sections).toEqual(failures);
});

test('every reason of the function is there, under its outcome, and none that does not exist', () => {
  const rowsOf = (heading: string): string[] =>
    firstColumn(section(`### ${heading}`)).filter((word) => word !== 'reset' && word !== 'untouched');
  expect(rowsOf('Users who moved').toSorted()).toEqual([...reasons.migrated, ...reasons.reset].toSorted());
  expect(rowsOf('Users who did not').toSorted()).toEqual(reasons.untouched.toSorted());
  expect(rowsOf('Failures').toSorted()).toEqual(reasons.failed.toSorted());
});

/** What an entry point bundles. The lists above are only types to it, so a word that is in it is given somewhere. */
async function bundleOf(entry: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: [entry],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    packages: 'external',
    logLevel: 'silent',
  });
  return outputFiles.map(({ text }) => text).join('\n');
}

test('the program gives every error code, and the function every reason', async () => {
  const [program, handler] = await Promise.all(['src/cli/main.ts', 'src/lambda/handler.ts'].map(bundleOf));
  const lackedBy = (text: string | undefined, words: readonly string[]): string[] =>
    words.filter((word) => text?.includes(`"${word}"`) !== true);
  expect(lackedBy(program, Object.values(errorCodes).flat())).toEqual([]);
  expect(lackedBy(handler, Object.values(reasons).flat())).toEqual([]);
  expect(lackedBy(handler, ['no-such-reason'])).toEqual(['no-such-reason']);
});
