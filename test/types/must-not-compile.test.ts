import { execFile } from 'node:child_process';
import { readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { tempFolder } from '../support/temp.ts';

const root = fileURLToPath(new URL('../..', import.meta.url));
const subject = 'test/types/must-not-compile.ts';

/** What the project's own compiler says about one file, compiled with the project's own settings in a folder elsewhere. */
async function compile(text: string): Promise<{ readonly ok: boolean; readonly lines: readonly string[] }> {
  const folder = await tempFolder();
  const file = join(folder, 'must-not-compile.mts');
  await writeFile(file, text.replaceAll("'../../src/", `'${root}src/`));
  await symlink(join(root, 'node_modules'), join(folder, 'node_modules'), 'junction');
  const settings = { extends: join(root, 'tsconfig.json'), include: [], files: [file] };
  await writeFile(join(folder, 'tsconfig.json'), JSON.stringify(settings));
  return new Promise((resolve) => {
    const tsc = join(root, 'node_modules/typescript/bin/tsc');
    execFile(process.execPath, [tsc, '--pretty', 'false', '-p', folder], { cwd: folder }, (error, stdout) => {
      // Colleagues of this file may be half-written: only what is said about it counts.
      const lines = stdout.split('\n').filter((line) => line.includes('must-not-compile.mts('));
      resolve({ ok: error === null, lines });
    });
  });
}

/** Line numbers of a compiler's messages. */
const linesOf = (messages: readonly string[]): number[] =>
  [...new Set(messages.flatMap((message) => /\((\d+),/.exec(message)?.[1] ?? []).map(Number))].toSorted(
    (a, b) => a - b,
  );

test('each mistake is an error of its own, on the line below its expectation', {
  timeout: 60_000,
}, async () => {
  const text = await readFile(join(root, subject), 'utf8');
  const lines = text.split('\n');
  const expectations = lines.flatMap((line, index) => (line.includes('@ts-expect-error') ? [index + 1] : []));
  expect(expectations.length).toBeGreaterThan(10);

  const [withThem, without] = await Promise.all([
    compile(text),
    compile(lines.map((line) => (line.includes('@ts-expect-error') ? '' : line)).join('\n')),
  ]);
  expect(withThem.lines).toEqual([]);
  expect(without.ok).toBe(false);
  expect(linesOf(without.lines)).toEqual(expectations.map((line) => line + 1));
  const messages = without.lines.join('\n');
  expect(messages).toContain("Property 'POLICY_ARN' does not exist on type");
  expect(messages).toContain("Property 'NAME' does not exist on type");
  expect(messages).toContain("'vars.PERMISSIONS_BOUNDARY' is possibly 'undefined'");
});
