/** The built program, from beginning to end, as a script would run it. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test } from 'vitest';
import { createSandbox, noDelays } from '../../src/sandbox/index.ts';
import { tempFolder } from '../support/temp.ts';
import { holds, startProcess } from './support.ts';

test('exits 0, writes its report, and the local AWS then holds nothing', async () => {
  const sandbox = await createSandbox({ delays: noDelays });
  onTestFinished(() => sandbox.close());
  const folder = await tempFolder();
  const { code, out, err } = await startProcess(sandbox, folder, '--yes', '--report', 'report.md').ended;
  expect(code, err).toBe(0);
  expect(out).toContain('promises hold.');
  expect(await readFile(join(folder, 'report.md'), 'utf8')).toContain(
    '| endpoint | one of its own (flag, environment or configuration file), not AWS itself |',
  );
  expect(holds(sandbox)).toEqual([]);
}, 60_000);
