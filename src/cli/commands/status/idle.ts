/** The sign-ins of the apps, for a migration in which nothing reaches the function. */
import type { SignIns } from '../../../core/sign-ins-document.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Migration } from '../../migration/read-migration.ts';
import type { Busy } from '../../terminal/reporter.ts';
import { readWhyNothing, signInsOf } from '../sign-ins/index.ts';
import type { Counts } from './counts.ts';

/** Reads the sign-ins of the apps since a moment. Undefined if they cannot be read. */
export type ReadSignIns = (migration: Migration, since: number) => Promise<SignIns | undefined>;

/** The sign-ins of the last 24 hours, if nothing has reached the function in that time. */
export async function readIfIdle(
  migration: Migration,
  counts: Counts,
  read: ReadSignIns,
  busy: Busy,
): Promise<SignIns | undefined> {
  if (!isIdle(counts)) return undefined;
  return busy('Reading sign-ins', () => read(migration, idleSince(migration)));
}

/** Whether nothing has reached the function in the last 24 hours. */
function isIdle({ lastDay, failure }: Counts): boolean {
  const { handedOver, wrongCredentials, refused, failed } = lastDay;
  return failure === undefined && handedOver + wrongCredentials + refused + failed === 0;
}

const dayMs = 86_400_000;

/** The start of the last 24 hours. Sign-ins before the trigger was set could not reach the function. */
function idleSince({ aws, state }: Migration): number {
  const record = recordOf(state, 'migration-trigger');
  const set = record?.status === 'applied' ? Date.parse(record.at) : 0;
  return Math.max(aws.clock.now() - dayMs, set);
}

export const readSignIns: ReadSignIns = async ({ aws, inputs }, since) => {
  const now = aws.clock.now();
  const evidence = await readWhyNothing(aws.new, inputs.NEW_USER_POOL_ID, { since, now }, aws);
  return evidence && signInsOf(evidence);
};

/** Reads sign-ins at most every five minutes: CloudTrail is about as far behind, and its quota is the account's. */
export function rarely(read: ReadSignIns = readSignIns): ReadSignIns {
  let last: { readonly at: number; readonly signIns: SignIns | undefined } | undefined;
  return async (migration, since) => {
    const now = migration.aws.clock.now();
    if (last === undefined || now - last.at >= 5 * 60_000)
      last = { at: now, signIns: await read(migration, since) };
    return last.signIns;
  };
}
