/** A sync from the first part of the new pool to the last one: users get the groups that a failed run left out. */
import { mergedSpans, type Span } from '../../aws/failed-moves.ts';
import { openJournal } from '../../core/journal.ts';
import { longRun } from '../../core/long-run.ts';
import { keepsOldSub, YOUNG_MS } from '../../lambda/after-move.ts';
import type { Settings } from '../../lambda/settings.ts';
import type { Budgets } from '../limits.ts';
import { prefixesFor } from '../stream.ts';
import type { SurveyedPool } from '../survey.ts';
import {
  ChunkData,
  type ChunkState,
  type ChunkWork,
  type Counts,
  chunkStates,
  noCounts,
  workOn,
} from './chunks.ts';
import { type GroupPool, readMembers } from './members.ts';
import type { ImportWindows } from './windows.ts';

export interface SyncArgs extends Pick<ChunkWork, 'pace' | 'isDry' | 'each' | 'onProgress'> {
  readonly old: SurveyedPool;
  readonly new: SurveyedPool;
  /** Old name → new name. */
  readonly groups: Readonly<Record<string, string>>;
  /** Times of creation of users whose work after the move may have failed. Undefined for all users. */
  readonly spans: readonly Span[] | undefined;
  /** Import jobs, whose users lack groups until a sync. */
  readonly imports: Pick<ImportWindows, 'open' | 'runningSince'>;
  readonly budgets: Budgets;
  /** Path of the state file of the migration. */
  readonly stateFile: string;
  readonly breakLock: boolean;
  /**
   * Records that users created before this time are covered, and those of import jobs that ended before the other
   * one. Called if the whole run is done.
   */
  cover(until: number, imports: number | undefined): Promise<void>;
}

/**
 * The groups that the function copies, old name → new name.
 * Undefined if there are none, or if nothing could prove who a user was.
 */
export const copiedGroups = (settings: Settings): SyncArgs['groups'] | undefined =>
  keepsOldSub(settings) ? settings.afterMove?.groups : undefined;

/**
 * Users created before this time are part of a run that begins now. The others' own work may still be going on.
 * Users of a job that is running wait for a later run, which must find its whole time uncovered.
 */
const untilOf = (now: number, { runningSince = now }: SyncArgs['imports']): number =>
  Math.min(now - YOUNG_MS, runningSince);

/**
 * Adds memberships, and continues what an earlier run has left. Each user is covered once.
 * Does nothing if no work after a move has failed, and no import job has created users.
 * @returns The counts of the whole run, those of earlier runs of the same journal included.
 */
export async function runSync(args: SyncArgs): Promise<Counts> {
  const until = untilOf(args.pace.clock.now(), args.imports);
  const imported = args.imports.open;
  const failed = args.spans?.filter(({ from }) => from < until);
  const spans = failed && mergedSpans([...failed, ...imported]);
  if (spans?.length === 0) return noCounts;
  const wanted = { ...args, spans, imported };
  const imports = imported.at(-1)?.to;
  const parts = prefixesFor(args.new.estimate).map((prefix) => ({
    state: 'open' as const,
    data: {
      ...noCounts,
      ...(prefix === undefined ? {} : { prefix }),
      until,
      ...(imports === undefined ? {} : { imports }),
    },
  }));
  if (args.isDry) return onlyCount(wanted, parts);
  const journal = await openJournal<ChunkState, ChunkData>({
    stateFile: args.stateFile,
    name: spans === undefined ? 'sync-all' : 'sync',
    migration: `${args.old.id} → ${args.new.id}`,
    states: chunkStates,
    data: ChunkData,
    rebuild: async () => parts,
    now: args.pace.clock.now,
    breakLock: args.breakLock,
  });
  try {
    // A run that was killed between its last chunk and its end has nothing more to read.
    if (journal.chunks.some(({ state }) => state === 'open')) {
      const work = await workOf(wanted);
      await longRun<ChunkState, ChunkData>({
        journal,
        work: {
          open: {
            move: async (chunk, tools) => ({
              state: 'done',
              data: { ...chunk.data, ...(await workOn(work, chunk, tools)) },
            }),
          },
          done: 'ended',
        },
        next: async () => undefined,
        // One part is read while the groups of another are written.
        parallel: 2,
        signal: args.pace.signal,
        failed: ({ failed }) => failed,
        onProgress: () => undefined,
      });
    }
    const { data } = journal.chunks[0] ?? { data: { until, imports } };
    await args.cover(data.until, data.imports);
    await journal.deleteFile();
    return sumOf(journal.chunks.map(({ data }) => data));
  } finally {
    await journal.close();
  }
}

/** Reads everything and writes nothing, so it needs no journal. */
async function onlyCount(args: WantedUsers, parts: readonly { readonly data: ChunkData }[]): Promise<Counts> {
  const work = await workOf(args);
  const counts: Counts[] = [];
  for (const [index, { data }] of parts.entries()) {
    const chunk = { number: index + 1, data };
    counts.push(await workOn(work, chunk, { send: (pacer, request) => pacer.run(request) }));
  }
  return sumOf(counts);
}

function sumOf(all: readonly Counts[]): Counts {
  const sum = (key: Exclude<keyof Counts, 'failed'>): number =>
    all.reduce((total, one) => total + one[key], 0);
  const failed: Record<string, number> = {};
  for (const one of all)
    for (const [reason, users] of Object.entries(one.failed)) failed[reason] = (failed[reason] ?? 0) + users;
  return {
    users: sum('users'),
    repeated: sum('repeated'),
    added: sum('added'),
    gone: sum('gone'),
    notRepeated: sum('notRepeated'),
    failed,
  };
}

/** Whom a run looks for. */
type WantedUsers = SyncArgs & Pick<ChunkWork, 'imported'>;

async function workOf(args: WantedUsers): Promise<ChunkWork> {
  const { budgets, old, new: fresh, pace, groups } = args;
  const pacerOf = (pool: SurveyedPool, category: Parameters<Budgets['pacerOf']>[2]) =>
    budgets.pacerOf(pool.side, pool.arn, category);
  const poolOf = async (pool: SurveyedPool): Promise<GroupPool> => ({
    ...pool,
    pacer: await pacerOf(pool, 'UserList'),
  });
  const pools = { old: await poolOf(old), new: await poolOf(fresh) };
  const pacers = {
    list: pools.new.pacer,
    read: await pacerOf(fresh, 'UserRead'),
    write: await pacerOf(fresh, 'UserResourceUpdate'),
  };
  return { ...args, inTurn: turns(), pacers, members: await readMembers(groups, pools, pace) };
}

/** Starts each work after the one before it has ended, whether it failed or not. */
function turns(): ChunkWork['inTurn'] {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const next = last.then(work);
    last = next.catch(() => undefined);
    return next;
  };
}
