/** A state file that cannot be written is found out before AWS is touched, or ends the run in an orderly way. */
import { mkdir, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, onTestFinished, test, vi } from 'vitest';
import writeFileAtomic from 'write-file-atomic';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { argvOf, assertDone, assertOrderly, assertTakenDown, prepare } from './prove.ts';
import { type ConfiguredAws, openConfiguredAws } from './scene.ts';
import { snapshot } from './snapshot.ts';

vi.mock(import('write-file-atomic'), async (original) => {
  const real = await original();
  return { ...real, default: Object.assign(vi.fn(real.default), real.default) };
});

const disk = vi.mocked(writeFileAtomic);

async function opened(): Promise<ConfiguredAws> {
  const scene = await openConfiguredAws('plain', 'fake');
  onTestFinished(() => scene.close());
  return scene;
}

/** What Node says of a disk without room, and of one that is read only. */
const failure = (code: 'ENOSPC' | 'EROFS'): Error =>
  Object.assign(new Error(code === 'ENOSPC' ? 'no space left on device, write' : 'read-only file system'), {
    code,
  });

const withState = (argv: readonly string[], scene: ConfiguredAws, state: string): string[] =>
  argv.map((word) => (word === scene.state ? state : word));

afterEach(() => {
  disk.mockReset(); // as it really is
});

describe('before the first write', () => {
  test.each(['ENOSPC', 'EROFS'] as const)('%s: exit 6, and AWS is as it was', async (code) => {
    const scene = await opened();
    const before = snapshot(scene);
    disk.mockRejectedValue(failure(code));
    const ended = await runCli(scene.init, scene.io);
    assertOrderly(ended);
    expect(ended.code).toBe(exitCodes.state.code);
    expect(ended.stderr).toContain('cannot be written');
    expect(scene.sandbox.journal.writes()).toEqual([]);
    expect(snapshot(scene)).toBe(before);
    expect(await readdir(scene.folder)).toEqual([]);
  });

  test.each([
    ['a folder that is not there', 'nowhere/state.json'],
    ['a file in the place of the folder', 'file/state.json'],
    ['a folder in the place of the file', 'folder'],
  ])('%s: exit 6, and AWS is as it was', async (_what, path) => {
    const scene = await opened();
    await writeFile(join(scene.folder, 'file'), '');
    await mkdir(join(scene.folder, 'folder'));
    const ended = await runCli(withState(scene.init, scene, join(scene.folder, path)), scene.io);
    assertOrderly(ended);
    expect(ended.code).toBe(exitCodes.state.code);
    expect(scene.sandbox.journal.writes()).toEqual([]);
  });
});

describe.each(['init', 'repair', 'teardown'] as const)('the disk is full in the middle of %s', (command) => {
  test.each([2, 4, 7, 10])(
    'after %i writes of the file: exit 6, and the next run ends as it should',
    async (most) => {
      const scene = await opened();
      const before = snapshot(scene);
      await prepare(scene, command);
      disk.mockClear();
      const real = given(disk.getMockImplementation(), 'the real one');
      disk.mockImplementation(async (...args) => {
        if (disk.mock.calls.length > most) throw failure('ENOSPC');
        await real(...args);
      });
      const ended = await runCli(argvOf(scene, command), scene.io);
      assertOrderly(ended);
      expect(ended.code, ended.stderr).toBe(exitCodes.state.code);
      await loadState(scene.state);

      disk.mockReset();
      assertDone(await runCli(argvOf(scene, command), scene.io));
      if (command === 'teardown') expect(snapshot(scene)).toBe(before);
      else await assertTakenDown(scene, before);
    },
  );
});
