/**
 * sign-ins: which flows the apps of the new pool sign in with.
 * Only a flow that sends the password reaches the function.
 */
import * as z from 'zod/mini';
import { regionOfPool } from '../../../aws/arn.ts';
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { metricsKeptMs, parseSince } from '../../inputs/since.ts';
import { openAccounts } from '../../session/access.ts';
import { readEvidence } from './evidence.ts';
import { signInsDocument } from './view.ts';

const Options = z.object({ since: z._default(z.string(), '1h') });

export async function signIns(context: Context): Promise<ExitKind> {
  const { io, command, reporter } = context;
  const now = io.clock.now();
  const { since: text } = Options.parse(command.opts());
  const since = parseSince(text, now);
  if (now - since > metricsKeptMs) throw tooLongAgo(text);
  const given = await loadInputs(context);
  const { NEW_USER_POOL_ID } = given.resolved.values;
  if (NEW_USER_POOL_ID === undefined) throw missing(['NEW_USER_POOL_ID']);
  const side = openAccounts(context, given).open()(regionOfPool(NEW_USER_POOL_ID));
  const pace = { clock: io.clock, signal: io.interrupt.signal };
  const evidence = await reporter.busy('Reading sign-ins', () =>
    readEvidence(side, NEW_USER_POOL_ID, { since, now }, pace),
  );
  reporter.data(signInsDocument(evidence));
  return 'ok';
}

const tooLongAgo = (text: string): UsageError =>
  new UsageError(`--since must be within the last 15 months (got ${JSON.stringify(text)})`, {
    code: 'BAD_INPUT',
    found: text,
  });
