/** The file of an import job on a disk that fills up while it is written. */
import { readdir } from 'node:fs/promises';
import { afterEach, expect, test, vi } from 'vitest';
import { writeChunkFile } from '../../../src/users/import/chunk-file.ts';
import { tempFolder } from '../../support/temp.ts';

/** Bytes that the disk still takes. */
const disk = vi.hoisted(() => ({ room: Number.POSITIVE_INFINITY, code: 'ENOSPC' }));

vi.mock(import('node:fs/promises'), async (original) => {
  const real = await original();
  return {
    ...real,
    open: async (...args: Parameters<typeof real.open>) => {
      const handle = await real.open(...args);
      const write = handle.writeFile.bind(handle);
      handle.writeFile = async (text, ...more) => {
        disk.room -= String(text).length;
        if (disk.room < 0)
          throw Object.assign(new Error('no space left on device, write'), { code: disk.code });
        return write(text, ...more);
      };
      return handle;
    },
  };
});

afterEach(() => {
  vi.unstubAllEnvs();
  disk.room = Number.POSITIVE_INFINITY;
});

async function* rows(): AsyncGenerator<string> {
  for (let row = 0; row < 100_000; row += 1) yield `user-${row},user-${row}@example.com,TRUE`;
}

test.each(['ENOSPC', 'EDQUOT', 'EIO'])(
  '%s in the middle: a clear error, and no file is left',
  async (code) => {
    const temp = await tempFolder();
    vi.stubEnv('TMPDIR', temp);
    Object.assign(disk, { room: 200_000, code });
    const writing = writeChunkFile('name,email,email_verified', rows(), { rows: 20_000, bytes: 90_000_000 });
    await expect(writing).rejects.toMatchObject({
      code: 'FILE_UNWRITABLE',
      exitCode: 2,
      message: `The temporary folder ${temp} cannot be written to: ${code}`,
      hint: [expect.stringContaining('TMPDIR=')],
    });
    expect(disk.room).toBeLessThan(0);
    expect(await readdir(temp)).toEqual([]);
  },
);
