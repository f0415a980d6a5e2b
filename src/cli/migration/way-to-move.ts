/** Reads how users move, for the commands that report whether a migration works. */
import { readOptional } from '../../aws/optional-read.ts';
import { readWayToMove, type WayToMove } from '../../aws/user-pool-client/index.ts';
import { number } from '../../core/format-number.ts';
import { type Notice, unreadInto } from '../../core/notice.ts';
import type { OnProgress } from '../../core/step.ts';
import { decodeSettings } from '../../lambda/settings-codec.ts';
import type { Migration } from './read-migration.ts';

export interface Way {
  /** How users move. Undefined if unknown. */
  readonly way: WayToMove | undefined;
  /** Why it is unknown. */
  readonly unread: readonly Notice[];
}

/**
 * Reads all app clients of the new pool, unless some were chosen. The plan covers chosen ones.
 * @param isNeeded whether there is anything by which users move. A thousand app clients take minutes.
 */
export async function readWay(
  { aws, inputs, newPool }: Migration,
  onProgress: OnProgress,
  isNeeded: () => Promise<boolean> = () => Promise.resolve(true),
): Promise<Way> {
  if (newPool === undefined || !(await isNeeded())) return { way: undefined, unread: [] };
  if (inputs.NEW_CLIENT_IDS.length > 0) return { way: 'sign-in', unread: [] };
  const isResetOn = decodeSettings(inputs.SETTINGS).forgotPassword === 'on';
  const unread: Notice[] = [];
  const way = await readOptional(
    readWayToMove(aws.new.idp, newPool.pool, isResetOn, (clients) =>
      onProgress(`Reading app clients: ${number(clients)} accept no passwords`),
    ),
    unreadInto(unread)('app-clients'),
  );
  return { way, unread };
}
