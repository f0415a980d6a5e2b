/**
 * teardown --restore: restores all settings of the pool and the app clients.
 * The state file has them from before the first change.
 */

import { regionOfPool } from '../../../aws/arn.ts';
import { type Side, whoAmI } from '../../../aws/clients.ts';
import { undefinedIfNotFound } from '../../../aws/errors.ts';
import { isFunctionGone } from '../../../aws/function/gone.ts';
import type { Pace } from '../../../aws/retry.ts';
import { poolRestoration, type RawPool, restorePool, withTriggers } from '../../../aws/user-pool/index.ts';
import { clientRestoration, restoreClient } from '../../../aws/user-pool-client/index.ts';
import { CancelledError, type ExitKind, StateFileError } from '../../../core/errors.ts';
import {
  canonical,
  type Difference,
  isJsonObject,
  type JsonObject,
  objectAt,
  stringAt,
} from '../../../core/json.ts';
import { assertSameMigration, type State } from '../../../core/state.ts';
import { lockState } from '../../../core/state-store.ts';
import { assertGoing } from '../../../core/step-run.ts';
import type { StepId } from '../../../steps/ids.ts';
import type { Context } from '../../context.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { breaksLock } from '../../inputs/options.ts';
import { openAccounts } from '../../session/access.ts';
import { showBefore } from '../../terminal/reporter.ts';
import { type Restorable, restoreDocument, restorePlanDocument, restorePlanText } from './restore-view.ts';

const settingsOf = (snapshot: JsonObject | undefined): string =>
  canonical({ raw: snapshot?.raw, mfa: snapshot?.mfa });

interface Snapshots {
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
function snapshotsOf({ steps }: State): Snapshots {
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

interface Thing extends Restorable {
  restore(): Promise<{ readonly restored: readonly Difference[] }>;
}

export async function restore(context: Context, given: Given): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const { state, resolved, file } = given;
  const snapshots = state && snapshotsOf(state);
  if (snapshots === undefined || (snapshots.pool === undefined && snapshots.clients.length === 0)) {
    throw new StateFileError(`There is nothing in ${file} to restore`, {
      code: 'NO_BEFORE_IMAGE',
      hint: ['init keeps the configuration from before its first change there.'],
    });
  }
  const side = openAccounts(context, given).open()(regionOfPool(state?.variables.NEW_USER_POOL_ID ?? ''));
  const { account } = await reporter.busy('Comparing with the state file', () => whoAmI(side));
  if (state) assertSameMigration(file, state, account, resolved.values);
  const { lost, things } = await reporter.busy('Comparing with the state file', async () => {
    const { snapshots: wanted, lost: dead } = await withoutDeadTrigger(side, snapshots);
    return {
      lost: dead,
      things: await readRestorations(side, wanted, { clock: io.clock, signal: io.interrupt.signal }),
    };
  });
  if (lost !== undefined) reporter.emit({ type: 'note', level: 'warning', message: notPutBack(lost) });
  const toDo = things.filter(({ differences = [] }) => differences.length > 0);
  if (resolved.values.DRY_RUN) {
    reporter.data(restorePlanDocument(things, snapshots.isLater));
    return 'ok';
  }
  if (toDo.length > 0) {
    const plan = restorePlanText(toDo, snapshots.isLater);
    showBefore(given.prompts !== undefined, reporter, `\n${plan}\n`);
    await approve(given);
  }
  const lines = await io.interrupt.during('Finishing the current call.', async () => {
    const unlock = await lockState(file, io.clock.now, breaksLock(command));
    return putBack(toDo, io.interrupt.signal).finally(unlock);
  });
  reporter.data(restoreDocument(lines, things));
  return 'ok';
}

/**
 * The snapshots without a trigger on a function that is gone.
 * Such a trigger would fail the sign-in of all unknown users.
 */
async function withoutDeadTrigger(
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

const notPutBack = (arn: string): string =>
  `The earlier function of the trigger no longer exists, so it is not restored: ${arn}`;

/** Compares everything with its snapshot. Reads only. */
function readRestorations(side: Side, { pool, clients }: Snapshots, pace: Pace): Promise<Thing[]> {
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

async function approve({ resolved, prompts }: Given): Promise<void> {
  if (resolved.values.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  const isSure = await prompts.confirm({ message: 'Restore it?', default: false });
  if (!isSure) throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}

/**
 * Restores one after another, the pool first, because an app client may need a setting of it.
 * Returns one line for each restored setting.
 */
async function putBack(things: readonly Thing[], signal: AbortSignal): Promise<string[]> {
  const lines: string[] = [];
  for (const { name, restore: write } of things) {
    assertGoing(signal);
    const { restored } = await write();
    lines.push(...restored.map((line) => `${name}: ${line.path}`));
  }
  return lines;
}
