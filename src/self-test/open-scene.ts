/** Creates the scene. Everything in it has the name and tag of the run. */

import { join } from 'node:path';
import type { Side } from '../aws/clients.ts';
import type { Clock } from '../aws/clock.ts';
import { findUser } from '../aws/users.ts';
import type { Emit } from '../core/events.ts';
import type { OnProgress } from '../core/step.ts';
import { selfTestTag } from '../core/variables/tags.ts';
import { migrationName, type PoolSide } from './fixtures/names.ts';
import type { Places } from './fixtures/resources.ts';
import { eventually, onceNotBusy, type Waiting } from './fixtures/retry.ts';
import { type Answer, type Attempt, askForCode, signInBy } from './fixtures/sign-in.ts';
import { readSnapshots, rewordings, type Snapshots, snapshotDifferences } from './fixtures/snapshots.ts';
import { Makers } from './makers.ts';
import type { ComparableSnapshots, Migration, RunProgram, SelfTestScene, ThrowAwayClient } from './scene.ts';

export interface SceneOptions {
  readonly runProgram: RunProgram;
  readonly clock: Clock;
  /** Ctrl-C. */
  readonly signal: AbortSignal;
  readonly runId: string;
  readonly places: Places;
  /** Flags for every command of ours: profiles and endpoint. */
  readonly access: readonly string[];
  /** The folder for state files. The caller removes it. */
  readonly folder: string;
  /** Receives every AWS call of our own commands. */
  readonly watch: Emit;
  /** Receives the reason for each wait. */
  readonly onProgress: OnProgress;
}

/** The scene, and data for the cleanup and the report. */
export interface OpenScene {
  readonly scene: SelfTestScene;
  /** IDs of the pools so far. A list from AWS may not show them yet. */
  poolIds(side: PoolSide): readonly string[];
  /** Passwords and client secrets so far. */
  secrets(): readonly string[];
}

export function openScene(options: SceneOptions): OpenScene {
  const { runId, places, clock, signal, onProgress } = options;
  const sides = { new: places.new.side, old: places.old.side };
  const sceneAccess = { sides, clock, signal, onProgress };
  const makers = new Makers({ runId, places, ...sceneAccess });
  const scene: SelfTestScene = {
    runId,
    places,
    ...sceneAccess,
    ...attemptsOn(sceneAccess),
    makePool: makers.makePool,
    makeClient: makers.makeClient,
    makeUser: makers.makeUser,
    stranger: (pool) => makers.newPerson(pool, 'confirmed'),
    migration: (label) => migrationOf(options, makers, label),
    userIn: ({ side, id }, username) => findUser(sides[side].idp, id, username),
    snapshotsOf: async ({ side, id }) => new ReadSnapshots(await readSnapshots(sides[side].idp, id)),
  };
  return {
    scene,
    poolIds: (side) => makers.pools.filter((pool) => pool.side === side).map(({ id }) => id),
    secrets: () => makers.secrets,
  };
}

class ReadSnapshots implements ComparableSnapshots {
  readonly #snapshots: Snapshots;

  constructor(snapshots: Snapshots) {
    this.#snapshots = snapshots;
  }

  differencesTo(later: ComparableSnapshots) {
    return snapshotDifferences(this.#snapshots, snapshotsIn(later));
  }

  rewordedIn(later: ComparableSnapshots) {
    return rewordings(this.#snapshots, snapshotsIn(later));
  }

  get snapshots(): Snapshots {
    return this.#snapshots;
  }
}

function snapshotsIn(other: ComparableSnapshots): Snapshots {
  if (!(other instanceof ReadSnapshots)) throw new TypeError('snapshots of another kind');
  return other.snapshots;
}

/** Words of the commands that change something. */
const writing: Readonly<Record<string, readonly string[]>> = {
  init: ['--yes'],
  teardown: ['--yes', '--no-report'],
};

function migrationOf(options: SceneOptions, { pools }: Makers, label: string): Migration {
  const { runProgram, runId: run, access, folder, watch } = options;
  const poolOf = (side: PoolSide) => {
    const pool = pools.find((one) => one.side === side && one.label === label);
    if (pool === undefined) throw new Error(`there is no ${side} pool of ${label}`);
    return pool;
  };
  const [from, to] = [poolOf('old'), poolOf('new')];
  const name = migrationName({ run, label });
  const stateFile = join(folder, `${label}.state.json`);
  const words = [
    ...['--old-user-pool-id', from.id, '--new-user-pool-id', to.id, '--name', name],
    ...['--tag', `${selfTestTag}=${run}`, '--state', stateFile, ...access],
  ];
  return {
    old: from,
    new: to,
    name,
    stateFile,
    run: (command, ...more) => runProgram([command, ...words, ...(writing[command] ?? []), ...more], watch),
  };
}

interface SceneAccess extends Waiting {
  readonly sides: Readonly<Record<PoolSide, Side>>;
}

type Attempts = Pick<SelfTestScene, 'signIn' | 'signInSettled' | 'signInPatiently' | 'forgotPassword'>;

/** Cognito's errors while the function cannot answer. All of them are temporary. */
const passing = new Set([
  'UserLambdaValidationException',
  'UnexpectedLambdaException',
  'InvalidLambdaResponseException',
]);

function attemptsOn(sceneAccess: SceneAccess): Attempts {
  const idp = (client: ThrowAwayClient) => sceneAccess.sides[client.pool.side].idp;
  const signIn: Attempts['signIn'] = (client, { username, password }, flow, other = password) =>
    onceNotBusy(() => signInBy(idp(client), flow, attemptOf(client, username, other)), sceneAccess);
  const askedForCode = (client: ThrowAwayClient, username: string): Promise<Answer> =>
    onceNotBusy(() => askForCode(idp(client), attemptOf(client, username, '')), sceneAccess);
  const patient = (attempt: () => Promise<Answer>, isFinal: (answer: Answer) => boolean) =>
    eventually(attempt, isFinal, sceneAccess, 'the function has to answer', 60_000);
  return {
    signIn,
    signInSettled: (client, person, flow, password) =>
      patient(() => signIn(client, person, flow, password), isSettled),
    // A pool that may not invoke the function yet reports an unknown user, even for users who could move.
    signInPatiently: (client, person, flow) =>
      patient(
        () => signIn(client, person, flow),
        ({ kind }) => kind !== 'refused',
      ),
    forgotPassword: (client, username) => patient(() => askedForCode(client, username), isSettled),
  };
}

const isSettled = ({ kind, name }: Answer): boolean => kind !== 'refused' || !passing.has(name);

const attemptOf = (client: ThrowAwayClient, username: string, password: string): Attempt => ({
  userPoolId: client.pool.id,
  clientId: client.id,
  secret: client.secret,
  username,
  password,
});
