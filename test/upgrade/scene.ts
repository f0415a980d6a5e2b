/** Two pools of a local AWS before a migration, as one of the states wants them, and the flags that lead there. */
import { mkdtemp, realpath, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSandbox, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { shortDelays } from '../fault-injection/delays.ts';
import { makePools, type PoolPair, type Sdk, sdkOf } from '../fault-injection/ground.ts';
import { main, type Side } from '../fault-injection/sides.ts';
import { type FakeClock, fakeClock } from '../support/clock.ts';
import type { FakeIoOptions } from '../support/run-cli.ts';
import { type State, type StateName, states } from './states.ts';
import { addOldUser, anaOf } from './users.ts';

export interface UpgradeAws extends PoolPair {
  readonly state: State;
  readonly sandbox: Sandbox;
  readonly clock: FakeClock;
  /** How the program runs in this process: on this clock, its output in pipes. */
  readonly io: FakeIoOptions;
  /** Where the old pool is. */
  readonly oldSide: Side;
  readonly sdk: Sdk;
  /** The same for the old pool's account. */
  readonly oldSdk: Sdk;
  /** Of role, policy and function. */
  readonly name: string;
  readonly folder: string;
  /** The state file. */
  readonly file: string;
  /** Flags of every command. */
  readonly flags: readonly string[];
  close(): Promise<void>;
}

/** @param time `fake`: sleeps pass at once, and AWS takes its time; `real`: for programs in processes of their own. */
export async function openUpgradeAws(args: StateName, time: 'fake' | 'real'): Promise<UpgradeAws> {
  const state: State = states[args];
  const clock = fakeClock();
  const sandbox = await createSandbox(
    time === 'fake' ? { now: clock.now, delays: shortDelays } : { delays: noDelays },
  );
  const folder = await realpath(await mkdtemp(join(tmpdir(), 'cognito-migrate-upgrade-')));
  const oldSide = state.old ?? main;
  const sdk = sdkOf(sandbox.url, main);
  const oldSdk = sdkOf(sandbox.url, oldSide);
  const ground = await makePools(state, sdk, oldSdk, clock);
  await addOldUser(oldSdk, ground.oldPool, anaOf(state.signInName));
  const file = join(folder, 'state.json');
  return {
    ...ground,
    state,
    sandbox,
    clock,
    io: { clock, isPiped: true },
    oldSide,
    sdk,
    oldSdk,
    name: state.name ?? `cognito-migrate-${ground.newPool}`,
    folder,
    file,
    flags: [
      ...['--old-user-pool-id', ground.oldPool, '--new-user-pool-id', ground.newPool],
      ...accessFlags(state),
      ...['--state', file, '--endpoint-url', sandbox.url, ...state.names],
    ],
    async close() {
      for (const client of [...Object.values(sdk), ...Object.values(oldSdk)]) client.destroy();
      await sandbox.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** Whoever was handed the old account's half has no access to it. */
function accessFlags({ old, isHandedOff }: State): readonly string[] {
  if (old === undefined) return ['--region', main.region];
  return isHandedOff ? ['--profile', 'new'] : ['--profile', 'new', '--old-profile', 'old'];
}
