import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { readdir, readFile, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { thisProcess } from '../../src/core/process-alive.ts';
import { dropDeadLock, takeLock } from '../../src/core/state-lock.ts';
import { given, refusalOf } from '../support/errors.ts';
import { tempFolder } from '../support/temp.ts';

const now = () => Date.parse('2026-11-22T12:00:00Z');
const newPath = async () => join(await tempFolder(), 'state.json.lock');
const { started: _started, ...here } = await thisProcess();
/** A lock that was taken in this boot and PID namespace. */
const holder = (more: object) =>
  JSON.stringify({ ...here, since: '2026-11-01T00:00:00.000Z', token: 'theirs', ...more });

/** The ID of a process that has ended. */
const deadPid = (): number => given(spawnSync(process.execPath, ['-e', '']).pid);

describe('takeLock', () => {
  test('names this process while it is held, and leaves nothing behind', async () => {
    const path = await newPath();
    const unlock = await takeLock(path, now);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({
      ...(await thisProcess()),
      since: '2026-11-22T12:00:00.000Z',
      token: expect.stringMatching(/^[0-9a-f-]{36}$/),
    });
    await unlock();
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('of two at the same time one wins, and the other names it', async () => {
    const path = await newPath();
    const results = await Promise.allSettled([takeLock(path, now), takeLock(path, now)]);
    const lost = results.filter((result) => result.status === 'rejected');
    expect(lost).toHaveLength(1);
    expect(lost[0]?.reason).toMatchObject({ code: 'STATE_LOCKED', exitCode: 6, found: { pid: process.pid } });
    expect(await readdir(join(path, '..'))).toEqual(['state.json.lock']);
  });

  test('a living process keeps its lock', async () => {
    const child = spawn(process.execPath, ['-e', 'setTimeout(() => {}, 60000)']);
    onTestFinished(() => {
      child.kill();
    });
    const path = await newPath();
    const text = holder({ pid: given(child.pid) });
    await writeFile(path, text);
    const error = await refusalOf(takeLock(path, now));
    expect(error.code).toBe('STATE_LOCKED');
    expect(error.message).toContain(`process ${child.pid} on ${hostname()}, since 2026-11-01`);
    expect(error.hint.join()).toContain(path);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('a dead process’s lock is taken over at once', async () => {
    const path = await newPath();
    await writeFile(path, holder({ pid: deadPid() }));
    const unlock = await takeLock(path, now);
    expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
    expect(await readdir(join(path, '..'))).toEqual(['state.json.lock']);
    await unlock();
  });

  test.runIf(process.platform === 'linux')(
    'so is the lock of one that its parent has not asked after',
    async () => {
      // The shell becomes a program that never asks after the child it was given: only then may that child end.
      const parent = spawn('sh', ['-c', 'sleep 60 & echo $!; exec sleep 60'], {
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      onTestFinished(() => {
        parent.kill('SIGKILL');
      });
      const [line] = await once(parent.stdout, 'data');
      const pid = Number(String(line));
      const stat = (args: number | undefined) => readFile(`/proc/${args}/stat`, 'utf8');
      const comesTo = (args: number | undefined, what: string) =>
        vi.waitFor(async () => expect(await stat(args)).toContain(what), { timeout: 5_000, interval: 10 });
      await comesTo(parent.pid, '(sleep)');
      process.kill(pid, 'SIGKILL');
      await comesTo(pid, ') Z ');
      expect(process.kill(pid, 0)).toBe(true); // it looks alive
      const path = await newPath();
      await writeFile(path, holder({ pid }));
      const unlock = await takeLock(path, now);
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
      await unlock();
    },
  );

  test('is cleared away where there is nothing to lock, but only when its process is dead', async () => {
    const path = await newPath();
    await dropDeadLock(path); // none
    await writeFile(path, holder({}));
    await dropDeadLock(path);
    expect(await readdir(join(path, '..'))).toEqual(['state.json.lock']);
    await writeFile(path, holder({ pid: deadPid() }));
    await dropDeadLock(path);
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  test('of two that take over the same dead lock one wins', async () => {
    const path = await newPath();
    await writeFile(path, holder({ pid: deadPid() }));
    const results = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(path, now)));
    expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect(await readdir(join(path, '..'))).toEqual(['state.json.lock']);
  });

  test.runIf(process.platform === 'linux')(
    'a process that was given the ID of a dead one counts as gone',
    async () => {
      const path = await newPath();
      await writeFile(path, holder({ started: '1' }));
      const unlock = await takeLock(path, now);
      await unlock();
      await writeFile(path, holder({ started: (await thisProcess()).started }));
      expect((await refusalOf(takeLock(path, now))).code).toBe('STATE_LOCKED');
    },
  );

  test.runIf(process.platform === 'linux').each([
    ['of another PID namespace', { pidNamespace: 'pid:[1]' }, ' (another container)'],
    ['of another boot', { boot: 'other' }, ' (another boot, or another machine of that name)'],
    ['of version 1.0.0', { pidNamespace: undefined, boot: undefined, token: undefined }, ' (version 1.0.0)'],
  ])('a lock %s is kept, whatever its process ID means here', async (_what, more, words) => {
    const path = await newPath();
    const text = holder({ pid: deadPid(), ...more });
    await writeFile(path, text);
    const error = await refusalOf(takeLock(path, now));
    expect(error).toMatchObject({ code: 'STATE_LOCKED', exitCode: 6 });
    expect(error.message).toContain(`on ${hostname()}${words}`);
    expect(error.found).not.toHaveProperty('token');
    expect(error.hint.join()).toContain('--break-lock');
    await dropDeadLock(path);
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test('a release removes its own lock only', async () => {
    const path = await newPath();
    const unlock = await takeLock(path, now);
    const text = holder({ pid: process.pid, since: '2026-11-22T12:00:00.000Z' });
    await writeFile(path, text);
    await unlock();
    expect(await readFile(path, 'utf8')).toBe(text);
  });

  test.each(['a living process', 'nobody that can be told'])(
    '--break-lock takes the lock of %s',
    async (who) => {
      const path = await newPath();
      await writeFile(path, who === 'a living process' ? holder({}) : 'not JSON');
      const unlock = await takeLock(path, now, true);
      expect(JSON.parse(await readFile(path, 'utf8'))).toMatchObject({ pid: process.pid });
      await unlock();
      expect(await readdir(join(path, '..'))).toEqual([]);
    },
  );

  test('a lock of another host is never taken over: nobody here can tell whether it is alive', async () => {
    const path = await newPath();
    await writeFile(path, holder({ pid: deadPid(), host: 'elsewhere' }));
    expect((await refusalOf(takeLock(path, now))).message).toContain('on elsewhere');
  });

  test.each(['', 'not JSON', '{}', '{"pid":"1"}'])(
    'an unreadable lock (%j) is respected, and said',
    async (text) => {
      const path = await newPath();
      await writeFile(path, text);
      const error = await refusalOf(takeLock(path, now));
      expect(error).toMatchObject({ code: 'STATE_LOCKED', found: null });
      expect(error.message).toContain('an unknown process');
      expect(await readFile(path, 'utf8')).toBe(text);
    },
  );
});
