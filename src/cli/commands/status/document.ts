/** The status of the migration, for scripts. */
import type { SignInCounts } from '../../../aws/function-metrics.ts';
import type { PoolSnapshot } from '../../../aws/user-pool/index.ts';
import { type MigrateError, PermissionError } from '../../../core/errors.ts';
import { type Forecast, forecast } from '../../../core/forecast.ts';
import type { PlanItem } from '../../../core/plan.ts';
import { publishedDifference, publishedHealth } from '../../../core/published-names.ts';
import { healthOf } from '../../../core/status.ts';
import type { StatusDocument } from '../../../core/status-document.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { consoleUrlMember, consoleUrlsOf } from '../../../steps/console-links.ts';
import { copiesGroups } from '../../../steps/group-plan.ts';
import type { StepId } from '../../../steps/ids.ts';
import { olderVersion } from '../../../steps/older-function.ts';
import { recordOf } from '../../../steps/records.ts';
import { chosenSlots } from '../../../steps/trigger-slots.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { trackedOf } from '../init/index.ts';
import { chainOf } from './chain.ts';
import type { Counts } from './counts.ts';
import type { Health } from './health.ts';
import type { Probed } from './proof.ts';
import type { Verdict } from './verdict.ts';

/**
 * The document that `--json` prints.
 * @param running the holder of the state file's lock, if any.
 */
export function statusDocument(
  migration: Migration,
  health: Health,
  { verdict, ...refusal }: Verdict,
  running: string | undefined,
  probed: Probed | undefined,
): StatusDocument {
  const { aws, inputs, caller, oldPool, newPool, gone, state } = migration;
  const { planned, installed, counts } = health;
  const record = recordOf(state, 'migration-trigger');
  const urls = consoleUrlsOf(planned.outputs);
  const chain = chainOf(migration);
  return {
    ok: true,
    command: 'status',
    version: 1,
    ...refusal,
    healthy: verdict === 'ok',
    installed,
    account: caller.account,
    oldUserPool: sizeOf(
      inputs.OLD_USER_POOL_ID,
      inputs.OLD_USER_POOL_NAME,
      oldPool,
      gone.includes('old'),
      urls.OLD_USER_POOL_ID,
    ),
    newUserPool: sizeOf(
      inputs.NEW_USER_POOL_ID,
      inputs.NEW_USER_POOL_NAME,
      newPool,
      gone.includes('new'),
      urls.NEW_USER_POOL_ID,
    ),
    since: record?.status === 'applied' ? record.at : null,
    steps: planned.items.map((item) => stepOf(item, planned.outputs)),
    users: {
      ...usersOf(counts, oldPool?.pool.EstimatedNumberOfUsers, aws.clock.now()),
      ...movedOf(state),
    },
    ...alarmsOf(health),
    ...(running === undefined ? {} : { running }),
    ...(probed === undefined ? {} : { probe: probed }),
    ...searchOf(inputs, installed),
    ...(installed && inputs.MOVE_ONCE !== undefined ? { moveOnce: inputs.MOVE_ONCE } : {}),
    ...guardOf(inputs, installed),
    ...(chain === undefined ? {} : { chain }),
    ...(installed ? finishOf(migration) : {}),
    ...(health.importRole === undefined ? {} : { importRole: health.importRole }),
    ...(installed && copiesGroups(inputs) ? { groups: { ...inputs.GROUP_PLAN?.map } } : {}),
    ...(installed && chosenSlots(inputs).includes('PreTokenGeneration') ? { groupsInFirstToken: true } : {}),
    variables: Object.fromEntries(trackedOf(planned.outputs)),
  };
}

const movedOf = (state: Migration['state']): Pick<StatusDocument['users'], 'moved'> => {
  if (state?.moved === undefined) return {};
  const { users, at, isExact } = state.moved;
  return { moved: { users, at, exact: isExact } };
};

/** What imports and finish have done, and what is left. */
function finishOf({ state, inputs }: Migration): Pick<StatusDocument, 'finish'> {
  const { finish, imported } = state ?? {};
  if (finish === undefined && imported === undefined) return {};
  const clients = Object.entries(finish?.clients ?? {}).map(([id, one]) => ({ id, ...one }));
  const next = inputs.NEW_CLIENT_IDS.length === 0 ? 'teardown' : 'clients';
  return {
    finish: {
      import: imported === undefined ? null : { users: imported.users, at: imported.at },
      clients,
      next,
    },
  };
}

/** How the function finds users, if by a search. */
const searchOf = ({ FIND_BY }: Inputs, installed: boolean): Pick<StatusDocument, 'findBy'> =>
  installed && FIND_BY !== undefined ? { findBy: FIND_BY } : {};

/** Whose names the guard of sign-ups protects. */
const guardOf = (
  { GUARD_SIGN_UP, GUARD_FEDERATED }: Inputs,
  installed: boolean,
): Pick<StatusDocument, 'guard'> =>
  installed && GUARD_SIGN_UP === true ? { guard: GUARD_FEDERATED === true ? 'federated' : 'local' } : {};

const alarmsOf = ({ alarms }: Health): Pick<StatusDocument, 'alarms'> =>
  alarms === undefined || 'failure' in alarms
    ? {}
    : { alarms: alarms.map(({ key, state, since }) => ({ alarm: key, state, since: since.toISOString() })) };

/** Every failure has a code. A denial also names the action. */
const unreadLog = (failure: MigrateError): Pick<StatusDocument['users'], 'denied' | 'unread'> => ({
  unread: failure.code,
  ...(failure instanceof PermissionError && failure.denied.length > 0
    ? { denied: { ...failure.denied[0] } }
    : {}),
});

const day = 86_400_000;
const isoDay = (at: number): string => new Date(at).toISOString().slice(0, 10);

function usersOf(counts: Counts, users: number | undefined, now: number): StatusDocument['users'] {
  const { source, total, lastDay, days, since, reasons, isComplete, failure } = counts;
  const first = Math.floor((since ?? now) / day);
  const expected = users === undefined ? undefined : forecast({ ...total, days, users, now });
  return {
    source,
    since: since === undefined ? null : new Date(since).toISOString(),
    total: countsOf(total),
    lastDay: countsOf(lastDay),
    days: days.map((handedOver, index) => ({ day: isoDay((first + index) * day), handedOver })),
    ...(expected === undefined ? {} : { forecast: forecastOf(expected) }),
    reasons: { ...reasons },
    complete: isComplete,
    ...(failure === undefined ? {} : unreadLog(failure)),
  };
}

/** A part from before the function counted resets is unknown, in `migrated` too. */
const countsOf = ({ handedOver, reset, ...others }: SignInCounts) => ({
  handedOver,
  migrated: reset === undefined ? null : handedOver - reset,
  reset: reset ?? null,
  wrongCredentials: others.wrongCredentials,
  refused: others.refused,
  failed: others.failed,
  ...(others.squattingRefused === 0 ? {} : { squattingRefused: others.squattingRefused }),
});

const forecastOf = ({ next, rest, basis }: Forecast) => ({
  next: next === undefined ? null : { percent: next.percent, day: isoDay(next.at) },
  rest: rest ?? null,
  basisDays: basis,
});

const sizeOf = (
  id: string,
  name: string,
  pool: PoolSnapshot | undefined,
  isGone: boolean,
  consoleUrl: string | undefined,
) => ({
  id,
  name,
  users: pool === undefined ? null : (pool.pool.EstimatedNumberOfUsers ?? 0),
  ...(isGone ? { gone: true } : consoleUrl === undefined ? {} : { consoleUrl }),
});

const stepOf = (item: PlanItem<StepId>, outputs: Inputs): StatusDocument['steps'][number] => ({
  step: item.step,
  ...(item.key === '' ? {} : { key: item.key }),
  title: item.title,
  health: publishedHealth(healthOf(item)),
  ...olderOf(item),
  ...(item.action === 'remove' ? { unchosen: true } : {}),
  line: item.line,
  ...consoleUrlMember(item, outputs),
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
