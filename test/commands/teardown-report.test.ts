/** The last report: teardown writes it into the working folder before it removes anything. */
import { mkdir, open, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import * as z from 'zod';
import { exitCodes } from '../../src/core/errors.ts';
import { takeLock } from '../../src/core/state-lock.ts';
import { lockOf } from '../../src/core/stored-file.ts';
import { isWrite } from '../../src/sandbox/journal.ts';
import { assertDone } from '../fault-injection/prove.ts';
import type { ConfigurationName, ConfiguredAws } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { parsed } from '../report/parsed.ts';
import { json, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';
import { installed } from './support.ts';

afterEach(() => {
  vi.restoreAllMocks();
});

const name = 'cognito-migrate-report-2026-11-22.html';

/** A migration, and a working folder for its teardown. */
async function ready(configuration?: ConfigurationName): Promise<{ aws: ConfiguredAws; folder: string }> {
  const [aws, folder] = [await installed(configuration), await tempFolder()];
  return { aws: { ...aws, io: { ...aws.io, folder } }, folder };
}

describe('teardown', () => {
  test('writes it before the first change, and says where it is', async () => {
    const { aws, folder } = await ready();
    const found: string[][] = [];
    aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (isWrite(operation)) found.push(await readdir(folder));
    });
    const ended = await runCli(aws.teardown, aws.io);
    assertDone(ended);
    expect(found.length).toBeGreaterThan(5);
    expect(found[0]).toEqual([name]);
    expect(`${ended.stdout}${ended.stderr}`).toContain(`The last report of this migration: ${name}`);
    const { text } = parsed(await readFile(join(folder, name), 'utf8'));
    expect(text).toContain('Last report, before teardown.');
    expect(text).toContain('Healthy. Users move when they sign in.');
    expect(text).toContain('Account numbers are left out.');
  });

  test.each(['rich', 'accounts', 'replaced'] as const)(
    '%s: with --json, its document names it',
    async (one) => {
      const { aws, folder } = await ready(one);
      const ended = await runCli([...aws.teardown, '--json'], aws.io);
      expect(ended.code, ended.stderr).toBe(exitCodes.ok.code);
      expect(json(ended)).toMatchObject({ ok: true, report: { path: name } });
      expect(await readdir(folder)).toEqual([name]);
      expect(parsed(await readFile(join(folder, name), 'utf8')).text).toContain('Healthy.');
    },
  );

  test('never replaces a file', async () => {
    const { aws, folder } = await ready();
    await writeFile(join(folder, name), 'mine');
    await mkdir(join(folder, name.replace('.html', '-2.html')));
    const ended = await runCli([...aws.teardown, '--json'], aws.io);
    expect(json(ended)).toMatchObject({ report: { path: name.replace('.html', '-3.html') } });
    expect(await readFile(join(folder, name), 'utf8')).toBe('mine');
    expect(await readdir(folder)).toHaveLength(3);
  });

  test.each([
    ['--no-report', ['--no-report'], {}],
    ['its variable', [], { COGNITO_MIGRATE_TEARDOWN_NO_REPORT: '1' }],
  ])('%s: none, and the log is not read', async (_, words, env) => {
    const { aws, folder } = await ready();
    const ended = await runCli([...aws.teardown, '--json', ...words], { ...aws.io, env });
    expect(ended.code, ended.stderr).toBe(exitCodes.ok.code);
    expect(json(ended)).not.toHaveProperty('report');
    expect(await readdir(folder)).toEqual([]);
    expect(aws.sandbox.journal.names()).not.toContain('logs:FilterLogEvents');
  });

  test.each([
    ['--dry-run', ['--dry-run']],
    ['--restore', ['--restore']],
  ])('%s: none', async (_, words) => {
    const { aws, folder } = await ready();
    assertDone(await runCli([...aws.teardown, ...words], aws.io));
    expect(await readdir(folder)).toEqual([]);
  });

  test('none if there is nothing to remove, or if another run holds the state file', async () => {
    const { aws, folder } = await ready();
    const unlock = await takeLock(lockOf(aws.state), aws.clock.now);
    expect((await runCli(aws.teardown, aws.io)).code).toBe(exitCodes.state.code);
    await unlock();
    expect(await readdir(folder)).toEqual([]);
    assertDone(await runCli([...aws.teardown, '--no-report'], aws.io));
    assertDone(await runCli(aws.teardown, aws.io));
    expect(await readdir(folder)).toEqual([]);
  });
});

describe('one that cannot be written is a warning, and teardown goes on', () => {
  test('no such folder: warns before the question, so that there is still time to write one', async () => {
    const { aws, folder } = await ready();
    const before = snapshot(aws);
    const io = { ...aws.io, folder: join(folder, 'nowhere') };
    const asked = await runCli(
      aws.teardown.filter((word) => word !== '--yes'),
      io,
    );
    expect(asked.code).toBe(exitCodes.usage.code);
    expect(asked.stderr).toContain(`The last report ${join(folder, 'nowhere', name)} cannot be written`);
    expect(asked.stderr).toContain('cognito-migrate status --report FILE');
    expect(snapshot(aws)).toBe(before);
    const ended = await runCli([...aws.teardown, '--json'], io);
    expect(ended.code, ended.stderr).toBe(exitCodes.ok.code);
    const document = z.object({ ok: z.literal(true), notes: z.array(z.object({ message: z.string() })) });
    const { notes } = document.parse(json(ended));
    expect(notes.filter(({ message }) => message.includes('cannot be written'))).toHaveLength(1);
    expect(json(ended)).not.toHaveProperty('report');
    expect(aws.sandbox.journal.writes().length).toBeGreaterThan(5);
    // Nothing is read for a page that nobody gets.
    expect(aws.sandbox.journal.names()).not.toContain('logs:FilterLogEvents');
    assertDone(await runCli(aws.teardown, io));
  });

  test('a disk that is full by then, and leaves no part of it', async () => {
    const { aws, folder } = await ready();
    const handle = await open(aws.state);
    await handle.close();
    const { writeFile: write } = handle;
    vi.spyOn(Object.getPrototypeOf(handle), 'writeFile').mockImplementation(function (this: unknown, text) {
      if (String(text).startsWith('<!doctype html>'))
        throw Object.assign(new Error('ENOSPC: no space left on device, write'), { code: 'ENOSPC' });
      return Reflect.apply(write, this, [text]);
    });
    const ended = await runCli(aws.teardown, aws.io);
    assertDone(ended);
    expect(ended.stderr).toContain('no space left on device');
    expect(ended.stderr).toContain('Teardown continues without it.');
    expect(await readdir(folder)).toEqual([]);
  });
});

test.each(['GetMetricData', 'FilterLogEvents'])(
  'without permission for %s it says so, and teardown goes on',
  async (operation) => {
    const { aws, folder } = await ready();
    aws.sandbox.faults.inject({ kind: 'access-denied', operation, times: 1000 });
    assertDone(await runCli(aws.teardown, aws.io));
    expect(parsed(await readFile(join(folder, name), 'utf8')).text).toContain(`:${operation}`);
  },
);
