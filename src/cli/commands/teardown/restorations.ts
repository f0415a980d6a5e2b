import type { Side } from '../../../aws/clients.ts';
import { undefinedIfNotFound } from '../../../aws/errors.ts';
import { isFunctionGone } from '../../../aws/function/gone.ts';
import type { Pace } from '../../../aws/retry.ts';
import { poolRestoration, type RawPool, restorePool, withTriggers } from '../../../aws/user-pool/index.ts';
import { clientRestoration, restoreClient } from '../../../aws/user-pool-client/index.ts';
import {
  canonical,
  type Difference,
  isJsonObject,
  type JsonObject,
  objectAt,
  stringAt,
} from '../../../core/json.ts';
import type { State } from '../../../core/state.ts';
import type { StepId } from '../../../steps/ids.ts';
import type { Restorable } from './restore-view.ts';

const settingsOf = (snapshot: JsonObject | undefined): string =>
  canonical({ raw: snapshot?.raw, mfa: snapshot?.mfa });

export interface Snapshots {
  readonly pool: RawPool | undefined;
  readonly clients: readonly { readonly raw: JsonObject }[];
  /** Whether the snapshots precede a later update, not the first one. */
  readonly isLater: boolean;
}

const trigger: StepId = 'migration-trigger';
/** Whether a record is that of a trigger: the first one, or a slot with a key. */
const isTrigger = (name: string): boolean => name === trigger || name.startsWith(`${trigger}:`);
/** The prefix of the record names of app clients. */
const clients = `${'new-clients' satisfies StepId}:`;

/**
 * The snapshots in the state file, from before the first change.
 * If a later run ended during an update, only the snapshots from right before that update.
 * That update did not cause the changes by others since the first one.
 */
export function snapshotsOf({ steps }: State): Snapshots {
  const touched = Object.entries(steps).filter(([name]) => isTrigger(name) || name.startsWith(clients));
  const unfinished = touched.filter(([, { before, latest }]) => {
    return latest !== undefined && settingsOf(latest) !== settingsOf(before);
  });
  const isLater = unfinished.length > 0;
  const snapshots = (isLater ? unfinished : touched).map(([name, { before, latest }]) => {
    return [name, isLater ? latest : before] as const;
  });
  const [, pool] =
    snapshots.find(([name]) => name === trigger) ?? snapshots.find(([name]) => isTrigger(name)) ?? [];
  const changed = snapshots.flatMap(([name, snapshot]) => (isTrigger(name) ? [] : [snapshot?.raw]));
  return {
    pool: isJsonObject(pool?.raw) && isJsonObject(pool.mfa) ? { raw: pool.raw, mfa: pool.mfa } : undefined,
    clients: changed.filter(isJsonObject).map((raw) => ({ raw })),
    isLater,
  };
}

export interface Thing extends Restorable {
  restore(): Promise<{ readonly restored: readonly Difference[] }>;
}

/**
 * The snapshots without a trigger on a function that is gone.
 * Such a trigger would fail the sign-in of all unknown users.
 */
export async function withoutDeadTrigger(
  { lambda }: Side,
  snapshots: Snapshots,
): Promise<{ readonly snapshots: Snapshots; readonly lost?: string }> {
  const { pool } = snapshots;
  const lost = stringAt(objectAt(pool?.raw, 'LambdaConfig'), 'UserMigration');
  if (pool === undefined || lost === undefined || !(await isFunctionGone(lambda, lost))) return { snapshots };
  return {
    snapshots: { ...snapshots, pool: { ...pool, raw: withTriggers(pool.raw, { UserMigration: undefined }) } },
    lost,
  };
}

/** Compares everything with its snapshot. Reads only. */
export function readRestorations(side: Side, { pool, clients }: Snapshots, pace: Pace): Promise<Thing[]> {
  const { idp } = side;
  const unlessGone = (found: Promise<Difference[]>) =>
    undefinedIfNotFound(found, 'ResourceNotFoundException');
  const things = clients.map(async (snapshot): Promise<Thing> => {
    const differences = await unlessGone(clientRestoration(idp, snapshot));
    const name = `app client ${stringAt(snapshot.raw, 'ClientId') ?? ''}`;
    return { name, differences, restore: () => restoreClient(idp, snapshot, pace) };
  });
  const newPool = async (snapshot: RawPool): Promise<Thing> => {
    const differences = await unlessGone(poolRestoration(idp, snapshot));
    const name = `user pool ${stringAt(snapshot.raw, 'Id') ?? ''}`;
    return { name, differences, restore: () => restorePool(idp, snapshot, pace) };
  };
  return Promise.all([...(pool === undefined ? [] : [newPool(pool)]), ...things]);
}
