/** Rows that an import job refuses: their reasons on the screen, and their names in a file. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { cognitoSettings } from '../../../src/sandbox/services/cognito/index.ts';
import { json } from '../../support/run-cli.ts';
import { add, byEmail, email, install } from '../users-support.ts';
import {
  agreed,
  chunkFoldersOf,
  emailsOf,
  type ImportAws,
  jobsOf,
  refuseRows,
  startImportAws,
} from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const noContact = 'The User Record does not set any of the auto verified attributes to true.';

/** ana, bert, cleo, and a user whose name a spreadsheet would run. The job refuses those in `refused`. */
async function start(refused: readonly string[]): Promise<ImportAws> {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  for (const name of ['bert@example.com', 'cleo@example.com', '=1@example.com'])
    await add(aws, { name, attributes: { ...email(name), name: 'Doe, B' } });
  refuseRows(aws, (row) => refused.some((name) => row.includes(name)));
  return aws;
}

test('the screen has a table of reasons, and exit code 8', async () => {
  const aws = await start(['bert@', '=1@']);
  const result = await aws.import(agreed);
  expect(result.code, result.stderr).toBe(8);
  expect(result.stdout).toContain('2 users could not be imported:');
  expect(result.stdout).toContain(`      2  ${noContact}`);
  expect(result.stdout).toContain('cognito-migrate import --out FILE');
  expect(result.stdout).not.toContain('bert@');
  expect(Object.keys(await emailsOf(aws, aws.newPool)).toSorted()).toEqual([
    'ana@example.com',
    'cleo@example.com',
  ]);
});

test('--out has their names, which no spreadsheet runs', async () => {
  const aws = await start(['bert@', '=1@']);
  const file = join(aws.folder, 'refused.csv');
  const result = await aws.import([...agreed, '--out', file, '--json']);
  expect(result.code, result.stderr).toBe(8);
  expect(json(result)).toMatchObject({
    ok: false,
    imported: 2,
    failed: 2,
    reasons: { [noContact]: 2 },
    file: { path: file, format: 'csv', users: 2, columns: ['Username', 'Reason'] },
  });
  const lines = (await readFile(file, 'utf8')).trimEnd().split('\r\n');
  expect([lines[0], ...lines.slice(1).toSorted()]).toEqual([
    'Username,Reason',
    `'=1@example.com,${noContact}`,
    `bert@example.com,${noContact}`,
  ]);
  expect(((await stat(file)).mode & 0o777).toString(8)).toBe('600');
  expect(await chunkFoldersOf(aws)).toEqual([]);
});

test('a file that exists is refused before anything starts', async () => {
  const aws = await start([]);
  const file = join(aws.folder, 'mine.txt');
  await writeFile(file, 'mine');
  const result = await aws.import([...agreed, '--out', file, '--json']);
  expect([result.code, json(result)]).toMatchObject([2, { error: { code: 'FILE_EXISTS' } }]);
  expect(await readFile(file, 'utf8')).toBe('mine');
  expect(await jobsOf(aws)).toEqual([]);
});

test('nobody was refused: the file has only its header. A dry run writes none', async () => {
  const aws = await start([]);
  const file = join(aws.folder, 'none.csv');
  expect(await aws.import(['--dry-run', '--out', file])).toMatchObject({ code: 0 });
  expect(await readdir(aws.folder)).not.toContain('none.csv');
  expect(await aws.import([...agreed, '--out', file])).toMatchObject({ code: 0 });
  expect(await readFile(file, 'utf8')).toBe('Username,Reason\r\n');
});

describe('a log that cannot be read stops no import', () => {
  test.each(['access-denied', 'internal-error'] as const)('%s', async (kind) => {
    const aws = await start(['bert@']);
    aws.sandbox.faults.inject({ operation: 'FilterLogEvents', kind, times: 10 });
    const result = await aws.import([...agreed, '--json']);
    expect(result.code, result.stderr).toBe(8);
    expect(json(result)).toMatchObject({
      imported: 3,
      failed: 1,
      reasons: { 'The log of the job has no reason': 1 },
    });
  });
});

test('a run that stops because nobody can be imported writes their names, too', async () => {
  const aws = await start(['@example.com']);
  cognitoSettings(aws.sandbox.world).importThreshold = 'half';
  for (let index = 0; index < 4; index += 1) await byEmail(aws, `more-${index}@example.com`);
  const file = join(aws.folder, 'all.ndjson');
  const result = await aws.import([...agreed, '--out', file, '--json']);
  expect([result.code, json(result)]).toMatchObject([7, { error: { code: 'NOBODY_IMPORTED' } }]);
  const rows = (await readFile(file, 'utf8')).trimEnd().split('\n');
  expect(rows.length).toBeGreaterThan(0);
  expect(JSON.parse(rows[0] ?? '')).toEqual({ Username: expect.stringContaining('@'), Reason: noContact });
});
