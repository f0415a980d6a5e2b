/** The last count of users who have moved: `users` keeps it, `status` shows it. */
import { readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { StatusDocument } from '../../src/core/status-document.ts';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { fakeClock } from '../support/clock.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { addMoved, byEmail, install, usersOf } from './users-support.ts';

const noon = '2026-11-22T12:00:00.000Z';
/** The clock goes on while users are read. */
const at = expect.stringMatching(/^2026-11-22T12:0/);

/** A migration with two users of whom one has moved, at noon of a certain day. */
async function withOneMoved(...flags: string[]) {
  const aws = await startLocalAws();
  await install(aws, ...flags);
  await byEmail(aws, 'moved@example.com');
  if (flags.includes('--add-old-sub')) await addMoved(aws, 'moved@example.com');
  else await byEmail(aws, 'moved@example.com', { pool: aws.newPool });
  const clock = fakeClock(Date.parse(noon));
  const run = (...words: readonly string[]) => runCli([...words], { clock });
  const status = (...more: string[]) => run('status', ...aws.where, ...more);
  const movedIn = async () => StatusDocument.parse(json(await status('--json'))).users.moved;
  return { aws, run, status, movedIn };
}

const stateOf = async ({ file }: LocalAws) => JSON.parse(await readFile(file, 'utf8'));

test('status says nothing before the first count', async () => {
  const { status, movedIn } = await withOneMoved('--add-old-sub');
  expect(await movedIn()).toBeUndefined();
  expect((await status()).stdout).not.toContain('moved as of');
});

test('users keeps a number and a date, and nothing about a user', async () => {
  const { aws, run, status, movedIn } = await withOneMoved('--add-old-sub');
  const before = await stateOf(aws);
  const counted = await run(...usersOf(aws));
  expect(counted.code, counted.stderr).toBe(0);
  const kept = await stateOf(aws);
  expect(kept).toEqual({ ...before, moved: { users: 1, at, isExact: true } });
  expect(await movedIn()).toEqual({ users: 1, at, exact: true });
  expect((await status()).stdout).toContain('          1 moved as of 2026-11-22, by cognito-migrate users');
});

test('the report shows it too', async () => {
  const { aws, run, status } = await withOneMoved('--add-old-sub');
  await run(...usersOf(aws));
  const file = join(aws.folder, 'report.html');
  const ended = await status('--report', file);
  expect(ended.code, ended.stderr).toBe(0);
  expect(await readFile(file, 'utf8')).toContain(
    '1 moved as of Nov 22, 2026, by the last count of both pools.',
  );
});

test('without the old sub, the number is called a guess', async () => {
  const { aws, run, status, movedIn } = await withOneMoved();
  await run(...usersOf(aws));
  expect(await movedIn()).toMatchObject({ exact: false });
  expect((await status()).stdout).toContain('probably 1 moved as of 2026-11-22');
});

test('later runs of init keep it, and it is lost with the state file', async () => {
  const { aws, run, status, movedIn } = await withOneMoved('--add-old-sub');
  await run(...usersOf(aws));
  expect((await run(...aws.init('--new-client-id', aws.clients.web, '--yes', '--tag', 'a=b'))).code).toBe(0);
  expect(await movedIn()).toMatchObject({ users: 1 });
  await rm(aws.file);
  const pools = aws.init().slice(1, 5);
  expect(json(await status(...pools, '--json'))).toMatchObject({ installed: true });
  expect((await status(...pools)).stdout).not.toContain('moved as of');
});

test('users makes no state file, and none of another migration is changed', async () => {
  const { aws, run } = await withOneMoved('--add-old-sub');
  await rm(aws.file);
  expect((await run(...usersOf(aws))).code).toBe(0);
  await expect(readFile(aws.file)).rejects.toThrow('ENOENT');
});

test('while another run holds the state file, users counts all the same, and says so', async () => {
  const { aws, run, movedIn } = await withOneMoved('--add-old-sub');
  await writeFile(`${aws.file}.lock`, JSON.stringify({ pid: process.ppid, host: 'elsewhere', at: noon }));
  const counted = await run(...usersOf(aws));
  expect(counted.code, counted.stderr).toBe(0);
  expect(counted.stderr).toContain('status cannot show this count');
  await rm(`${aws.file}.lock`);
  expect(await movedIn()).toBeUndefined();
});

test('a count that is not complete is not kept', async () => {
  const { aws, run, movedIn } = await withOneMoved('--add-old-sub');
  const predicate = (call: JournalEntry): boolean => call.operation === 'ListUsers';
  aws.sandbox.faults.add({ kind: 'internal-error', predicate, times: 10_000 });
  expect((await run(...usersOf(aws))).code).not.toBe(0);
  aws.sandbox.faults.clear();
  expect(await movedIn()).toBeUndefined();
});
