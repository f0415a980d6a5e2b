/** CI with suites of its own: Vitest really runs them, each in a folder with one test file. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { runSuites, type SuiteResult, tableOf } from '../../scripts/ci/run-suites.mjs';
import { numberOf, type Suite, suitesOf } from '../../scripts/ci/suites.mjs';
import { readManifest, root } from '../pack/support.ts';
import { given } from '../support/errors.ts';
import { tempFolder } from '../support/temp.ts';

const vitest = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs');
const report = fileURLToPath(new URL('../support/suite-report.ts', import.meta.url));

/** A suite of one test file. `test`, `expect` and the like are globals in it. */
async function suiteOf(source: string): Promise<Suite> {
  const folder = join(await tempFolder(), 'suite');
  await mkdir(folder);
  await writeFile(join(folder, 'one.test.js'), source);
  await writeFile(
    join(folder, 'vitest.config.mjs'),
    `export default ${JSON.stringify({ test: { globals: true, reporters: ['dot', report] } })};`,
  );
  return {
    name: 'own',
    command: [process.execPath, vitest, 'run', '--root', folder],
    cases: 'report',
    share: 1,
  };
}

interface Ran {
  readonly result: SuiteResult;
  readonly failed: boolean;
  readonly printed: string;
}

async function run(
  suite: Suite,
  { missing = [], strict = true }: { missing?: string[]; strict?: boolean } = {},
) {
  let printed = '';
  const print = (text: string, end = '\n') => {
    printed += text + end;
  };
  const { results, failed } = await runSuites([suite], { missing, strict, print });
  const [result] = results;
  if (result === undefined) throw new Error('no result');
  return { result, failed, printed: printed + tableOf(results) } satisfies Ran;
}

const passing = "test('adds', () => expect(1 + 1).toBe(2));";
const skippedFor = (note: string) => `${passing}
test('needs more', ({ skip }) => skip(${JSON.stringify(note)}));`;

describe('a run of suites', { timeout: 60_000 }, () => {
  test('passes when every case passes, and ends with the number of cases', async () => {
    const { result, failed, printed } = await run(await suiteOf(passing));
    expect(failed).toBe(false);
    expect(result).toMatchObject({ cases: 1, failed: 0, skipped: 0, faults: [] });
    expect(printed.split('\n').at(-1)).toBe('1 passed, 0 failed');
  });

  test('fails when a case fails', async () => {
    const { result, failed, printed } = await run(
      await suiteOf(`${passing}\ntest('lies', () => expect(1).toBe(2));`),
    );
    expect(failed).toBe(true);
    const reason = 'one.test.js > lies: expected 1 to be 2 // Object.is equality';
    expect(result).toMatchObject({ cases: 2, failed: 1, faults: ['exit code 1', '1 failed', reason] });
    expect(printed.split('\n').slice(-4)).toContain(`✖ own: ${reason}`);
    expect(printed.split('\n').at(-1)).toBe('1 passed, 1 failed');
  });

  test('fails when a file cannot even say its cases', async () => {
    const { result, failed } = await run(await suiteOf("throw new Error('broken');"));
    expect(failed).toBe(true);
    expect(result.faults).toEqual(expect.arrayContaining(['no case was run', 'one.test.js: broken']));
  });

  test('fails when a suite succeeds without a case', async () => {
    const suite = await suiteOf(passing);
    const { result, failed, printed } = await run({
      ...suite,
      command: [...suite.command, '--passWithNoTests', 'none'],
    });
    expect(failed).toBe(true);
    expect(result).toMatchObject({ cases: 0, failed: 1, faults: ['no case was run'] });
    expect(printed.split('\n').at(-1)).toBe('0 passed, 1 failed');
  });

  test('fails when every case is skipped, even for a program that is missing', async () => {
    const { result, failed } = await run(await suiteOf("test('x', ({ skip }) => skip('needs zsh'));"), {
      missing: ['zsh'],
    });
    expect(failed).toBe(true);
    expect(result.faults).toEqual(['no case was run']);
  });

  test('accepts a test that is skipped for a program that the machine cannot get', async () => {
    const { result, failed, printed } = await run(await suiteOf(skippedFor('needs terraform')), {
      missing: ['terraform'],
    });
    expect(failed).toBe(false);
    expect(result).toMatchObject({ cases: 2, skipped: 1, faults: [] });
    expect(printed.split('\n').slice(-2)).toEqual(['1 skipped', '1 passed, 0 failed']);
  });

  test('under CI=true, fails when a test is skipped for any other reason; elsewhere it does not', async () => {
    const suite = await suiteOf(
      [
        skippedFor('needs zsh'),
        "test('fails at times', ({ skip }) => skip('flaky'));",
        "test.skip('says no reason', () => {});",
        "test.todo('is not written');",
      ].join('\n'),
    );
    const missing = ['terraform'];
    const strict = await run(suite, { missing });
    expect(strict.failed).toBe(true);
    expect(strict.result.faults).toEqual([
      'skipped without need: one.test.js > needs more (needs zsh)',
      'skipped without need: one.test.js > fails at times (flaky)',
      'skipped without need: one.test.js > says no reason',
      'skipped without need: one.test.js > is not written',
    ]);
    const relaxed = await run(suite, { missing, strict: false });
    expect(relaxed.failed).toBe(false);
    expect(relaxed.printed.split('\n').slice(-2)).toEqual(['4 skipped', '1 passed, 0 failed']);
  });

  test('reads the number of cases of another program from its output', async () => {
    const suite: Suite = {
      name: 'lint',
      command: [process.execPath, '-e', 'console.log("Checked 7 files")'],
      cases: /Checked (\d+) files/,
      share: 1,
    };
    expect(await run(suite)).toMatchObject({ failed: false, result: { cases: 7 } });
    expect(await run({ ...suite, cases: /Checked (\d+) folders/ })).toMatchObject({
      failed: true,
      result: { faults: ['no case was run'] },
    });
  });

  test('fails when the program is not there', async () => {
    const suite: Suite = { name: 'x', command: ['no-such-program'], cases: 'report', share: 1 };
    expect(await run(suite)).toMatchObject({
      failed: true,
      result: { faults: ['exit code 127', 'no case was run'] },
    });
  });
});

test('a suite over its share is a warning, and not a failure', () => {
  const result = { cases: 3, failed: 0, skipped: 0, faults: [] };
  const table = tableOf([
    { ...result, name: 'test', allowedShare: 1, seconds: 100 },
    { ...result, name: 'policy', allowedShare: 0.1, seconds: 15 },
    { ...result, name: 'worlds', allowedShare: 0.4, seconds: 40 },
  ]);
  expect(table.split('\n').slice(-2)).toEqual([
    'warning: policy took 0.15 times as long as npm test (allowed: 0.10)',
    '9 passed, 0 failed',
  ]);
});

describe('the suites', () => {
  const ordinary = suitesOf({ seed: '07147a6f00', long: false });
  const long = suitesOf({ seed: '07147a6f00', long: true });

  test('run the command of the README', () => {
    expect(ordinary.map(({ command }) => command.join(' '))).toContain('npm test');
  });

  test('run scripts of package.json only', async () => {
    const { scripts } = readManifest(await readFile(join(root, 'package.json'), 'utf8'));
    const called = ordinary.flatMap(({ command }) => (command[1] === 'run' ? (command[3] ?? '') : []));
    expect(called.filter((name) => scripts[name] === undefined)).toEqual([]);
    expect(called).toEqual(expect.arrayContaining(['lint', 'typecheck', 'test:policy', 'test:faults']));
  });

  test('each test of npm test is in one of its three parts', async () => {
    const { scripts } = readManifest(await readFile(join(root, 'package.json'), 'utf8'));
    const parts = ['test:unit', 'test:aws', 'test:program'].flatMap((name) =>
      (scripts[name] ?? '').split(' ').filter((word) => word.startsWith('test/')),
    );
    const files = (await readdir(join(root, 'test'), { recursive: true })).filter(
      (name) => name.endsWith('.test.ts') && !name.includes('node_modules'),
    );
    const partsOf = (file: string): string[] =>
      parts.filter(
        (part) => part === `test/${file}` || `test/${file}`.replaceAll('\\', '/').startsWith(`${part}/`),
      );
    expect(files.length).toBeGreaterThan(100);
    expect(files.filter((file) => partsOf(file).length !== 1)).toEqual([]);
  });

  test('run a third of the faults, by the seed; in full they are the same suites', () => {
    const seed = String(0x07147a6f);
    expect(ordinary.find(({ name }) => name === 'faults')?.env).toMatchObject({
      FAULTS_PART: '3',
      FAULTS_SEED: seed,
    });
    expect(long.find(({ name }) => name === 'faults')?.env).not.toHaveProperty('FAULTS_PART');
    expect(long.map(({ name }) => name)).toEqual(ordinary.map(({ name }) => name));
  });

  test('try the same pools again with the same seed', async () => {
    const { env } = given(ordinary.find(({ name }) => name === 'preserve'));
    expect(env).toEqual({ PRESERVE_SEED: String(0x07147a6f) });
    const usual = fc.readConfigureGlobal();
    const seedOf = async (variables: Readonly<Record<string, string>>) => {
      for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
      vi.resetModules();
      await import('../settings-fuzz/tally.ts');
      return fc.readConfigureGlobal().seed;
    };
    onTestFinished(() => {
      vi.unstubAllEnvs();
      fc.configureGlobal(usual);
    });
    expect(await seedOf({ ...env, PRESERVE_RUNS: '300' })).toBe(0x07147a6f);
    expect(await seedOf({ PRESERVE_SEED: '43' })).toBe(43);
  });

  test('turn any seed into a number', () => {
    expect(numberOf('07147a6f00')).toBe(0x07147a6f);
    expect(numberOf('12345678')).toBe(12_345_678);
    expect(numberOf('42')).toBe(42);
    expect(numberOf('nightly-1')).not.toBe(numberOf('nightly-2'));
  });
});
