/** Long work over users: jobs of a make-believe service, each made, filled, and started once, whatever ends a run. */
import { readFileSync, writeFileSync } from 'node:fs';
import { mkdir, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import * as z from 'zod/mini';
import { AwsError } from '../../src/core/errors.ts';
import { failedTogether } from '../../src/core/failed-together.ts';
import { type Chunk, type JournalOptions, openJournal } from '../../src/core/journal.ts';
import { type LongRun, longRun, type Work } from '../../src/core/long-run.ts';
import { Pacer } from '../../src/core/pacer.ts';
import { fakeClock } from '../support/clock.ts';
import { given, refusalOf } from '../support/errors.ts';
import { tempFolder } from '../support/temp.ts';

const states = ['written', 'created', 'uploaded', 'started', 'done'] as const;
type State = (typeof states)[number];
const schema = z.object({
  job: z.optional(z.string()),
  moved: z.number(),
  failed: z.record(z.string(), z.number()),
});
type Data = z.output<typeof schema>;
type ImportChunk = Chunk<State, Data>;

const migration = 'us-east-1_Old → us-east-1_New';
const tooMany = new Error('too many requests');
class Killed extends Error {}

interface Job {
  readonly name: string;
  uploads: number;
  starts: number;
  isOver: boolean;
}

/** The service, which outlives runs, and the folder of the journal. */
class World {
  readonly stateFile: string;
  readonly file: string;
  readonly clock = fakeClock();
  readonly jobs: Job[] = [];
  /** Every effect, in order: `create 1`. */
  readonly effects: string[] = [];
  /** The most jobs that ran at the same time. */
  mostRunning = 0;
  /** Points at which a run can be killed, so far, and the one at which it is. */
  points = 0;
  killAt = 0;
  #isDead = false;
  #atDeath = '';

  constructor(folder: string) {
    this.stateFile = join(folder, 'cognito-migrate.state.json');
    this.file = join(folder, 'cognito-migrate.import.json');
  }

  /** A process that is killed here does nothing more, and what is on disk now stays. */
  point(): void {
    this.points += 1;
    if (this.points === this.killAt) {
      this.#isDead = true;
      this.#atDeath = readFileSync(this.file, 'utf8');
    }
    if (this.#isDead) throw new Killed();
  }

  /** Begins the next process. */
  revive(killAt = 0): void {
    if (this.#isDead) writeFileSync(this.file, this.#atDeath);
    this.#isDead = false;
    this.points = 0;
    this.killAt = killAt;
  }

  /** An effect, with a place before and a place after it where the process can die. */
  async effect(what: string, change: () => void): Promise<void> {
    this.point();
    this.effects.push(what);
    change();
    await Promise.resolve();
    this.point();
  }

  job(chunk: ImportChunk): Job {
    return given(
      this.jobs.find(({ name }) => name === chunk.data.job),
      'job',
    );
  }

  start(job: Job): void {
    job.starts += 1;
    this.mostRunning = Math.max(
      this.mostRunning,
      this.jobs.filter((one) => one.starts > 0 && !one.isOver).length,
    );
  }
}

const newWorld = async (): Promise<World> => new World(await tempFolder());

const open = (world: World, more: Partial<JournalOptions<State, Data>> = {}) =>
  openJournal<State, Data>({
    stateFile: world.stateFile,
    name: 'import',
    migration,
    states,
    data: schema,
    rebuild: async () => [],
    now: world.clock.now,
    breakLock: false,
    ...more,
  });

const pacerOf = ({ clock }: World, perSecond = 10): Pacer =>
  new Pacer({
    perSecond,
    now: clock.now,
    sleep: (ms) => clock.sleep(ms),
    isThrottled: (error) => error === tooMany,
  });

/** What `import` does with a chunk. It looks first if an earlier run may have done it. */
const importWork = (world: World, pacer = pacerOf(world)): LongRun<State, Data>['work'] => {
  const to = (state: State, data: Data) => ({ state, data });
  return {
    written: {
      move: async ({ number, data, begunAt }, { send }) => {
        const name = `job ${number}`;
        const isThere = begunAt !== undefined && world.jobs.some((job) => job.name === name);
        const create = () => void world.jobs.push({ name, uploads: 0, starts: 0, isOver: false });
        if (!isThere) await send(pacer, () => world.effect(`create ${number}`, create));
        return to('created', { ...data, job: name });
      },
    },
    created: {
      move: async (chunk, { send }) => {
        const job = world.job(chunk);
        const upload = () => {
          job.uploads += 1;
        };
        const isThere = chunk.begunAt !== undefined && job.uploads > 0;
        if (!isThere) await send(pacer, () => world.effect(`upload ${chunk.number}`, upload));
        return to('uploaded', chunk.data);
      },
    },
    uploaded: {
      move: async (chunk, { send }) => {
        const job = world.job(chunk);
        const isThere = chunk.begunAt !== undefined && job.starts > 0;
        if (!isThere) await send(pacer, () => world.effect(`start ${chunk.number}`, () => world.start(job)));
        return to('started', chunk.data);
      },
      inOrder: true,
    },
    started: {
      move: async (chunk, { send }) => {
        const end = () => {
          world.job(chunk).isOver = true;
        };
        if (!world.job(chunk).isOver) await send(pacer, () => world.effect(`wait ${chunk.number}`, end));
        return to('done', { ...chunk.data, moved: 10, failed: { 'bad-attribute': chunk.number } });
      },
      inOrder: true,
    },
    done: 'ended',
  };
};

/** One process: opens the journal, runs, and closes it. */
async function runOnce(world: World, more: Partial<LongRun<State, Data>> = {}) {
  const journal = await open(world);
  try {
    return await longRun<State, Data>({
      journal,
      work: importWork(world),
      next: async (number) => {
        world.point();
        return number > 3 ? undefined : { state: 'written', data: { moved: 0, failed: {} } };
      },
      parallel: 2,
      signal: new AbortController().signal,
      failed: ({ failed }) => failed,
      onProgress: () => world.point(),
      ...more,
    });
  } finally {
    await journal.close();
  }
}

const onDisk = async ({ file }: World): Promise<unknown> => JSON.parse(await readFile(file, 'utf8'));
/** The states on disk, in order. */
const statesOf = async (world: World): Promise<readonly string[]> => {
  const { chunks } = z.parse(
    z.object({ chunks: z.array(z.object({ state: z.string() })) }),
    await onDisk(world),
  );
  return chunks.map(({ state }) => state);
};

/** Whether every job was made, filled, and started once, in order and one at a time. */
async function assertComplete(world: World): Promise<void> {
  expect(world.jobs.map((job) => ({ ...job }))).toEqual(
    [1, 2, 3].map((number) => ({ name: `job ${number}`, uploads: 1, starts: 1, isOver: true })),
  );
  expect(world.effects.filter((effect) => effect.startsWith('start'))).toEqual([
    'start 1',
    'start 2',
    'start 3',
  ]);
  expect(world.mostRunning).toBe(1);
  expect(await onDisk(world)).toEqual({
    version: 1,
    migration,
    chunks: [1, 2, 3].map((number) => ({
      state: 'done',
      data: { job: `job ${number}`, moved: 10, failed: { 'bad-attribute': number } },
    })),
  });
  expect((await readdir(join(world.file, '..'))).toSorted()).toEqual(['cognito-migrate.import.json']);
}

/** The most chunks between their first and last state, in a list such as `1 written`, `1 created`. */
function mostOpen(seen: readonly string[]): number {
  const open = seen.map((_, index) => {
    const until = seen.slice(0, index + 1);
    return (
      until.filter((one) => one.endsWith(' written')).length -
      until.filter((one) => one.endsWith(' done')).length
    );
  });
  return Math.max(...open);
}

describe('a run', () => {
  test('takes each chunk through its states, two at a time, and what must be in order in order', async () => {
    const world = await newWorld();
    const seen: string[] = [];
    const onProgress = ({ number, state }: ImportChunk) => void seen.push(`${number} ${state}`);
    expect(await runOnce(world, { onProgress })).toEqual({ 'bad-attribute': 6 });
    await assertComplete(world);
    expect(mostOpen(seen)).toBe(2);
    for (const number of [1, 2, 3])
      expect(seen.filter((one) => one.startsWith(`${number} `))).toEqual(
        states.map((state) => `${number} ${state}`),
      );
    // The next chunk is ready as soon as the one before it is over.
    expect(seen.indexOf('2 uploaded')).toBeLessThan(seen.indexOf('1 done'));
    expect(world.effects.indexOf('start 2')).toBeGreaterThan(world.effects.indexOf('wait 1'));
  });

  test('one at a time makes a chunk only when the one before it is over', async () => {
    const world = await newWorld();
    const seen: string[] = [];
    const onProgress = ({ number, state }: ImportChunk) => void seen.push(`${number} ${state}`);
    await runOnce(world, { parallel: 1, onProgress });
    await assertComplete(world);
    expect(mostOpen(seen)).toBe(1);
    expect(world.effects.slice(0, 5)).toEqual(['create 1', 'upload 1', 'start 1', 'wait 1', 'create 2']);
  });

  test('sends its requests at the pace of its pacer, and waits after a refusal for too many', async () => {
    const world = await newWorld();
    const times: number[] = [];
    const began = world.clock.now();
    const pacer = pacerOf(world);
    const sends: Work<State, Data> = {
      move: async ({ data }, { send }) => {
        for (let count = 0; count < 2; count += 1)
          await send(pacer, async () => {
            times.push(world.clock.now() - began);
            if (times.length === 3) throw tooMany;
          });
        return { state: 'done', data };
      },
    };
    await runOnce(world, { work: { ...importWork(world), written: sends }, parallel: 1 });
    expect(times).toEqual([0, 100, 200, 1200, 1400, 1600, 1800]);
  });

  test('follows its work back to an earlier state', async () => {
    const world = await newWorld();
    const work = importWork(world);
    let expired = true;
    const created: Work<State, Data> = {
      move: async ({ data }) => {
        if (!expired) return { state: 'done', data };
        expired = false;
        return { state: 'written', data };
      },
    };
    const seen: string[] = [];
    await runOnce(world, {
      work: { ...work, created },
      next: async (number) => (number > 1 ? undefined : { state: 'written', data: { moved: 0, failed: {} } }),
      onProgress: ({ state }) => void seen.push(state),
    });
    expect(seen).toEqual(['written', 'created', 'written', 'created', 'done']);
  });
});

describe('a kill', () => {
  test('at any point: the next run ends in the same place, and has every effect once', {
    timeout: 120_000,
  }, async () => {
    const whole = await newWorld();
    await runOnce(whole);
    const { points } = whole;
    expect(points).toBeGreaterThan(40);
    for (let killAt = 1; killAt <= points; killAt += 1) {
      const world = await newWorld();
      world.revive(killAt);
      await expect(runOnce(world), `point ${killAt}`).rejects.toThrow(Killed);
      world.revive();
      expect(await runOnce(world)).toEqual({ 'bad-attribute': 6 });
      await assertComplete(world);
    }
  });

  test('and then another one, and another one', { timeout: 120_000 }, async () => {
    for (const killAt of [2, 3, 5]) {
      const world = await newWorld();
      // Each process comes this far and no further, until one has nothing left to do.
      let kills = 0;
      for (; kills < 60; kills += 1) {
        world.revive(killAt);
        const ended = await runOnce(world, { parallel: 1 }).then(
          () => true,
          (error: unknown) => {
            if (!(error instanceof Killed)) throw error;
            return false;
          },
        );
        if (ended) break;
      }
      expect(kills).toBeGreaterThan(1);
      await assertComplete(world);
    }
  });

  test('before the record of a result leaves the time of the first begin, for whoever looks', async () => {
    const world = await newWorld();
    const first = new Date(world.clock.now()).toISOString();
    const begins: (string | undefined)[] = [];
    const written: Work<State, Data> = {
      move: async ({ begunAt }) => {
        begins.push(begunAt);
        throw new Killed();
      },
    };
    for (let count = 0; count < 3; count += 1) {
      await expect(runOnce(world, { work: { ...importWork(world), written }, parallel: 1 })).rejects.toThrow(
        Killed,
      );
      world.clock.advance(60_000);
    }
    expect(begins).toEqual([undefined, first, first]);
  });
});

describe('the end of a run', () => {
  test('Ctrl-C: the request in flight is recorded, and nothing more is sent', async () => {
    const world = await newWorld();
    const ctrlC = new AbortController();
    const work = importWork(world);
    const created: Work<State, Data> = {
      move: async (chunk) => {
        ctrlC.abort();
        return { state: 'uploaded', data: chunk.data };
      },
    };
    const error = await refusalOf(
      runOnce(world, { work: { ...work, created }, signal: ctrlC.signal, parallel: 1 }),
    );
    expect(error).toMatchObject({ code: 'CANCELLED', exitCode: 130 });
    expect(world.effects).toEqual(['create 1']);
    expect(await statesOf(world)).toEqual(['uploaded']);
  });

  test('Ctrl-C while a request waits for its turn: it is not sent, and the next run sends it once', async () => {
    const world = await newWorld();
    const ctrlC = new AbortController();
    const clock = world.clock;
    const sleep = async (ms: number) => {
      ctrlC.abort();
      await clock.sleep(ms);
    };
    const pacer = new Pacer({ perSecond: 1, now: clock.now, sleep, isThrottled: () => false });
    const error = await refusalOf(
      runOnce(world, { work: importWork(world, pacer), signal: ctrlC.signal, parallel: 1 }),
    );
    expect(error.exitCode).toBe(130);
    expect(world.effects).toEqual(['create 1']);
    expect(await statesOf(world)).toEqual(['created']);
    await runOnce(world);
    await assertComplete(world);
  });

  test('Ctrl-C ends a wait of the work: the signal is its own', async () => {
    const world = await newWorld();
    const ctrlC = new AbortController();
    const written: Work<State, Data> = {
      move: async ({ data }, { signal }) => {
        ctrlC.abort();
        signal.throwIfAborted();
        return { state: 'created', data };
      },
    };
    const work = { ...importWork(world), written };
    await expect(runOnce(world, { work, signal: ctrlC.signal, parallel: 1 })).rejects.toThrow('aborted');
    expect(await onDisk(world)).toMatchObject({
      chunks: [{ state: 'written', begunAt: expect.any(String) }],
    });
  });

  test('the stop rule ends it with exit 7; the next run goes on, and begins to count again', async () => {
    const world = await newWorld();
    const noProgress = new AwsError('Three chunks in a row have imported nobody.', { code: 'AWS_REFUSED' });
    const started: Work<State, Data> = {
      inOrder: true,
      move: async (chunk) => {
        world.job(chunk).isOver = true;
        return { state: 'done', data: { ...chunk.data, moved: 0 } };
      },
    };
    const asked: number[][] = [];
    const stop = (ended: readonly ImportChunk[]) => {
      asked.push(ended.map(({ number }) => number));
      const last = ended.slice(-3);
      return last.length === 3 && last.every(({ data }) => data.moved === 0) ? noProgress : undefined;
    };
    const rest = {
      work: { ...importWork(world), started },
      next: async (number: number) =>
        number > 7 ? undefined : ({ state: 'written', data: { moved: 0, failed: {} } } as const),
      stop,
    };
    expect(await refusalOf(runOnce(world, rest))).toBe(noProgress);
    expect(noProgress.exitCode).toBe(7);
    expect(asked).toEqual([[1], [1, 2], [1, 2, 3]]);
    expect((await statesOf(world)).slice(0, 3)).toEqual(['done', 'done', 'done']);
    expect((await statesOf(world)).length).toBeLessThan(6);
    expect(world.effects).not.toContain('start 4');
    asked.length = 0;
    expect(await refusalOf(runOnce(world, rest))).toBe(noProgress);
    expect(asked).toEqual([[4], [4, 5], [4, 5, 6]]);
  });

  test('a failure of one chunk: the other one ends its request, and only the cause is reported', async () => {
    const world = await newWorld();
    const cause = new Error('no space left in the pool');
    const gate = new AbortController();
    const written: Work<State, Data> = {
      move: async ({ number, data }, { signal }) => {
        if (number === 1) {
          await new Promise((resolve) => gate.signal.addEventListener('abort', resolve));
          throw cause;
        }
        gate.abort();
        await new Promise((resolve) => signal.addEventListener('abort', resolve));
        return { state: 'created', data: { ...data, job: 'job 2' } };
      },
    };
    const error: unknown = await runOnce(world, { work: { ...importWork(world), written } }).catch(
      (thrown: unknown) => thrown,
    );
    expect(error).toBe(cause);
    expect(failedTogether(error)).toEqual([]);
    expect(await statesOf(world)).toEqual(['written', 'created']);
  });

  test('a journal that cannot be written any more: exit 6, and no effect without its record', async () => {
    const world = await newWorld();
    const written: Work<State, Data> = {
      move: async ({ data }) => {
        await rm(world.file);
        await mkdir(world.file);
        return { state: 'created', data: { ...data, job: 'job 1' } };
      },
    };
    const error = await refusalOf(runOnce(world, { work: { ...importWork(world), written }, parallel: 1 }));
    expect(error).toMatchObject({ code: 'STATE_UNWRITABLE', exitCode: 6 });
    expect(error.message).toContain(`The journal ${world.file}`);
    expect(world.effects).toEqual([]);
  });
});

describe('the journal', () => {
  test('is readable by its owner only and holds only what its schema names', async () => {
    const world = await newWorld();
    const journal = await open(world);
    const data = { moved: 0, failed: {}, userName: 'ana' };
    await journal.begin(await journal.add({ state: 'written', data }));
    await journal.close();
    expect(await onDisk(world)).toEqual({
      version: 1,
      migration,
      chunks: [{ state: 'written', begunAt: '2026-11-22T12:00:00.000Z', data: { moved: 0, failed: {} } }],
    });
    if (process.platform !== 'win32') expect((await stat(world.file)).mode & 0o777).toBe(0o600);
  });

  test('belongs to one run at a time', async () => {
    const world = await newWorld();
    const journal = await open(world);
    const before = await readFile(world.file, 'utf8');
    const error = await refusalOf(runOnce(world));
    expect(error).toMatchObject({ code: 'STATE_LOCKED', exitCode: 6, found: { pid: process.pid } });
    expect(await readFile(world.file, 'utf8')).toBe(before);
    expect(world.effects).toEqual([]);
    await journal.close();
    await runOnce(world);
    await assertComplete(world);
  });

  test('is made again from AWS if it is lost, and only then', async () => {
    const world = await newWorld();
    world.revive(20);
    await expect(runOnce(world)).rejects.toThrow(Killed);
    world.revive();
    await rm(world.file);
    const found = world.jobs.map(({ name, uploads, starts, isOver }) => {
      const state: State = isOver ? 'done' : starts > 0 ? 'started' : uploads > 0 ? 'uploaded' : 'created';
      return { state, data: { job: name, moved: 10, failed: { 'bad-attribute': Number(name.slice(4)) } } };
    });
    expect(found.length).toBeGreaterThan(0);
    await (await open(world, { rebuild: async () => found })).close();
    await runOnce(world);
    await assertComplete(world);
    const journal = await open(world, { rebuild: () => Promise.reject(new Error('not needed')) });
    await journal.deleteFile();
    await journal.close();
    expect(await readdir(join(world.file, '..'))).toEqual([]);
  });

  const good = { version: 1, migration, chunks: [{ state: 'written', data: { moved: 0, failed: {} } }] };
  const chunkWith = (more: object) => ({ ...good, chunks: [{ ...good.chunks[0], ...more }] });
  test.each([
    ['cut off', '{"version": 1,', 'STATE_CORRUPT', 'it is not JSON'],
    ['empty', '', 'STATE_CORRUPT', 'it is not JSON'],
    ['without chunks', JSON.stringify({ ...good, chunks: undefined }), 'STATE_CORRUPT', 'chunks'],
    [
      'an unknown state',
      JSON.stringify(chunkWith({ state: 'flown' })),
      'STATE_CORRUPT',
      'expected one of written',
    ],
    [
      'bad data',
      JSON.stringify(chunkWith({ data: { moved: 'all' } })),
      'STATE_CORRUPT',
      'chunks.0.data.moved',
    ],
    ['a bad time', JSON.stringify(chunkWith({ begunAt: 'now' })), 'STATE_CORRUPT', 'chunks.0.begunAt'],
    ['newer', JSON.stringify({ ...good, version: 2 }), 'STATE_NEWER', 'newer cognito-migrate'],
    ['of others', JSON.stringify({ ...good, migration: 'a → b' }), 'STATE_OTHER_MIGRATION', 'a → b'],
  ])('%s: refused with what to do, and left as it is', async (_what, text, code, why) => {
    const world = await newWorld();
    await writeFile(world.file, text);
    const error = await refusalOf(runOnce(world));
    expect(error).toMatchObject({ code, exitCode: 6 });
    expect(error.message).toContain(`The journal ${world.file}`);
    expect(error.message).toContain(why);
    expect(error.hint.join(' ')).toMatch(/Move it away and run the same command again|--state/);
    expect(await readFile(world.file, 'utf8')).toBe(text);
    expect(world.effects).toEqual([]);
    expect(await readdir(join(world.file, '..'))).toEqual(['cognito-migrate.import.json']);
  });
});
