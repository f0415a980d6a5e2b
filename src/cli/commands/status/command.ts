/** status: reports the state of the migration in AWS, whatever the state file says. Reads only. */

import { toMigrateError } from '../../../aws/errors.ts';
import { probe, unchangedLimitMs } from '../../../aws/function/probe.ts';
import type { Outcomes } from '../../../aws/migration-log.ts';
import { isClosed, type WayToMove } from '../../../aws/user-pool-client/index.ts';
import { type ExitKind, type MigrateError, PermissionError } from '../../../core/errors.ts';
import type { Emit } from '../../../core/events.ts';
import { allOf } from '../../../core/failed-together.ts';
import { type Plan, type PlanItem, plan } from '../../../core/plan.ts';
import { jsonText } from '../../../core/printable.ts';
import { publishedDifference, publishedHealth } from '../../../core/published-names.ts';
import { assertSameMigration } from '../../../core/state.ts';
import { holderInWords } from '../../../core/state-lock.ts';
import { lockOf } from '../../../core/state-store.ts';
import { healthOf, isHealthy, isInstalled } from '../../../core/status.ts';
import { type StatusDocument, statusJsonSchema, statusVersion } from '../../../core/status-document.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { logGroupName } from '../../../steps/names.ts';
import { olderVersion } from '../../../steps/older-function.ts';
import { recordOf } from '../../../steps/records.ts';
import { type Beginning, begin, type Context } from '../../context.ts';
import { lookAround } from '../../migration/discover.ts';
import { tellGonePools } from '../../migration/warn-missing-pools.ts';
import { notesOnOldSub } from '../../session/old-sub-writers.ts';
import type { Discovered } from '../../session/read-pools.ts';
import { notesOnStrangers } from '../../session/vouched-usernames.ts';
import { readWay } from '../../session/way-to-move.ts';
import { nobodyCanMoveCode, resetOnlyNote, trackedOf } from '../init/index.ts';
import { tellNotes } from '../plan/index.ts';
import { readCounts } from './counts.ts';
import { statusText } from './view.ts';

export async function status(context: Context): Promise<ExitKind> {
  const { io, reporter, command } = context;
  const { probe: wantsProbe, jsonSchema } = command.opts<{ probe?: boolean; jsonSchema?: boolean }>();
  if (jsonSchema) {
    io.stdout.write(`${jsonText(statusJsonSchema(), 2)}\n`);
    return 'ok';
  }
  const beginning = await begin(context);
  const found = await lookAround(context, beginning, 'read');
  const { aws, inputs, caller, oldPool, newPool, gone } = found;
  const record = recordOf(beginning.state, 'migration-trigger');
  if (beginning.state) assertSameMigration(beginning.file, beginning.state, caller.account, inputs);
  tellGonePools(context, found);
  const [planned, way, { total, lastDay, failure }, oldSubNotes] = await reporter.busy(
    'Reading the migration and its log',
    () =>
      allOf([
        plan(steps, aws, inputs),
        readWay(found, reporter.emit),
        readCounts(aws.new.logs, logGroupName(inputs), io.clock.now()),
        notesOnOldSub(found),
      ]),
  );
  const unread = failure === undefined ? [] : [[failure.message, ...failure.hint].join('\n')];
  for (const message of [...unread, ...warnings(beginning, found, planned)])
    reporter.emit({ type: 'note', level: 'warning', message });
  tellNotes(planned, reporter.emit);
  const installed = isInstalled(planned);
  const strangers = installed ? notesOnStrangers(found) : [];
  const resetOnly = way === 'password-reset' ? [resetOnlyNote] : [];
  if (installed) [...oldSubNotes, ...strangers, ...resetOnly].forEach(reporter.emit);
  const running = await holderInWords(lockOf(beginning.file));
  const left = unprovenBy(beginning, running);
  const probed = installed ? await (wantsProbe ? probeNow(found, planned, reporter.emit) : left) : undefined;
  const { verdict, ...refusal } = verdictOf(
    installed && isHealthy(planned) && gone.length === 0 && probed?.ok !== false,
    way,
    strangers.length > 0,
  );
  const document: StatusDocument = {
    ok: true,
    command: 'status',
    version: statusVersion,
    ...refusal,
    healthy: verdict === 'ok',
    installed,
    account: caller.account,
    oldUserPool: sizeOf(inputs.OLD_USER_POOL_ID, inputs.OLD_USER_POOL_NAME, oldPool, gone.includes('old')),
    newUserPool: sizeOf(inputs.NEW_USER_POOL_ID, inputs.NEW_USER_POOL_NAME, newPool, gone.includes('new')),
    since: record?.status === 'applied' ? record.at : null,
    steps: planned.items.map(stepOf),
    users: {
      total: counts(total),
      lastDay: counts(lastDay),
      reasons: total.reasons,
      complete: total.isComplete,
      ...(failure === undefined ? {} : unreadLog(failure)),
    },
    ...(running === undefined ? {} : { running }),
    ...(probed === undefined ? {} : { probe: probed }),
    ...searchOf(inputs, installed),
    variables: Object.fromEntries(trackedOf(planned.outputs)),
  };
  reporter.data({ json: document, text: (style) => statusText(document, style) });
  return verdict;
}

interface Verdict extends Pick<StatusDocument, 'code'> {
  readonly verdict: 'ok' | 'unhealthy' | 'refused';
}

/**
 * Drift comes first, then a login that a stranger could take over.
 * Last comes a migration that nobody can use.
 */
function verdictOf(isInPlace: boolean, way: WayToMove | undefined, isOpenToStrangers: boolean): Verdict {
  if (!isInPlace) return { verdict: 'unhealthy' };
  if (isOpenToStrangers) return { verdict: 'refused', code: 'CM116' };
  return isClosed(way) ? { verdict: 'refused', code: nobodyCanMoveCode } : { verdict: 'ok' };
}

/** How the function finds users, if by a search. */
const searchOf = ({ FIND_BY }: Inputs, installed: boolean): Pick<StatusDocument, 'findBy'> =>
  installed && FIND_BY !== undefined ? { findBy: FIND_BY } : {};

/** Every failure has a code. A denial also names the action. */
const unreadLog = (failure: MigrateError): Pick<StatusDocument['users'], 'denied' | 'unread'> => ({
  unread: failure.code,
  ...(failure instanceof PermissionError && failure.denied.length > 0
    ? { denied: { ...failure.denied[0] } }
    : {}),
});

const counts = ({ migrated, reset, wrongCredentials, refused, failed }: Outcomes) => ({
  migrated,
  reset,
  wrongCredentials,
  refused,
  failed,
});

const sizeOf = (id: string, name: string, pool: Discovered['oldPool'], isGone: boolean) => ({
  id,
  name,
  users: pool === undefined ? null : (pool.pool.EstimatedNumberOfUsers ?? 0),
  ...(isGone ? { gone: true } : {}),
});

const stepOf = (item: PlanItem<StepId>): StatusDocument['steps'][number] => ({
  step: item.step,
  ...(item.key === '' ? {} : { key: item.key }),
  title: item.title,
  health: publishedHealth(healthOf(item)),
  ...olderOf(item),
  line: item.line,
  ...(item.owner === undefined ? {} : { owner: item.owner }),
  waitsFor: [...item.waitsFor],
  differences: item.differences.map(publishedDifference),
  ...(item.additions.length === 0 ? {} : { additions: item.additions.map((addition) => ({ ...addition })) }),
});

/** The older version of our function. A function with additions by others is not merely older. */
function olderOf({ step, action, differences, additions }: PlanItem<StepId>): { olderVersion?: string } {
  const isMine = step === 'lambda-function' && action === 'update' && additions.length === 0;
  const version = isMine ? olderVersion(differences) : undefined;
  return version === undefined ? {} : { olderVersion: version };
}

/** Warnings that the list of steps does not show. */
function warnings({ resolved }: Beginning, { inputs, gone }: Discovered, { items }: Plan<StepId>): string[] {
  const chosen = gone.includes('new') ? [] : (resolved.values.NEW_CLIENT_IDS ?? []);
  const lost = chosen
    .filter((id) => !inputs.NEW_CLIENT_IDS.includes(id))
    .map((id) => `App client ${id} of the new pool is gone: it is no part of the migration any more`);
  const isSet = items.some(({ step, exists, action }) => {
    return step === 'migration-trigger' && exists && action !== 'foreign';
  });
  const isDead = isSet && !items.some(({ step, exists }) => step === 'lambda-function' && exists);
  return isDead ? [...lost, deadTrigger] : lost;
}

const deadTrigger =
  'The trigger is on a function that is gone: the sign-in of everybody whom the new pool does not know fails';

/**
 * The result if init wrote the function but has not sent it a test call yet.
 * That init either still runs or ended too early.
 */
function unprovenBy({ state }: Beginning, running: string | undefined): StatusDocument['probe'] {
  if (recordOf(state, 'lambda-function')?.status !== 'applying') return undefined;
  return {
    ok: false,
    message:
      running === undefined
        ? 'The last init ended before the function had passed it. init makes up for that; --probe asks now.'
        : `Another run is under way (${running}). It asks the function before it ends.`,
  };
}

async function probeNow(
  { aws, inputs }: Discovered,
  { items }: Plan<StepId>,
  emit: Emit,
): Promise<{ ok: boolean; message: string }> {
  const item = items.find(({ step }) => step === 'lambda-function');
  if (!item?.exists || item.action === 'foreign' || item.action === 'unknown')
    return { ok: false, message: 'There is no function of this migration that could be asked' };
  const common = { step: item.step, key: item.key, title: 'probe' };
  const tell = (message: string): void => emit({ type: 'wait', message, ...common });
  emit({ type: 'start', doing: 'check', ...common });
  try {
    return { ok: true, message: await probe(aws, inputs.NAME, tell, unchangedLimitMs) };
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined) throw error;
    return { ok: false, message: known.message };
  }
}
