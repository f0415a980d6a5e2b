/** One run: creates the stage, runs the journey and the questions, and always deletes everything. */
import { rm } from 'node:fs/promises';
import type { Clock } from '../aws/clock.ts';
import { errorName, toMigrateError } from '../aws/errors.ts';
import type { Emit, Event } from '../core/events.ts';
import type { OnProgress } from '../core/step.ts';
import { questions } from './aws-behavior/index.ts';
import type { Result } from './check.ts';
import { countOf, deleteAll, findAll, type Search } from './cleanup.ts';
import type { Places } from './fixtures/resources.ts';
import type { Unhurried } from './fixtures/retry.ts';
import { makeFolder } from './folder.ts';
import { guardChecks } from './journey/guarded.ts';
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
  /** Text that must not appear in a report. */
  readonly secrets: readonly string[];
}

export interface Performing {
  readonly runProgram: RunProgram;
  readonly clock: Clock;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly places: Places;
  /** Flags that give our own commands the same access as this run. */
  readonly access: readonly string[];
  readonly runId: string;
  readonly meter: Meter;
  readonly emit: Emit;
  readonly onResult: (result: Result) => void;
}

export async function perform(args: Performing): Promise<Performance> {
  const { runProgram, clock, signal, places, access, runId, meter, onResult } = args;
  const { emit, onProgress } = followed(args.emit);
  const total = meter.start();
  const folder = await makeFolder(runId);
  try {
    const sceneArgs = { runProgram, clock, signal, runId, places, access, folder };
    const open = openScene({ ...sceneArgs, watch: emit, onProgress });
    // Only a bug of ours throws here. The run deletes its resources even then.
    const results = await takeJourney(open, { ...args, emit }).catch(async (error: unknown) => {
      await cleanUp(open, { ...args, emit });
      throw error;
    });
    const cleaned = await cleanUp(open, { ...args, emit });
    onResult(cleaned);
    return { results, cleaned, total: total(), secrets: open.secrets() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/** Reports a wait under the most recent check, because checks run in sequence. */
function followed(emit: Emit): { readonly emit: Emit; readonly onProgress: OnProgress } {
  let current: Extract<Event, { readonly type: 'start' }> | undefined;
  return {
    emit(event) {
      if (event.type === 'start') current = event;
      emit(event);
    },
    onProgress(message) {
      if (current === undefined) return;
      const { step, key, title } = current;
      emit({ type: 'wait', step, key, title, message });
    },
  };
}

async function takeJourney(
  { scene }: OpenScene,
  { places, meter, emit, onResult }: Performing,
): Promise<Result[]> {
  const running: Running = { scene, meter, emit, onResult };
  const made = await runChecks([stageCheck], running);
  const stage = made.every(({ outcome }) => outcome === 'same') ? await stageOf(scene) : undefined;
  const journeyed = stage === undefined ? [] : await runChecks(journey(stage, places), running);
  // Has pools of its own, so it runs even if the journey stops early.
  const guarded = stage === undefined ? [] : await runChecks(guardChecks, running);
  // The questions don't depend on the stage.
  return [...made, ...journeyed, ...guarded, ...(await runChecks(questions, running))];
}

async function cleanUp(
  { poolIds, scene }: OpenScene,
  { places, runId, meter, emit }: Performing,
): Promise<Result> {
  const read = meter.start();
  const title = 'everything that it created is deleted again';
  emit({ type: 'start', doing: 'remove', step: 'nothing-left', key: '', title });
  const search: Search = { known: poolIds, run: runId };
  const { seen, same } = await deleteRun(places, search, scene).catch((error: unknown) => ({
    seen: `could not look: ${toMigrateError(error)?.message ?? errorName(error)}`,
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

async function deleteRun(places: Places, search: Search, { clock, onProgress }: Unhurried) {
  const waiting = { clock, ...(onProgress && { onProgress }) };
  const found = await findAll(places, waiting, search);
  const { left, stuck } = await deleteAll(places, found, waiting, search);
  const names = left.flatMap(({ own }) => own.map(({ kind, name }) => `${kind} ${name}`));
  const why = stuck.map((one) => `${one.leftover.name}: ${one.why}`);
  const same = names.length === 0;
  return {
    same,
    seen: same ? `${countOf(found)} deleted, none left` : ['left:', ...names, ...why].join(' · '),
  };
}
