/** One run: makes the stage, takes the journey, asks the questions, and deletes everything again whatever has happened. */
import { rm } from 'node:fs/promises';
import type { Clock } from '../aws/clock.ts';
import { errorName, translate } from '../aws/errors.ts';
import type { Emit } from '../core/events.ts';
import { questions } from './aws-behavior/index.ts';
import type { Result } from './check.ts';
import { countOf, deleteAll, findAll, type Search } from './cleanup.ts';
import type { Places } from './fixtures/resources.ts';
import { makeFolder } from './folder.ts';
import { journey } from './journey/index.ts';
import { stageCheck, stageOf } from './journey/stage.ts';
import type { Measured, Meter } from './meter.ts';
import { type OpenScene, openScene } from './open-scene.ts';
import { type Running, runChecks } from './run-checks.ts';
import type { RunProgram } from './scene.ts';

export interface Performance {
  readonly results: readonly Result[];
  /** The last check. */
  readonly cleaned: Result;
  readonly total: Measured;
  /** What must not be in a report. */
  readonly secrets: readonly string[];
}

export interface Performing {
  readonly runProgram: RunProgram;
  readonly clock: Clock;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly places: Places;
  /** Flags that let our own commands go where this run goes. */
  readonly access: readonly string[];
  readonly runId: string;
  readonly meter: Meter;
  readonly emit: Emit;
  readonly tell: (result: Result) => void;
}

export async function perform(of: Performing): Promise<Performance> {
  const { runProgram, clock, signal, places, access, runId, meter, emit, tell } = of;
  const total = meter.start();
  const folder = await makeFolder(runId);
  try {
    const open = openScene({ runProgram, clock, signal, runId, places, access, folder, watch: emit });
    // Only a bug of ours throws here. What was made is deleted even so.
    const results = await takeJourney(open, of).catch(async (error: unknown) => {
      await cleanUp(open, of);
      throw error;
    });
    const cleaned = await cleanUp(open, of);
    tell(cleaned);
    return { results, cleaned, total: total(), secrets: open.secrets() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeJourney(
  { scene }: OpenScene,
  { places, meter, emit, tell }: Performing,
): Promise<Result[]> {
  const running: Running = { scene, meter, emit, tell };
  const made = await runChecks([stageCheck], running);
  const stage = made.every(({ outcome }) => outcome === 'same') ? await stageOf(scene) : undefined;
  const journeyed = stage === undefined ? [] : await runChecks(journey(stage, places), running);
  // They have a ground of their own.
  return [...made, ...journeyed, ...(await runChecks(questions, running))];
}

async function cleanUp(
  { poolIds }: OpenScene,
  { places, clock, runId, meter, emit }: Performing,
): Promise<Result> {
  const read = meter.start();
  const title = 'everything that it made is deleted again';
  emit({ type: 'start', doing: 'remove', step: 'nothing-left', key: '', title });
  const search: Search = { known: poolIds, run: runId };
  const { seen, same } = await deleteRun(places, search, clock).catch((error: unknown) => ({
    seen: `could not look: ${translate(error)?.message ?? errorName(error)}`,
    same: false,
  }));
  return {
    id: 'nothing-left',
    title,
    kind: 'promise',
    documented: 'found by tag and name, whatever has happened before',
    outcome: same ? 'same' : 'different',
    seen,
    ...read(),
  };
}

async function deleteRun(places: Places, search: Search, clock: Clock) {
  const found = await findAll(places, clock, search);
  const { left, stuck } = await deleteAll(places, found, clock, search);
  const names = left.flatMap(({ own }) => own.map(({ kind, name }) => `${kind} ${name}`));
  const why = stuck.map((one) => `${one.leftover.name}: ${one.why}`);
  const same = names.length === 0;
  return {
    same,
    seen: same ? `${countOf(found)} deleted, none left` : ['left:', ...names, ...why].join(' · '),
  };
}
