/** Reads how users move, for the commands that report whether a migration works. */
import { readOptional } from '../../aws/optional-read.ts';
import { readWayToMove, type WayToMove } from '../../aws/user-pool-client/index.ts';
import type { Emit } from '../../core/events.ts';
import { decodeSettings } from '../../lambda/settings.ts';
import type { Discovered } from './read-pools.ts';

/**
 * Reads all app clients of the new pool, unless some were chosen. The plan covers chosen ones.
 * Emits a note if this fails.
 * @returns undefined if it is unknown.
 */
export async function readWay(
  { aws, inputs, newPool }: Discovered,
  emit: Emit,
): Promise<WayToMove | undefined> {
  if (newPool === undefined) return undefined;
  if (inputs.NEW_CLIENT_IDS.length > 0) return 'sign-in';
  const isResetOn = decodeSettings(inputs.SETTINGS).forgotPassword === 'on';
  return readOptional(
    readWayToMove(aws.new.idp, newPool.pool, isResetOn),
    'the app clients of the new pool, so it is unknown whether any app client accepts passwords',
    (message) => emit({ type: 'note', level: 'warning', message }),
  );
}
