/** The built program, from beginning to end, as a script would run it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSandbox, noDelays } from '../../src/sandbox/index.ts';
import { tempFolder } from '../support/temp.ts';
import { holds, startSelfTest } from './support.ts';

test('exits 0, writes its report, and the local AWS then holds nothing', async () => {
  const sandbox = await createSandbox({ delays: noDelays });
  onTestFinished(() => sandbox.close());
  const folder = await tempFolder();
  const { code, stdout, stderr } = await startSelfTest(sandbox, folder, '--yes', '--report', 'report.md')
    .ended;
  expect(code, stderr).toBe(0);
  expect(stdout).toContain('promises hold.');
  expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain(
    '| endpoint | one of its own (flag, environment or configuration file), not AWS itself |',
  );
  expect(holds(sandbox)).toEqual([]);
}, 60_000);
