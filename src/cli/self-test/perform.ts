/** One run: makes the stage, takes the journey, asks the questions, and deletes everything again whatever has happened. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Clock } from '../../aws/clock.ts';
import { errorName, translate } from '../../aws/errors.ts';
import type { Emit } from '../../core/events.ts';
import type { Context } from '../begin.ts';
import type { Result } from './check.ts';
import { countOf, findAll, removeAll, type Search, type Stuck } from './clean-up.ts';
import type { Inputs } from './inputs.ts';
import { journey } from './journey/index.ts';
import { setStage } from './journey/stage.ts';
import type { Measured, Meter } from './meter.ts';
import { type OpenScene, openScene } from './open-scene.ts';
import { questions } from './questions/index.ts';
import { type Running, runChecks } from './run-checks.ts';

export interface Performance {
  readonly results: readonly Result[];
  readonly settingUp: Measured;
  /** The last check, and what could not be deleted. */
  readonly cleaned: Result;
  readonly stuck: readonly Stuck[];
  readonly total: Measured;
  /** What must not be in a report. */
  readonly secrets: readonly string[];
  /** Why it ended before its time, where it did. */
  readonly failure?: unknown;
}

export interface Performing {
  readonly context: Context;
  readonly inputs: Inputs;
  readonly runId: string;
  readonly meter: Meter;
  readonly emit: Emit;
  readonly tell: (result: Result) => void;
}

export async function perform(of: Performing): Promise<Performance> {
  const { context, inputs, runId, meter, emit, tell } = of;
  const { io } = context;
  const total = meter.start();
  const folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-self-test-'));
  try {
    const { places, access } = inputs;
    const open = openScene({ io, runId, places, access, folder, watch: emit });
    const journeyed = await takeJourney(open, of).catch((failure: unknown) => ({
      results: [],
      settingUp: { ms: 0, calls: 0 },
      failure,
    }));
    const { cleaned, stuck } = await cleanUp(open, of);
    tell(cleaned);
    return { ...journeyed, cleaned, stuck, total: total(), secrets: open.secrets() };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

async function takeJourney({ scene }: OpenScene, { inputs, meter, emit, tell }: Performing) {
  const running: Running = { scene, meter, emit, tell };
  const read = meter.start();
  const title = 'making the pools, app clients and users';
  emit({ type: 'start', doing: 'create', step: 'stage', key: '', title });
  const stage = await setStage(scene);
  const settingUp = read();
  emit({ type: 'done', done: 'created', detail: '', ms: settingUp.ms, step: 'stage', key: '', title });
  const results = await runChecks(journey(stage, inputs.places), running);
  return { results: [...results, ...(await runChecks(questions, running))], settingUp };
}

async function cleanUp(
  { poolIds }: OpenScene,
  { inputs, context, runId, meter, emit }: Performing,
): Promise<{ cleaned: Result; stuck: readonly Stuck[] }> {
  const read = meter.start();
  const title = 'everything that it made is deleted again';
  emit({ type: 'start', doing: 'remove', step: 'nothing-left', key: '', title });
  const search: Search = { known: poolIds, run: runId };
  const documented = 'found by tag and name, whatever has happened before';
  const ended = await deleteAll(inputs.places, search, context.io.clock).catch((error: unknown) => ({
    stuck: [],
    seen: `could not look: ${translate(error)?.message ?? errorName(error)}`,
    same: false,
  }));
  const { stuck, seen, same } = ended;
  const outcome = same ? 'same' : 'different';
  return {
    cleaned: { id: 'nothing-left', title, kind: 'promise', documented, outcome, seen, ...read() },
    stuck,
  };
}

/** More than one look: AWS can go on showing for some seconds what is deleted. */
const looks = 5;

async function deleteAll(places: Inputs['places'], search: Search, clock: Clock) {
  const found = await findAll(places, search);
  let left = found;
  let stuck: readonly Stuck[] = [];
  for (let look = 1; look <= looks && countOf(left) > 0; look += 1) {
    if (look > 1) await clock.sleep(3_000);
    stuck = await removeAll(left, clock, search);
    left = await findAll(places, search);
  }
  const names = left.flatMap(({ own }) => own.map(({ kind, name }) => `${kind} ${name}`));
  const why = stuck.map((one) => `${one.leftover.name}: ${one.why}`);
  const same = names.length === 0;
  const seen = same ? `${countOf(found)} deleted, none left` : ['left:', ...names, ...why].join(' · ');
  return { stuck: same ? [] : stuck, seen, same };
}
