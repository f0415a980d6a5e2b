/** The terminal is closed while something is going on in it. */
import { spawn } from '@lydell/node-pty';
import { expect, inject, onTestFinished, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { createSandbox, keysOf, noDelays } from '../../src/sandbox/index.ts';
import { holds, home } from '../self-test/support.ts';
import { tempFolder } from '../support/temp.ts';

test('the self-test deletes what it has made, though terminal and shell both say so', async () => {
  const sandbox = await createSandbox({ delays: noDelays });
  onTestFinished(() => sandbox.close());
  const cwd = await tempFolder();
  const words = [inject('program'), 'self-test', '--yes', '--endpoint-url', sandbox.url];
  const pty = spawn(process.execPath, words, {
    cwd,
    env: {
      PATH: process.env.PATH,
      HOME: cwd,
      AWS_REGION: home.region,
      AWS_ACCESS_KEY_ID: keysOf(home.account).accessKeyId,
      AWS_SECRET_ACCESS_KEY: 'local',
    },
  });
  const ended = new Promise<number>((resolve) => {
    pty.onExit(({ exitCode }) => resolve(exitCode));
  });
  let clients = 0;
  sandbox.faults.onCall('after', ({ operation }) => {
    if (operation !== 'CreateUserPoolClient') return;
    clients += 1;
    if (clients <= 2) pty.kill('SIGHUP');
  });
  expect(await ended).toBe(exitCodes.cancelled.code);
  expect(clients).toBeGreaterThan(0);
  expect(holds(sandbox)).toEqual([]);
});
