/**
 * The work of one chunk of an import: written, created, uploaded, started, done.
 * The journal can be lost, and each answer too: the jobs of the pool say what has happened.
 */
import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { isNamed, isTransient } from '../../aws/errors.ts';
import { retry, sleep } from '../../aws/retry.ts';
import { importRunning, isRunningImport, listImportJobs } from '../../aws/user-pool/index.ts';
import { AwsError } from '../../core/errors.ts';
import type { Chunk, NewChunk } from '../../core/journal.ts';
import type { Work } from '../../core/long-run.ts';
import { printable } from '../../core/printable.ts';
import { isWhole, removeChunkFile } from './chunk-file.ts';
import {
  countsOf,
  createJob,
  describeJob,
  endOf,
  type JobEnd,
  type JobsPool,
  startJob,
  unstartedJob,
} from './jobs.ts';
import { type Upload, UploadError, upload } from './upload.ts';

export const chunkStates = ['written', 'created', 'uploaded', 'started', 'done'] as const;
export type ChunkState = (typeof chunkStates)[number];

/** What the journal knows of a chunk. It has no names of users. */
export const ChunkData = z.object({
  /** Name of the job, without the number of its attempt. */
  name: z.string(),
  attempt: z.number(),
  rows: z.number(),
  /** Path of the file. Empty if an earlier journal was lost. */
  file: z.string(),
  sha256: z.string(),
  /** When its rows were read, in milliseconds since the epoch. */
  readAt: z.optional(z.number()),
  job: z.optional(z.string()),
  end: z.optional(
    z.object({ status: z.string(), imported: z.number(), skipped: z.number(), failed: z.number() }),
  ),
});
export type ChunkData = z.output<typeof ChunkData>;

export type ImportChunk = Chunk<ChunkState, ChunkData>;
type Moved = NewChunk<ChunkState, ChunkData>;

export interface ChunkWork extends JobsPool, Pick<Upload, 'region' | 'endpoint'> {
  /** Called before each job is created. Throws if no job should begin. */
  beforeJob(): Promise<void>;
  /** Called after a job has refused rows, while its file is still there. */
  onRefused(refused: RefusedRows): Promise<void>;
  /** Called with the counts of a running job, and with the share of an upload that is done. */
  onProgress(chunk: ImportChunk, progress: ChunkProgress): void;
}

export interface RefusedRows {
  readonly job: UserImportJobType;
  /** Path of its file. Empty if an earlier journal was lost. */
  readonly file: string;
  /** Number of rows that failed. */
  readonly failed: number;
}

export type ChunkProgress = { readonly uploaded: number; readonly of: number } | Omit<JobEnd, 'status'>;

/** The address for an upload is good for 899 seconds. One of this age is not used any longer. */
const oldestAddressMs = 14 * 60_000;
const silenceMs = 60_000;
/** Breaks of an upload after which its file counts as too large for something on the way. */
const mostBreaks = 3;
/** A file up to this size is too large for nothing, in bytes. Its upload is only tried again. */
const smallBytes = 1_000_000;
/**
 * Age of rows, in milliseconds, from which no job starts with them. Someone may have disabled or deleted these
 * users in the old pool since.
 */
const oldestRowsMs = 60 * 60_000;
/** Jobs that are made for one chunk until the run gives up. */
const mostAttempts = 3;
const [firstPollMs, longestPollMs] = [5_000, 30_000];

/**
 * `cognito-migrate us-east-2_Old 20261122T120000Z 0007 20000 users`: the beginning shows whose job it is, and the
 * number when it ends.
 */
export const jobPrefix = (oldPoolId: string): string => `cognito-migrate ${oldPoolId} `;

/** Whether a job is of this migration, on whatever machine it was started. */
export const isOwnJob = ({ JobName }: Pick<UserImportJobType, 'JobName'>, oldPoolId: string): boolean =>
  JobName?.startsWith(jobPrefix(oldPoolId)) === true;

/** `20261122T120000Z`: the run that wrote a chunk. */
export const runOf = ({ name }: Pick<ChunkData, 'name'>): string => name.split(' ')[2] ?? '';

const jobName = ({ name, attempt }: ChunkData): string => (attempt === 1 ? name : `${name} ${attempt}`);

/** The work of each state, with the addresses of this run's uploads, which are in no file. */
export function chunkWork(
  args: ChunkWork,
): Readonly<Record<ChunkState, Work<ChunkState, ChunkData> | 'ended'>> {
  const addresses = new Map<string, string>();
  return {
    // One job of a pool at a time. Another one would be refused, or have an address that gets too old.
    written: { inOrder: true, move: (chunk) => create(chunk, args, addresses) },
    created: { move: (chunk) => send(chunk, args, addresses) },
    uploaded: { move: (chunk) => start(chunk, args) },
    started: { move: (chunk) => follow(chunk, args) },
    done: 'ended',
  };
}

/** Ends a chunk without its job, which expires by itself. Users who are still missing come with a later chunk. */
async function abandoned(data: ChunkData): Promise<Moved> {
  await removeChunkFile(data.file);
  return {
    state: 'done',
    data: { ...data, end: { status: 'Abandoned', imported: 0, skipped: 0, failed: 0 } },
  };
}

const isStale = ({ readAt = 0 }: ChunkData, { pace }: ChunkWork): boolean =>
  pace.clock.now() - readAt > oldestRowsMs;

async function create({ data, begunAt }: ImportChunk, args: ChunkWork, addresses: Map<string, string>) {
  if (isStale(data, args) || !(await isWhole(data))) return abandoned(data);
  await args.beforeJob();
  const name = jobName(data);
  const known = begunAt === undefined ? undefined : await unstartedJob(args, name);
  const { JobId, PreSignedUrl } = known ?? (await createJob(args, name));
  if (JobId === undefined) return again(data, 'CreateUserImportJob answered without an ID');
  if (PreSignedUrl !== undefined) addresses.set(JobId, PreSignedUrl);
  return { state: 'created', data: { ...data, job: JobId } } as const;
}

/** Another job for the same file. The one before is never started, and expires by itself. */
function again(data: ChunkData, why: string): Moved {
  if (data.attempt >= mostAttempts)
    throw new AwsError(`No import job can be started: ${why}`, {
      code: 'AWS_REFUSED',
      hint: ['You can safely run the same command again. It continues from here.'],
    });
  const { job: _, ...rest } = data;
  return { state: 'written', data: { ...rest, attempt: data.attempt + 1 } };
}

async function send(chunk: ImportChunk, args: ChunkWork, addresses: ReadonlyMap<string, string>) {
  const { data } = chunk;
  const { clock } = args.pace;
  if (data.job === undefined || isStale(data, args) || !(await isWhole(data))) return abandoned(data);
  const job = await describeJob(args, data.job);
  const age = clock.now() - (job.CreationDate?.getTime() ?? 0);
  const url = addresses.get(data.job) ?? job.PreSignedUrl;
  if (job.Status !== 'Created' || age > oldestAddressMs || url === undefined)
    return again(data, 'the address for its upload is too old');
  let [breaks, size] = [0, 0];
  const put = async (): Promise<void> => {
    try {
      await upload({
        ...args,
        url,
        file: data.file,
        silenceMs,
        signal: args.pace.signal,
        onProgress: (uploaded, all) => {
          size = all;
          args.onProgress(chunk, { uploaded, of: all });
        },
      });
    } catch (error) {
      if (size > smallBytes && hasBroken(error)) breaks += 1;
      throw breaks < mostBreaks ? error : new UploadError('too-large', 'The upload breaks off each time');
    }
  };
  try {
    const options = { within: oldestAddressMs - age, first: 1_000, longest: 15_000, onWait: () => undefined };
    await retry(put, isPassing, { ...options, ...args.pace });
  } catch (error) {
    if (!(error instanceof UploadError)) throw error;
    if (error.refusal === 'expired') return again(data, 'the address for its upload has expired');
    // Its users come with the next chunks, which are half as large.
    if (error.refusal === 'too-large' && size > smallBytes) return abandoned(data);
    throw uploadRefused(error);
  }
  return { state: 'uploaded', data } as const;
}

/** Whether the other side ended the connection. */
const hasBroken = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && (error.code === 'ECONNRESET' || error.code === 'EPIPE');

const isPassing = (error: unknown): boolean =>
  error instanceof UploadError ? error.refusal === 'busy' : isTransient(error);

const uploadRefused = (cause: UploadError): AwsError =>
  new AwsError(cause.message, {
    code: 'UPLOAD_REFUSED',
    hint: [
      'The file goes to Amazon S3. A proxy, a firewall, or the policy of a VPC endpoint can be in the way.',
      'You can safely run the same command again. It continues from here.',
    ],
    cause,
  });

async function start({ data, begunAt }: ImportChunk, args: ChunkWork): Promise<Moved> {
  const { job } = data;
  if (job === undefined) return abandoned(data);
  const before = begunAt === undefined ? undefined : await describeJob(args, job);
  if (before !== undefined && before.Status !== 'Created') return { state: 'started', data };
  if (isStale(data, args)) return abandoned(data);
  try {
    await startJob(args, job);
  } catch (error) {
    if (!isNamed(error, 'PreconditionNotMetException')) throw error;
    const running = (await listImportJobs(args.idp, args.userPoolId)).find(isRunningImport);
    if (running?.JobId === job) return { state: 'started', data };
    if (running !== undefined) throw importRunning(running);
    return again(data, error instanceof Error ? printable(error.message) : '');
  }
  return { state: 'started', data };
}

async function follow(chunk: ImportChunk, args: ChunkWork): Promise<Moved> {
  const { data } = chunk;
  if (data.job === undefined) return abandoned(data);
  for (let pause = firstPollMs; ; pause = Math.min(pause * 1.5, longestPollMs)) {
    const job = await describeJob(args, data.job);
    const end = endOf(job);
    args.onProgress(chunk, countsOf(job));
    if (end !== undefined) {
      if (end.failed > 0) await args.onRefused({ job, file: data.file, failed: end.failed });
      await removeChunkFile(data.file);
      return { state: 'done', data: { ...data, end } };
    }
    await sleep(pause, args.pace);
  }
}

/** The chunks of a migration as its jobs show them, for a journal that is lost. */
export async function rebuiltChunks(
  pool: Pick<JobsPool, 'idp' | 'userPoolId'>,
  oldPoolId: string,
): Promise<readonly Moved[]> {
  const all = await listImportJobs(pool.idp, pool.userPoolId);
  const jobs = all.filter((job) => isOwnJob(job, oldPoolId));
  return jobs.flatMap((job): Moved[] => {
    const { JobName: name = '', JobId } = job;
    const data = {
      name,
      attempt: 1,
      rows: 0,
      file: '',
      sha256: '',
      ...(JobId !== undefined && { job: JobId }),
    };
    if (isRunningImport(job)) return [{ state: 'started', data }];
    const end = endOf(job);
    // A job that was never started has imported nobody, and expires by itself.
    return end === undefined ? [] : [{ state: 'done', data: { ...data, end } }];
  });
}
