/** docs/scale.md says what the commands need. Its counts hold: the bench runs again, for 1,000 users. */
import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { expect, test } from 'vitest';
import { root } from '../pack/support.ts';

/** `users: 33`, for the rows of this number of users. */
function callsIn(text: string, users: string): string[] {
  const rows = text.matchAll(/`([a-z -]+)`\W+([\d,]+)\W+([\d,]+)/g);
  return [...rows].flatMap(([, command, count, calls]) => (count === users ? [`${command}: ${calls}`] : []));
}

test('the page has the calls that the commands make for 1,000 users', async () => {
  const page = await readFile(join(root, 'docs/scale.md'), 'utf8');
  const { stdout } = await promisify(execFile)(process.execPath, ['test/bench/users/scale.mjs', '1000'], {
    cwd: root,
  });
  const measured = callsIn(stdout, '1,000');
  expect(measured.map((row) => row.split(':')[0])).toEqual(['users', 'import', 'sync --all', 'status']);
  expect(callsIn(page, '1,000')).toEqual(measured);
  // The calls of status do not depend on the number of sign-ins.
  const ofStatus = ['1,000', '100,000', '1,000,000'].map((users) => callsIn(page, users).at(-1));
  expect(new Set(ofStatus).size).toBe(1);
}, 120_000);
