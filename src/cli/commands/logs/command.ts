/**
 * logs: sums the function's outcomes by reason and lists them.
 * Reads the function's log, which contains no user data.
 */

import * as z from 'zod/mini';
import { regionOfPool } from '../../../aws/arn.ts';
import { type LoggedOutcome, readOutcomes } from '../../../aws/migration-log.ts';
import { type ExitKind, UnhealthyError, UsageError } from '../../../core/errors.ts';
import { defaultName, logGroupName } from '../../../steps/names.ts';
import type { Context } from '../../context.ts';
import { loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { parseSince } from '../../inputs/since.ts';
import { openAccounts } from '../../session/access.ts';
import { logsDocument } from './view.ts';

const Options = z.object({
  since: z._default(z.string(), '1h'),
  limit: z._default(z.string(), '50'),
});

export async function logs(context: Context): Promise<ExitKind> {
  const { io, command, reporter } = context;
  const options = Options.parse(command.opts());
  const since = parseSince(options.since, io.clock.now());
  const limit = parseLimit(options.limit);
  const given = await loadInputs(context);
  const { values } = given.resolved;
  // All names derive from this pool, so the command needs neither the old pool nor its account.
  if (values.NEW_USER_POOL_ID === undefined) throw missing(['NEW_USER_POOL_ID']);
  const group = logGroupName({ NAME: values.NAME ?? defaultName(values.NEW_USER_POOL_ID) });
  const side = openAccounts(context, given).open()(regionOfPool(values.NEW_USER_POOL_ID));
  const newest = new Newest(limit);
  const outcomes = await reporter.busy('Reading the log', () =>
    readOutcomes(side.logs, group, { since, each: (one) => newest.add(one) }),
  );
  if (!outcomes.hasLog) throw withoutLog(group);
  reporter.data(logsDocument({ group, since, outcomes, listed: newest.list() }));
  return 'ok';
}

/** Keeps the newest entries of a stream. A log can contain hundreds of thousands. */
class Newest {
  readonly #limit: number;
  #kept: LoggedOutcome[] = [];

  constructor(limit: number) {
    this.#limit = limit;
  }

  add(outcome: LoggedOutcome): void {
    this.#kept.push(outcome);
    if (this.#kept.length > 2 * this.#limit) this.#kept = this.list();
  }

  /** Oldest first. */
  list(): LoggedOutcome[] {
    return this.#limit === 0 ? [] : this.#kept.slice(-this.#limit);
  }
}

function parseLimit(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`--limit must be a number from 0 to 99999 (got ${JSON.stringify(text)})`, {
    code: 'BAD_INPUT',
    found: text,
  });
}

const withoutLog = (group: string): UnhealthyError =>
  new UnhealthyError(`There is no log group ${group}: nothing is installed, or somebody deleted it`, {
    code: 'NOT_INSTALLED',
    found: group,
    hint: ['cognito-migrate status  tells which; cognito-migrate init  creates it.'],
  });
