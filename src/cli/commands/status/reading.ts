/** One reading of the status: what exists in AWS, the counts, and why nothing happens if nothing does. */
import type { ExitKind } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import type { SignIns } from '../../../core/sign-ins-document.ts';
import { holderInWords } from '../../../core/state-lock.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import { lockOf } from '../../../core/stored-file.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Context } from '../../context.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { findMigration, openReach } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { gonePoolNotes } from '../../migration/warn-missing-pools.ts';
import type { Accounts } from '../../session/access.ts';
import { readWhyNothing, signInsOf } from '../sign-ins/index.ts';
import type { Counts } from './counts.ts';
import { statusDocument } from './document.ts';
import { type Health, readHealth } from './health.ts';
import { healthNotes, readProof } from './notes.ts';
import { effectTexts, summaryOf, verdictOf } from './verdict.ts';
import type { Meaning } from './view.ts';

export interface Reading {
  readonly document: StatusDocument;
  readonly verdict: ExitKind;
  readonly meaning: Meaning;
  readonly notes: readonly Note[];
  readonly migration: Migration;
  readonly health: Health;
  /** The values that find the same migration again. */
  readonly found: Pick<Inputs, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID' | 'NAME' | 'ROLE_PATH'>;
}

/** Reads the sign-ins of the apps since a moment. Undefined if they cannot be read. */
export type ReadSignIns = (migration: Migration, since: number) => Promise<SignIns | undefined>;

/** Reads the status once. */
export async function readStatus(
  context: Context,
  given: Given,
  accounts: Accounts,
  isProbing: boolean,
  readSignIns: ReadSignIns = readSignInsOf,
): Promise<Reading> {
  const { busy, emit } = context.reporter;
  const migration = await findMigration(context, given, 'read', openReach(context, given, accounts));
  const health = await busy('Reading the migration and its log', (onProgress) =>
    readHealth(migration, onProgress),
  );
  const running = await holderInWords(lockOf(migration.file));
  const chosen = given.resolved.values.NEW_CLIENT_IDS ?? [];
  const notes = [...gonePoolNotes(migration), ...healthNotes(migration, health, chosen)];
  const probed = await readProof(migration, health, running, isProbing, emit);
  const verdict = verdictOf(migration, health, probed);
  const summary = summaryOf(migration, health, probed, running);
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID, NAME, ROLE_PATH } = migration.inputs;
  const reading = {
    document: { ...statusDocument(migration, health, verdict, running, probed), verdict: summary.text },
    verdict: verdict.verdict,
    meaning: { summary, effects: effectTexts(health.planned) },
    notes,
    migration,
    health,
    found: { OLD_USER_POOL_ID, NEW_USER_POOL_ID, NAME, ROLE_PATH },
  };
  // A migration that does not work is the reason itself.
  if (verdict.verdict !== 'ok' || !isIdle(health.counts)) return reading;
  const signIns = await busy('Reading sign-ins', () => readSignIns(migration, idleSince(migration)));
  return signIns === undefined ? reading : { ...reading, document: { ...reading.document, signIns } };
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

const readSignInsOf: ReadSignIns = async ({ aws, inputs }, since) => {
  const now = aws.clock.now();
  const evidence = await readWhyNothing(aws.new, inputs.NEW_USER_POOL_ID, { since, now }, aws);
  return evidence && signInsOf(evidence);
};

/** Reads sign-ins at most every five minutes: CloudTrail is about as far behind, and its quota is the account's. */
export function rarely(read: ReadSignIns = readSignInsOf): ReadSignIns {
  let last: { readonly at: number; readonly signIns: SignIns | undefined } | undefined;
  return async (migration, since) => {
    const now = migration.aws.clock.now();
    if (last === undefined || now - last.at >= 5 * 60_000)
      last = { at: now, signIns: await read(migration, since) };
    return last.signIns;
  };
}
