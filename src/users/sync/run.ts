/** A sync from the first part of the new pool to the last one: it repeats what failed work after moves left out. */
import { mergedSpans, type Span } from '../../aws/failed-moves.ts';
import { openJournal } from '../../core/journal.ts';
import { longRun } from '../../core/long-run.ts';
import { keepsOldSub, YOUNG_MS } from '../../lambda/after-move.ts';
import type { AfterMove, Settings } from '../../lambda/settings.ts';
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
import { groupRepair } from './groups.ts';
import { markRepair, readOpenUsers } from './marks.ts';
import { type GroupPool, readMembers } from './members.ts';
import type { Repair } from './repair.ts';
import type { ImportWindows } from './windows.ts';

export interface SyncArgs extends Pick<ChunkWork, 'pace' | 'isDry' | 'notBefore' | 'each' | 'onProgress'> {
  readonly old: SurveyedPool;
  readonly new: SurveyedPool;
  readonly work: SyncWork;
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

/** What to repeat: memberships by old name → new name, or how old users are closed. */
export type SyncWork =
  | { readonly part: 'groups'; readonly groups: NonNullable<AfterMove['groups']> }
  | { readonly part: 'marks'; readonly how: NonNullable<AfterMove['moveOnce']> };

/** The work after a move that these settings choose. None if nothing could prove who a user was. */
export function workAfterMove(settings: Settings): readonly SyncWork[] {
  const { groups, moveOnce } = (keepsOldSub(settings) ? settings.afterMove : undefined) ?? {};
  return [
    ...(groups === undefined ? [] : [{ part: 'groups' as const, groups }]),
    ...(moveOnce === undefined ? [] : [{ part: 'marks' as const, how: moveOnce }]),
  ];
}

/** Each kind of work has journals of its own, so a run never continues another kind's. */
const journals = { groups: 'sync', marks: 'sync-marks' } as const;

/**
 * Users created before this time are part of a run that begins now. The others' own work may still be going on.
 * Users of a job that is running wait for a later run, which must find its whole time uncovered.
 */
const untilOf = (now: number, { runningSince = now }: SyncArgs['imports']): number =>
  Math.min(now - YOUNG_MS, runningSince);

/**
 * Repeats one kind of work, and continues what an earlier run has left. Each user is covered once.
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
    name: `${journals[args.work.part]}${spans === undefined ? '-all' : ''}`,
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
      const work = await chunkWorkOf(wanted);
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
        // One part is read while another is written.
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
  const work = await chunkWorkOf(args);
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

async function chunkWorkOf(args: WantedUsers): Promise<ChunkWork> {
  const { budgets, old, new: fresh, pace, work } = args;
  const pacerOf = (pool: SurveyedPool, category: Parameters<Budgets['pacerOf']>[2]) =>
    budgets.pacerOf(pool.side, pool.arn, category);
  const [oldList, lister] = [await pacerOf(old, 'UserList'), await pacerOf(fresh, 'UserList')];
  const read = await pacerOf(fresh, 'UserRead');
  const repairOf = async (): Promise<Repair> => {
    if (work.part === 'groups') {
      const write = await pacerOf(fresh, 'UserResourceUpdate');
      const poolOf = (pool: SurveyedPool, pacer: GroupPool['pacer']): GroupPool => ({ ...pool, pacer });
      const pools = { old: poolOf(old, oldList), new: poolOf(fresh, lister) };
      const members = await readMembers(work.groups, pools, pace);
      return groupRepair({ new: fresh, pace, members, pacers: { read, write } });
    }
    const write = await pacerOf(old, 'UserUpdate');
    const open = await readOpenUsers(old, work.how, oldList, pace);
    const pacers = { oldList, read, write };
    return markRepair({
      ...{ old, new: fresh, pace, how: work.how, open, pacers },
      isAll: args.spans === undefined,
    });
  };
  return { ...args, inTurn: turns(), lister, repair: await repairOf() };
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
