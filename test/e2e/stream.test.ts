/** `--json --stream` of real processes: when the lines come, and what becomes of the run when nobody reads them. */
import { once } from 'node:events';
import { open } from 'node:fs/promises';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { startLocalAws } from '../support/local-aws.ts';
import { linesSoFar, streamOf } from '../support/stream-lines.ts';
import { tempFolder } from '../support/temp.ts';
import { init, start } from './support.ts';

test('each line is there when it happens, while the run goes on', async () => {
  const pools = await startLocalAws();
  let release = (): void => undefined;
  const released = new Promise<void>((resolve) => {
    release = resolve;
  });
  pools.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation === 'CreateFunction') await released;
  });
  const running = start(await tempFolder(), init(pools, '--json', '--stream'), {
    AWS_ENDPOINT_URL: pools.sandbox.url,
  });
  // CreateFunction hangs: what came before is told, what has just begun too, and no result.
  await vi.waitFor(
    () => {
      const lines = linesSoFar(running.stdout());
      expect(lines).toContainEqual(
        expect.objectContaining({ type: 'done', step: 'lambda-role', done: 'created' }),
      );
      expect(lines).toContainEqual(expect.objectContaining({ type: 'start', step: 'lambda-function' }));
    },
    { timeout: 20_000 },
  );
  expect(linesSoFar(running.stdout())).not.toContainEqual(
    expect.objectContaining({ type: 'done', step: 'lambda-function' }),
  );
  expect(running.child.exitCode).toBeNull();
  release();
  const { code, stdout, stderr } = await running.ended;
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(streamOf(stdout).result).toMatchObject({ ok: true, command: 'init', changes: 10 });
});

test('Ctrl-C in the middle: the result is still the last line, and says so', async () => {
  const pools = await startLocalAws();
  const running = start(await tempFolder(), init(pools, '--json', '--stream'), {
    AWS_ENDPOINT_URL: pools.sandbox.url,
  });
  pools.sandbox.faults.onCall('before', ({ operation }) => {
    if (operation === 'CreateFunction') running.child.kill('SIGINT');
  });
  const { code, stdout } = await running.ended;
  expect(code).toBe(130);
  expect(streamOf(stdout).result).toMatchObject({ ok: false, error: { code: 'CANCELLED', exitCode: 130 } });
});

describe('a reader that has seen enough', () => {
  test.each([
    ['after the first line', 'stdout', ['--json', '--stream']],
    ['and nobody reads the messages either', 'stderr', ['--verbose']],
  ] as const)('%s: the work is done all the same, and nothing is said', async (_when, stream, flags) => {
    const pools = await startLocalAws();
    const folder = await tempFolder();
    const env = { AWS_ENDPOINT_URL: pools.sandbox.url };
    const running = start(folder, init(pools, ...flags), env);
    if (stream === 'stderr') running.child.stdout?.destroy();
    await once(running.child[stream] ?? running.child, 'data');
    running.child[stream]?.destroy();
    const { code, stderr } = await running.ended;
    expect(code).toBe(0);
    expect(stderr).not.toMatch(/EPIPE|bug|^\s+at /m);
    const again = await start(folder, init(pools, '--json'), env).ended;
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, changes: 0 });
  });
});

test.skipIf(process.platform !== 'linux')(
  'a full disk: the work is done to its end, and what is not written is not called a success',
  async () => {
    const pools = await startLocalAws();
    const folder = await tempFolder();
    const env = { AWS_ENDPOINT_URL: pools.sandbox.url };
    const full = await open('/dev/full', 'w');
    onTestFinished(() => full.close());
    const { code, stderr } = await start(folder, init(pools, '--json', '--stream'), env, full.fd).ended;
    expect(code).toBe(2);
    expect(stderr).toMatch(/^ {2}✖ Standard output cannot be written: ENOSPC.*\n$/);
    const again = await start(folder, init(pools, '--json'), env).ended;
    expect(JSON.parse(again.stdout)).toMatchObject({ ok: true, changes: 0 });
    const missing = await start(folder, ['logs', '--state', 'none.json', '--json'], {}, full.fd).ended;
    expect(missing.code).toBe(2);
    expect(missing.stderr).toMatch(/Missing: [\s\S]*cannot be written/);
  },
);
