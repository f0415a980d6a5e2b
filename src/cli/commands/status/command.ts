/** status: reports the state of the migration in AWS, whatever the state file says. Reads only. */

import type { ExitKind } from '../../../core/errors.ts';
import { jsonText } from '../../../core/printable.ts';
import { holderInWords } from '../../../core/state-lock.ts';
import { statusJsonSchema } from '../../../core/status-document.ts';
import { lockOf } from '../../../core/stored-file.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { findMigration } from '../../migration/find-migration.ts';
import { gonePoolNotes } from '../../migration/warn-missing-pools.ts';
import { statusDocument, verdictOf } from './document.ts';
import { readHealth } from './health.ts';
import { healthNotes, readProof } from './notes.ts';
import { statusText } from './view.ts';

export async function status(context: Context): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const { busy, emit } = reporter;
  const options = command.opts<{ probe?: boolean; jsonSchema?: boolean }>();
  if (options.jsonSchema) {
    io.stdout.write(`${jsonText(statusJsonSchema(), 2)}\n`);
    return 'ok';
  }
  const given = await loadInputs(context);
  const migration = await findMigration(context, given, 'read');
  gonePoolNotes(migration).forEach(emit);
  const health = await busy('Reading the migration and its log', (onProgress) =>
    readHealth(migration, onProgress),
  );
  const running = await holderInWords(lockOf(migration.file));
  healthNotes(migration, health, given.resolved.values.NEW_CLIENT_IDS ?? []).forEach(emit);
  const probed = await readProof(migration, health, running, options.probe === true, emit);
  const verdict = verdictOf(migration, health, probed);
  const document = statusDocument(migration, health, verdict, running, probed);
  reporter.data({ json: document, text: (style) => statusText(document, style) });
  return verdict.verdict;
}
