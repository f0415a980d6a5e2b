/**
 * logs: sums the function's outcomes by reason and lists them.
 * Reads the function's log, which contains no user data.
 */

import * as z from 'zod/mini';
import { regionOfPool } from '../../../aws/arn.ts';
import { LogTail, readOutcomes } from '../../../aws/migration-log.ts';
import { type ExitKind, UsageError } from '../../../core/errors.ts';
import type { SignIns } from '../../../core/sign-ins-document.ts';
import { defaultName, logGroupName } from '../../../steps/names.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Context } from '../../context.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { metricsKeptMs, parseSince } from '../../inputs/since.ts';
import { chooseMigration } from '../../migration/discover.ts';
import { interviewOf, openReach } from '../../migration/find-migration.ts';
import { readTraces } from '../../session/traces.ts';
import { askNewPool } from '../../wizard/pools.ts';
import { readWhyNothing, signInsOf } from '../sign-ins/index.ts';
import { type FollowedLog, followLog, withoutLog } from './follow.ts';
import { Newest } from './newest.ts';
import { logsDocument, type ReadLog } from './view.ts';

const Options = z.object({
  since: z._default(z.string(), '1h'),
  limit: z._default(z.string(), '50'),
  follow: z._default(z.boolean(), false),
});

export async function logs(context: Context): Promise<ExitKind> {
  const { io, command, reporter } = context;
  const options = Options.parse(command.opts());
  const now = io.clock.now();
  const since = parseSince(options.since, now);
  const limit = parseLimit(options.limit);
  const given = await loadInputs(context);
  const { accounts, talk } = openReach(context, given);
  const inputs = given.resolved.values;
  const values = talk ? await askNewPool(inputs, interviewOf(talk, reporter.busy)) : inputs;
  // All names derive from this pool, so the command needs neither the old pool nor its account.
  const pool = values.NEW_USER_POOL_ID;
  if (pool === undefined) throw missing(['NEW_USER_POOL_ID']);
  const named = values.NAME ?? defaultName(pool);
  const side = accounts.open()(regionOfPool(pool));
  const newest = new Newest(limit);
  const first = Math.max(since, now - metricsKeptMs, triggerSetAt(given));
  const readSignIns = async (): Promise<SignIns | undefined> => {
    const times = { since: first, now: io.clock.now() };
    const pace = { clock: io.clock, signal: io.interrupt.signal };
    const evidence = await readWhyNothing(side, pool, times, pace);
    return evidence && signInsOf(evidence);
  };
  /** If no log has the default name, the tags say which migration it is. */
  const findName = async (): Promise<string> => {
    if (values.NAME !== undefined) return values.NAME;
    const known = { ...values, NEW_USER_POOL_ID: pool };
    return (await chooseMigration(await readTraces(side, known), known, undefined)).NAME;
  };
  if (options.follow) {
    const open = (name: string): FollowedLog => {
      const group = logGroupName({ NAME: name });
      return { group, tail: new LogTail(side.logs, group, since) };
    };
    const isJson = values.JSON === true;
    return followLog(context, { open, name: named, findName, newest, readSignIns, isJson });
  }
  const read = async (name: string): Promise<Pick<ReadLog, 'group' | 'outcomes'>> => {
    const group = logGroupName({ NAME: name });
    const each = newest.add.bind(newest);
    return { group, outcomes: await readOutcomes(side.logs, group, { since, each }) };
  };
  const findLog = async (): Promise<Pick<ReadLog, 'group' | 'outcomes'>> => {
    const found = await read(named);
    if (found.outcomes.hasLog) return found;
    const name = await findName();
    return name === named ? found : read(name);
  };
  const { group, outcomes } = await reporter.busy('Reading the log', findLog);
  if (!outcomes.hasLog) throw withoutLog(group);
  const isIdle = Object.keys(outcomes.reasons).length === 0 && outcomes.isComplete;
  const signIns = isIdle ? await reporter.busy('Reading sign-ins', readSignIns) : undefined;
  reporter.data(logsDocument({ group, since, outcomes, listed: newest.list(), signIns }));
  return 'ok';
}

/** Sign-ins before the trigger was set could not reach the function. 0 if the state file doesn't say when. */
function triggerSetAt({ state, resolved }: Given): number {
  const record = recordOf(state, 'migration-trigger');
  const isSame = state?.variables.NEW_USER_POOL_ID === resolved.values.NEW_USER_POOL_ID;
  return isSame && record?.status === 'applied' ? Date.parse(record.at) : 0;
}

function parseLimit(text: string): number {
  if (/^\d{1,5}$/.test(text)) return Number(text);
  throw new UsageError(`--limit must be a number from 0 to 99999 (got ${JSON.stringify(text)})`, {
    code: 'BAD_INPUT',
    found: text,
  });
}
