/** The index, the rows, and the file. */
import { type FileHandle, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { systemClock } from '../../src/aws/clock.ts';
import { Interrupt } from '../../src/cli/terminal/interrupt.ts';
import { HashCollector } from '../../src/users/hash-index.ts';
import { NewFile } from '../../src/users/new-file.ts';
import { guarded, parseColumns, rowWriter } from '../../src/users/rows.ts';
import type { ListedUser } from '../../src/users/stream.ts';
import { refusal } from '../support/errors.ts';
import { tempFolder } from '../support/temp.ts';

describe('the index', () => {
  test('counts each text, and combines its marks', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.stringMatching(/^[ab]{0,3}$/), fc.integer({ min: 0, max: 3 }))),
        (added) => {
          const collector = new HashCollector();
          for (const [text, mark] of added) collector.add(text, mark);
          const index = collector.seal();
          expect(index.size).toBe(added.length);
          for (const text of ['', 'a', 'b', 'ab', 'bbb']) {
            const same = added.filter(([other]) => other === text);
            const marks = same.reduce((sum, [, mark]) => sum | mark, 0);
            expect(index.find(text)).toEqual({ count: same.length, marks });
          }
        },
      ),
    );
  });

  test('finds all of 200,000 texts and no other, in 17 bytes each', () => {
    const collector = new HashCollector();
    for (let number = 0; number < 200_000; number += 1) collector.add(`user${number}`);
    const index = collector.seal();
    const wrong = Array.from({ length: 200_000 }, (_, number) => number).filter(
      (number) => index.find(`user${number}`).count !== 1 || index.has(`other${number}`),
    );
    expect(wrong).toEqual([]);
    expect(collector.size).toBe(0);
  });
});

const ana: ListedUser = {
  userName: 'ana',
  enabled: true,
  status: 'CONFIRMED',
  attributes: [{ name: 'name', value: '=1+1' }],
  createdAt: new Date('2026-01-02T03:04:05Z'),
  modifiedAt: undefined,
};

describe('a row', () => {
  test.each([
    ['=1+1', "'=1+1"],
    ['+SUM(A1)', "'+SUM(A1)"],
    ['-cmd', "'-cmd"],
    ['@import', "'@import"],
    ['\t=1', "'\t=1"],
    ['＝1', "'＝1"],
    ['+15550100', '+15550100'],
    ['+1234567890123456', '+1234567890123456'],
    ['-1.5', '-1.5'],
    ['-1e5', '-1e5'],
    ['+1-2', "'+1-2"],
    ['a=b', 'a=b'],
    ['', ''],
  ])('%j is written as %j', (value, written) => {
    expect(guarded(value)).toBe(written);
  });

  test('in CSV is quoted where it must be', () => {
    const writer = rowWriter('csv', ['Username', 'name', 'UserCreateDate', 'State', 'Reason']);
    expect(writer.head).toBe('Username,name,UserCreateDate,State,Reason\r\n');
    expect(writer.row(ana, { state: 'cannot', reason: 'mfa' })).toBe(
      "ana,'=1+1,2026-01-02T03:04:05.000Z,cannot,mfa\r\n",
    );
    const odd = { ...ana, userName: 'a"b,c\r\nd' };
    expect(writer.row(odd, { state: 'moved' })).toMatch(/^"a""b,c\r\nd",/);
  });

  test('in CSV survives a reader, whatever the value is', () => {
    const writer = rowWriter('csv', ['Username', 'State']);
    fc.assert(
      fc.property(fc.string({ maxLength: 2048 }), (userName) => {
        const line = writer.row({ ...ana, userName }, { state: 'moved' });
        expect(cellsOf(line)).toEqual([guarded(userName), 'moved']);
      }),
    );
  });

  test('in NDJSON is one line with raw values', () => {
    const line = rowWriter('ndjson', ['name', 'email', 'State']).row(ana, { state: 'moved' });
    expect(line).toBe('{"name":"=1+1","email":null,"State":"moved"}\n');
  });

  test('has only columns that there are, each once', async () => {
    expect(parseColumns({ text: 'sub, State', source: '--columns' }, ['sub'])).toEqual(['sub', 'State']);
    for (const text of ['sub,sub', '', 'toString', 'sub,'])
      expect(await refusal(() => parseColumns({ text, source: '--columns' }, ['sub']))).toMatchObject({
        code: 'BAD_INPUT',
      });
  });
});

/** The cells of one line of CSV, read by RFC 4180. */
function cellsOf(line: string): string[] {
  const cells = [''];
  let isQuoted = false;
  for (const [at, letter] of [...line.slice(0, -2)].entries()) {
    const last = cells.length - 1;
    if (letter === '"') {
      isQuoted = !isQuoted;
      if (isQuoted && [...line][at - 1] === '"') cells[last] += '"';
    } else if (letter === ',' && !isQuoted) cells.push('');
    else cells[last] += letter;
  }
  return cells;
}

describe('a new file', () => {
  afterEach(() => {
    vi.restoreAllMocks();
  });

  /** The class of file handles, whose methods tests replace. */
  async function handles(): Promise<FileHandle> {
    const handle = await open('/dev/null');
    await handle.close();
    const prototype: FileHandle = Object.getPrototypeOf(handle);
    return prototype;
  }

  test('on a full disk is an error, and leaves nothing', async () => {
    const folder = await tempFolder();
    const file = await NewFile.open(join(folder, 'users.csv'));
    vi.spyOn(await handles(), 'writeFile').mockRejectedValue(
      Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' }),
    );
    const full = async () => {
      for (let number = 0; number < 10; number += 1) await file.write('x'.repeat(20_000));
      await file.finish();
    };
    const error = await refusal(full);
    expect(error).toMatchObject({ code: 'FILE_UNWRITABLE', exitCode: 2 });
    expect(error.message).toContain('no space left on device');
    await file.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  test('on a disk that is full only at the end is an error too', async () => {
    const folder = await tempFolder();
    const file = await NewFile.open(join(folder, 'users.csv'));
    await file.write('one');
    vi.spyOn(await handles(), 'sync').mockRejectedValue(
      Object.assign(new Error('EDQUOT: disk quota exceeded'), { code: 'EDQUOT' }),
    );
    expect(await refusal(() => file.finish())).toMatchObject({ code: 'FILE_UNWRITABLE' });
    await file.discard();
    expect(await readdir(folder)).toEqual([]);
  });

  test('appears whole, in the order of its writes', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'users.csv');
    const file = await NewFile.open(path);
    const parts = Array.from({ length: 300 }, (_, number) => `${number} ${'x'.repeat(1000)}\n`);
    await Promise.all(parts.map((part) => file.write(part)));
    expect(await readdir(folder)).toEqual([`users.csv.${process.pid}.tmp`]);
    await file.finish();
    await file.discard();
    expect(await readFile(path, 'utf8')).toBe(parts.join(''));
    expect(await readdir(folder)).toEqual(['users.csv']);
  });

  test('never replaces another file', async () => {
    const folder = await tempFolder();
    const path = join(folder, 'users.csv');
    const file = await NewFile.open(path);
    await writeFile(path, 'mine');
    expect(await refusal(() => file.finish())).toMatchObject({ code: 'FILE_EXISTS' });
    await file.discard();
    expect(await readFile(path, 'utf8')).toBe('mine');
    expect(await refusal(() => NewFile.open(path))).toMatchObject({ code: 'FILE_EXISTS' });
    expect(await refusal(() => NewFile.open(folder))).toMatchObject({ code: 'FILE_EXISTS' });
  });
});

test('16 concurrent waits, as for a large pool, print no warning', async () => {
  const warnings: Error[] = [];
  const note = (warning: Error): void => void warnings.push(warning);
  process.on('warning', note);
  const { signal } = new Interrupt(
    () => undefined,
    () => undefined,
  );
  await Promise.all(Array.from({ length: 16 }, () => systemClock.sleep(1, signal)));
  await new Promise((resolve) => setImmediate(resolve));
  process.off('warning', note);
  expect(warnings).toEqual([]);
});
