/** One reading of the status: what exists in AWS, the counts, and why nothing happens if nothing does. */
import type { ExitKind } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { holderInWords } from '../../../core/state-lock.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import { lockOf } from '../../../core/stored-file.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { Context } from '../../context.ts';
import type { Given } from '../../inputs/load-inputs.ts';
import { findMigration, openReach } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { gonePoolNotes } from '../../migration/warn-missing-pools.ts';
import type { Accounts } from '../../session/access.ts';
import { statusDocument } from './document.ts';
import { type Health, readHealth } from './health.ts';
import { type ReadSignIns, readIfIdle } from './idle.ts';
import { healthNotes } from './notes.ts';
import { readProof } from './proof.ts';
import { effectTexts, summaryOf, verdictOf } from './verdict.ts';
import type { Meaning } from './view.ts';

export interface Reading {
  readonly document: StatusDocument;
  readonly verdict: ExitKind;
  readonly meaning: Meaning;
  readonly notes: readonly Note[];
  /** What was said while reading. */
  readonly heard: readonly Note[];
  readonly migration: Migration;
  readonly health: Health;
  /** The values that find the same migration again. */
  readonly found: Pick<Inputs, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID' | 'NAME' | 'ROLE_PATH'>;
}

/** How to read: with which access, and how much. */
export interface Manner {
  /** Keeps credentials, for a run that reads several times. */
  readonly accounts: Accounts;
  readonly isProbing: boolean;
  readonly readSignIns: ReadSignIns;
}

/** Reads the status once: first everything that AWS and the files say, then what it means. */
export async function readStatus(
  context: Context,
  given: Given,
  { accounts, isProbing, readSignIns }: Manner,
): Promise<Reading> {
  const heard: Note[] = [];
  const listening = hearing(context, heard);
  const { busy, emit } = listening.reporter;
  const migration = await findMigration(listening, given, 'read', openReach(context, given, accounts));
  const health = await busy('Reading the migration and its log', (onProgress) =>
    readHealth(migration, onProgress),
  );
  const running = await holderInWords(lockOf(migration.file));
  const probed = await readProof(migration, health, running, isProbing, emit);
  const verdict = verdictOf(migration, health, probed);
  const summary = summaryOf(migration, health, probed, running);
  // A migration that does not work is the reason itself.
  const isWorking = verdict.verdict === 'ok';
  const signIns = isWorking ? await readIfIdle(migration, health.counts, readSignIns, busy) : undefined;
  const chosen = given.resolved.values.NEW_CLIENT_IDS ?? [];
  const document = statusDocument(migration, health, verdict, running, probed);
  const { OLD_USER_POOL_ID, NEW_USER_POOL_ID, NAME, ROLE_PATH } = migration.inputs;
  return {
    document: { ...document, verdict: summary.text, ...(signIns && { signIns }) },
    verdict: verdict.verdict,
    meaning: { summary, effects: effectTexts(health.planned) },
    heard,
    notes: [...gonePoolNotes(migration), ...healthNotes(migration, health, chosen)],
    migration,
    health,
    found: { OLD_USER_POOL_ID, NEW_USER_POOL_ID, NAME, ROLE_PATH },
  };
}

/** The same context, which also keeps each note. */
const hearing = (context: Context, heard: Note[]): Context => ({
  ...context,
  reporter: {
    ...context.reporter,
    emit(event) {
      if (event.type === 'note') heard.push(event);
      context.reporter.emit(event);
    },
  },
});
