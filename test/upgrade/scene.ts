/** Two pools of a local AWS before a migration, as one of the states wants them, and the flags that lead there. */
import { type OpenPools, openPools } from '../fault-injection/pools.ts';
import { main } from '../fault-injection/sides.ts';
import { type State, type StateName, states } from './states.ts';
import { addOldUser, anaOf } from './users.ts';

export interface UpgradeAws extends Omit<OpenPools, 'state'> {
  readonly state: State;
  /** The state file. */
  readonly file: string;
}

/** @param time as for {@link openPools}. */
export async function openUpgradeAws(name: StateName, time: 'fake' | 'real'): Promise<UpgradeAws> {
  const state: State = states[name];
  const pools = await openPools(state, accessFlags(state), time);
  await addOldUser(pools.oldSdk, pools.oldPool, anaOf(state.signInName));
  return { ...pools, state, file: pools.state };
}

/** Whoever was handed the old account's half has no access to it. */
function accessFlags({ old, isHandedOff }: State): readonly string[] {
  if (old === undefined) return ['--region', main.region];
  return isHandedOff ? ['--profile', 'new'] : ['--profile', 'new', '--old-profile', 'old'];
}
