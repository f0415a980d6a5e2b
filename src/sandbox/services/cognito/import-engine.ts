/**
 * The work of import jobs, on the world's clock: it catches up with the time whenever a call arrives.
 * Developer Guide, "Importing users into user pools from a CSV file"; examples of describe-user-import-job in the
 * AWS CLI reference, for the words of results and of the log.
 */
import { ServiceError } from '../../operation.ts';
import type { StateKind, World } from '../../world.ts';
import { openRoleStream } from '../logs/role-stream.ts';
import { addEvents } from '../logs/state.ts';
import { mostBytes, readCsv } from './import-csv.ts';
import { csvHeader, type ImportedUser, importedUser } from './import-rows.ts';
import type { ImportJob, ImportLine, Pool } from './state.ts';
import { fireTrigger } from './triggers.ts';
import { createUser, touchUser } from './user-store.ts';

/** A job that is not started expires after 24 to 48 hours. */
const lifeMs = 24 * 60 * 60_000;

export const stoppedText = 'The Import Job was stopped by the developer.';
const expiredText = 'The user import job has expired.';
const tooManyText = 'Too many users have failed or been skipped during the import.';

/** A job in one of these states blocks changes of the pool. */
const busyStates: ReadonlySet<string> = new Set(['Pending', 'InProgress', 'Stopping']);

export const isBusy = ({ status }: ImportJob): boolean => busyStates.has(status);

/** Jobs that have not ended, with their pools. A pool can be deleted before. */
const openKind: StateKind<Map<ImportJob, Pool>> = { name: 'cognito-open-imports', create: () => new Map() };

const openJobs = (world: World): Map<ImportJob, Pool> => world.state(openKind, '', '');

export function addImportJob(world: World, pool: Pool, job: ImportJob): void {
  pool.importJobs.push(job);
  openJobs(world).set(job, pool);
}

/** Worlds whose jobs are catching up right now. A trigger of such a job can call the local AWS meanwhile. */
const catchingUp = new WeakSet<World>();

/** Does everything that the jobs of a world have to do until now. */
export async function runImportJobs(world: World): Promise<void> {
  const open = openJobs(world);
  if (open.size === 0 || catchingUp.has(world)) return;
  catchingUp.add(world);
  try {
    for (const [job, pool] of open) {
      await catchUp(world, pool, job);
      if (job.completed !== undefined) open.delete(job);
    }
  } finally {
    catchingUp.delete(world);
  }
}

async function catchUp(world: World, pool: Pool, job: ImportJob): Promise<void> {
  const now = world.now();
  if (job.status === 'Created') {
    if (now >= job.created + lifeMs) end(job, 'Expired', job.created + lifeMs, expiredText);
    return;
  }
  const begin = (job.started ?? now) + world.delays.importStart;
  if (job.status === 'Pending' && now >= begin) open(world, pool, job, begin);
  if (job.status === 'InProgress') await importRows(world, pool, job, begin);
  if (job.status === 'Stopping') end(job, 'Stopped', now, stoppedText);
}

function end(job: ImportJob, status: ImportJob['status'], at: number, message: string): void {
  job.status = status;
  job.completed = at;
  job.message = message;
  delete job.rows;
  delete job.file;
}

/** Reads the file when the job leaves the state Pending. */
function open(world: World, pool: Pool, job: ImportJob, at: number): void {
  const { importBackslash: backslash, importBrokenRow: brokenRow } = pool.settings;
  const file = job.file ?? { bytes: new Uint8Array(), size: 0 };
  const read =
    file.size > mostBytes
      ? 'The CSV file is larger than 100 MB.'
      : readCsv(file.bytes, csvHeader(pool), { backslash, brokenRow });
  if (typeof read === 'string') {
    end(job, 'Failed', at, read);
    return;
  }
  job.status = 'InProgress';
  job.rows = read;
  writeLog(world, pool, job, []);
}

type Result = 'SUCCEEDED' | 'SKIPPED' | 'FAILED';
const counters = { SUCCEEDED: 'imported', SKIPPED: 'skipped', FAILED: 'failed' } as const;

async function importRows(world: World, pool: Pool, job: ImportJob, begin: number): Promise<void> {
  const { importRow } = world.delays;
  const rows = job.rows ?? [];
  const timeOf = (count: number): number => begin + Math.ceil(count * importRow);
  const lines: ImportLine[] = [];
  let done = job.imported + job.skipped + job.failed;
  while (job.status === 'InProgress' && done < rows.length && timeOf(done + 1) <= world.now()) {
    const row = rows[done];
    if (row === undefined) break;
    done += 1;
    const at = timeOf(done);
    const user = typeof row.values === 'string' ? row.values : importedUser(pool, row.values);
    const { result, text } =
      typeof user === 'string' ? failed(user) : await importUser({ ...world, now: () => at }, pool, user);
    job[counters[result]] += 1;
    lines.push({ at, message: `[${result}] Line Number ${row.line} - ${text}` });
    if (hasTooMany(pool, job, rows.length)) end(job, 'Failed', at, tooManyText);
  }
  writeLog(world, pool, job, lines);
  if (job.status === 'InProgress' && done === rows.length)
    end(job, 'Succeeded', timeOf(done), 'Import Job Completed Successfully.');
}

/** AWS doesn't document the threshold. 14 imported and 32 failed users were too many, and so was 1 of 1. */
function hasTooMany({ settings }: Pool, { skipped, failed: count }: ImportJob, rows: number): boolean {
  const share = { half: 0.5, tenth: 0.1, never: 1 }[settings.importThreshold];
  return skipped + count > share * rows;
}

interface Outcome {
  readonly result: Result;
  readonly text: string;
}

const failed = (text: string): Outcome => ({ result: 'FAILED', text });

/** Creates the user without a password and without a message. */
async function importUser(world: World, pool: Pool, user: ImportedUser): Promise<Outcome> {
  const { name, attributes, hasMfa } = user;
  try {
    if (pool.settings.importFiresPreSignUp)
      await fireTrigger(world, pool, undefined, 'PreSignUp', {
        source: 'PreSignUp_AdminCreateUser',
        userName: name,
        request: { userAttributes: Object.fromEntries(attributes), validationData: {} },
        response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
      });
    const created = createUser(world, pool, { name, attributes, status: 'RESET_REQUIRED' });
    if (hasMfa && attributes.has('phone_number')) created.factors.add('SMS_MFA');
    if (pool.settings.importedModified === 'later')
      touchUser({ ...world, now: () => world.now() + laterMs }, created);
    return { result: 'SUCCEEDED', text: 'The import succeeded.' };
  } catch (error) {
    if (!(error instanceof ServiceError)) throw error;
    const isTaken =
      error.code === 'UsernameExistsException' ||
      (error.code === 'AliasExistsException' && pool.settings.importTakenAlias === 'skipped');
    return isTaken ? { result: 'SKIPPED', text: 'The user already exists.' } : failed(error.message);
  }
}

/** The time between creation and last change of an imported user, in a world where they differ. */
const laterMs = 3000;

/** "No user data is written to the log." AWS doesn't document what becomes of a job that cannot write it. */
function writeLog(world: World, pool: Pool, job: ImportJob, lines: readonly ImportLine[]): void {
  const open = openRoleStream({
    world,
    partition: pool.partition,
    account: pool.account,
    region: pool.region,
    roleArn: job.role,
    session: 'cognito-idp',
    group: `/aws/cognito/userpools/${pool.id}/${pool.name}`,
    stream: `${job.id}/${job.name}`,
    looksFirst: true,
  });
  if (open === undefined) return;
  const events = lines.map(({ at, message }) => ({ timestamp: at, message }));
  addEvents(open.place, open.stream, events);
}
