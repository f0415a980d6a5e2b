/** doctor: reports expected failures, losses, and their fixes. Reads only. */

import type { ExitKind } from '../../../core/errors.ts';
import { UsageError } from '../../../core/errors.ts';
import { isBlocking } from '../../../core/findings.ts';
import { caseOf, diagnose, thorough } from '../../../doctor/index.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { findMigration } from '../../migration/find-migration.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import { factsOf } from './read-facts.ts';
import { comparedText, doctorDocument } from './view.ts';

export async function doctor(context: Context): Promise<ExitKind> {
  const { reporter, command } = context;
  const { signIns } = command.opts<{ signIns?: string }>();
  const expected = signIns === undefined ? undefined : perSecond(signIns);
  const found = await findMigration(context, await loadInputs(context), 'doctor');
  const facts = await reporter.busy('Reading users of both pools', (onProgress) =>
    factsOf(found, thorough, (compared) => onProgress(comparedText(compared))),
  );
  if (facts === undefined) throw new Error('the new pool must exist for this purpose');
  noticeNotes(facts.notices, 'info').forEach(reporter.emit);
  const doctorCase = caseOf(facts, found.inputs, expected);
  reporter.data(doctorDocument(doctorCase));
  return diagnose(doctorCase).some(isBlocking) ? 'refused' : 'ok';
}

function perSecond(text: string): number {
  const count = Number(text);
  if (text.trim() !== '' && count > 0 && Number.isFinite(count)) return count;
  throw new UsageError(
    `--sign-ins: a number of sign-ins per second is wanted (got ${JSON.stringify(text)})`,
    {
      code: 'BAD_INPUT',
      found: text,
    },
  );
}
