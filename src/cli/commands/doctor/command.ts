/** doctor: reports expected failures, losses, and their fixes. Reads only. */

import type { ExitKind } from '../../../core/errors.ts';
import { UsageError } from '../../../core/errors.ts';
import type { Note } from '../../../core/events.ts';
import { isBlocking } from '../../../core/findings.ts';
import { diagnose, type Prediction, Predictor, thorough } from '../../../doctor/index.ts';
import { decodeSettings } from '../../../lambda/settings-codec.ts';
import { Budgets } from '../../../users/limits.ts';
import { readUsers } from '../../../users/stream.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { findMigration } from '../../migration/find-migration.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { surveyedPools, surveyProgress } from '../../migration/surveyed-pools.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import { factsOf, withSharedNames } from './read-facts.ts';
import { comparedText, doctorDocument } from './view.ts';

export async function doctor(context: Context): Promise<ExitKind> {
  const { reporter, command } = context;
  const { signIns, all = false } = command.opts<{ signIns?: string; all?: boolean }>();
  const expected = signIns === undefined ? undefined : perSecond(signIns);
  const found = await findMigration(context, await loadInputs(context), 'doctor');
  const facts = await reporter.busy('Reading users of both pools', async (onProgress) => {
    const depth = all ? { ...thorough, users: 1 } : thorough;
    const known = await factsOf(found, depth, (compared) => onProgress(comparedText(compared)));
    return known && withSharedNames(found, known);
  });
  if (facts === undefined) throw new Error('the new pool must exist for this purpose');
  const isWorthReading = all && facts.sample !== undefined && !facts.sample.isAll;
  const whole = isWorthReading ? await readAll(context, found) : undefined;
  const missing = (whole?.missing ?? []).map(
    (what): Note => ({ type: 'note', level: 'warning', message: unread(what) }),
  );
  const diagnosis = diagnose(facts, found.inputs, expected, whole?.prediction);
  const isIncomplete = whole !== undefined && whole.missing.length > 0;
  const notes = [...noticeNotes(facts.notices, 'info'), ...missing];
  reporter.data({ ...doctorDocument(diagnosis, isIncomplete), notes });
  return isIncomplete || diagnosis.findings.some(isBlocking) ? 'refused' : 'ok';
}

const unread = (what: string): string =>
  `The old pool could not be read in full. Missing: ${what}. Run the same command again.`;

/** Passes all users of the old pool through the function's rules, and keeps only counts. */
async function readAll(
  { io, reporter }: Context,
  migration: Migration,
): Promise<{ readonly prediction: Prediction; readonly missing: readonly string[] }> {
  const pools = await surveyedPools(migration);
  const { side, id, arn, estimate, estimateAgain } = pools.old;
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const budgets = new Budgets(undefined, pace, { arn, settings: pools.settings });
  const pacer = await budgets.pacerOf(side, arn, 'UserList');
  const predictor = new Predictor(decodeSettings(migration.inputs.SETTINGS));
  let users = 0;
  const { missing } = await reporter.busy('Reading all users of the old pool', (onProgress) => {
    const show = surveyProgress(pools, onProgress, io.clock.now);
    return readUsers({
      ...pace,
      idp: side.idpOnce,
      userPoolId: id,
      pacer,
      estimate,
      estimateAgain,
      each(page) {
        for (const user of page) predictor.add(user);
        users += page.length;
        show({ pool: 'old', readings: 1, users, estimate });
      },
    });
  });
  return { prediction: predictor.result(missing.length === 0), missing };
}

function perSecond(text: string): number {
  const count = Number(text);
  if (text.trim() !== '' && count > 0 && Number.isFinite(count)) return count;
  throw new UsageError(`--sign-ins must be a number of sign-ins per second (got ${JSON.stringify(text)})`, {
    code: 'BAD_INPUT',
    found: text,
  });
}
