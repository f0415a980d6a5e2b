/** An import from its first chunk to its last one: users go into the pool until nobody is left who could. */
import { AwsError } from '../../core/errors.ts';
import type { Journal } from '../../core/journal.ts';
import { longRun } from '../../core/long-run.ts';
import { type ChunkLimits, writeChunkFile } from './chunk-file.ts';
import {
  type ChunkData,
  type ChunkState,
  type ChunkWork,
  chunkWork,
  type ImportChunk,
  jobPrefix,
} from './chunks.ts';

export interface ImportRun extends ChunkWork {
  readonly journal: Journal<ChunkState, ChunkData>;
  readonly oldPoolId: string;
  /** The first line of each file. */
  readonly header: string;
  readonly limits: ChunkLimits;
  /**
   * The rows of everyone who is in the old pool, and not in the new one, at this moment.
   * Asked for again if a job has ended before its last row.
   */
  missing(): AsyncIterator<string>;
}

export interface Imported {
  readonly imported: number;
  readonly skipped: number;
  readonly failed: number;
  /** Number of jobs that ended, those of earlier runs of the same journal included. */
  readonly jobs: number;
}

/** Jobs in a row that import nobody until the run stops. */
const mostUseless = 3;

/**
 * Imports everyone who is missing, and continues what an earlier run has left.
 * @throws AwsError after three jobs in a row that imported nobody.
 */
export async function runImport(args: ImportRun): Promise<Imported> {
  const { journal, limits } = args;
  const stamp = new Date(args.pace.clock.now()).toISOString().replaceAll(/[-:]|\.\d+/g, '');
  const prefix = `${jobPrefix(args.oldPoolId)}${stamp}`;
  // A job of an earlier run still imports users. Until it ends, a reading would find them missing.
  if (journal.chunks.some(({ state }) => state !== 'done')) await onePass(args, prefix, limits, nobody());
  for (let { rows } = limits; ; rows = Math.ceil(rows / 2)) {
    const before = journal.chunks.length;
    await onePass(args, prefix, { ...limits, rows }, args.missing());
    const added = journal.chunks.slice(before);
    // A job that ended early leaves users out, and the next reading finds them.
    const isComplete = added.every(({ data }) => data.end?.status === 'Succeeded');
    if (isComplete) return totalOf(journal.chunks);
  }
}

/** No rows. */
async function* nobody(): AsyncGenerator<string> {
  yield* [];
}

/** Continues the chunks of the journal, then imports the rows of the source. */
async function onePass(
  args: ImportRun,
  prefix: string,
  limits: ChunkLimits,
  source: AsyncIterator<string>,
): Promise<void> {
  const { journal, header, pace, onProgress } = args;
  const before = journal.chunks.length;
  try {
    await longRun<ChunkState, ChunkData>({
      journal,
      work: chunkWork(args),
      async next(number) {
        // Another reading follows anyway, and its chunks are smaller.
        if (journal.chunks.slice(before).some(isAbandoned)) return undefined;
        const readAt = pace.clock.now();
        const written = await writeChunkFile(header, source, limits);
        if (written === undefined) return undefined;
        const name = `${prefix} ${String(number).padStart(4, '0')} ${written.rows} users`;
        return { state: 'written', data: { ...written, name, attempt: 1, readAt } };
      },
      // The next file is written while a job runs, so that the next job can begin at once.
      parallel: 2,
      signal: pace.signal,
      failed: ({ end }) => (end === undefined || end.failed === 0 ? {} : { failed: end.failed }),
      onProgress: (chunk) => onProgress(chunk, chunk.data.end ?? { imported: 0, skipped: 0, failed: 0 }),
      stop: nobodyImported,
    });
  } finally {
    await source.return?.();
  }
}

const isAbandoned = ({ data }: ImportChunk): boolean => data.end?.status === 'Abandoned';

function nobodyImported(ended: readonly ImportChunk[]): AwsError | undefined {
  const last = ended.filter((chunk) => !isAbandoned(chunk)).slice(-mostUseless);
  const isUseless = last.length === mostUseless && last.every(({ data }) => data.end?.imported === 0);
  if (!isUseless) return undefined;
  const statuses = [...new Set(last.map(({ data }) => data.end?.status))].join(', ');
  return new AwsError(`Three import jobs in a row have imported nobody (${statuses})`, {
    code: 'NOBODY_IMPORTED',
    hint: [
      'The log of each job has the reason of each row: log group /aws/cognito/userpools/POOL_ID/POOL_NAME.',
      'You can safely run the same command again. It continues from here.',
    ],
  });
}

/** The users of all chunks, those of earlier runs of the same journal included. */
export function totalOf(chunks: readonly ImportChunk[]): Imported {
  const ends = chunks.flatMap(({ data }) => (data.end === undefined ? [] : [data.end]));
  const sum = (key: 'imported' | 'skipped' | 'failed'): number =>
    ends.reduce((total, end) => total + end[key], 0);
  const jobs = ends.filter(({ status }) => status !== 'Abandoned').length;
  return { imported: sum('imported'), skipped: sum('skipped'), failed: sum('failed'), jobs };
}
