/**
 * teardown --restore: restores all settings of the pool and the app clients.
 * The state file has them from before the first change.
 */

import { regionOfPool } from '../../../aws/arn.ts';
import { whoAmI } from '../../../aws/clients.ts';
import { CancelledError, type ExitKind, StateFileError } from '../../../core/errors.ts';
import { assertSameMigration } from '../../../core/state.ts';
import { lockState } from '../../../core/state-store.ts';
import { assertGoing } from '../../../core/step-run.ts';
import type { Context } from '../../context.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { breaksLock } from '../../inputs/options.ts';
import { openAccounts } from '../../session/access.ts';
import { showBefore } from '../../terminal/reporter.ts';
import { readRestorations, snapshotsOf, type Thing, withoutDeadTrigger } from './restorations.ts';
import { restoreDocument, restorePlanDocument, restorePlanText } from './restore-view.ts';

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

const notPutBack = (arn: string): string =>
  `The earlier function of the trigger no longer exists, so it is not restored: ${arn}`;

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
