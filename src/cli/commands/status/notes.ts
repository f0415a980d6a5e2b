/** The output of status beside the steps: notes, and the result of the function's test call. */

import { toMigrateError } from '../../../aws/errors.ts';
import { probe, unchangedLimitMs } from '../../../aws/function/probe.ts';
import type { Emit, Note } from '../../../core/events.ts';
import type { Finding } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import type { Plan } from '../../../core/plan.ts';
import { alarmRules } from '../../../steps/alarm-rules.ts';
import type { StepId } from '../../../steps/ids.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import { resetOnlyNote } from '../init/index.ts';
import { planNotes } from '../plan/index.ts';
import type { Counts } from './counts.ts';
import type { Health } from './health.ts';

const note = (level: Note['level'], message: string): Note => ({ type: 'note', level, message });
const warning = (message: string): Note => note('warning', message);

const findingNote = ({ id, what, why, fix }: Finding): Note => ({
  ...warning(`${what} ${why} ${fix}`),
  id,
});

/**
 * The notes, in the order in which they appear.
 * @param chosen IDs of the app clients that the operator or the state file names.
 */
export function healthNotes(migration: Migration, health: Health, chosen: readonly string[]): Note[] {
  const { planned, installed, way, unread, counts, oldSub, strangers, alarms, failedMoves } = health;
  const { failure, withoutMetrics } = counts;
  const log = failure === undefined ? [] : [[failure.message, ...failure.hint].join('\n')];
  const metrics =
    failure !== undefined || withoutMetrics === undefined
      ? []
      : [
          note(
            'info',
            `The counts come from the log, within its retention period: ${withoutMetrics.message}`,
          ),
        ];
  const lost = lostClients(migration, chosen);
  const later = [
    ...noticeNotes(oldSub.notRead, 'info'),
    ...[...oldSub.findings, ...strangers].map(findingNote),
    ...(way === 'password-reset' && migration.state?.finish === undefined ? [resetOnlyNote] : []),
  ];
  return [
    ...noticeNotes(unread, 'warning'),
    ...[...log, ...lost].map(warning),
    ...metrics,
    ...notCreated(migration, counts).map((message) => ({ ...warning(message), id: 'CM210' as const })),
    ...alarmNotes(alarms),
    ...failedMoveNotes(failedMoves),
    ...planNotes(planned),
    ...(installed ? later : []),
  ];
}

/** A user whose work after the move failed may lack groups. */
function failedMoveNotes(failed: Health['failedMoves'] = []): Note[] {
  if ('failure' in failed)
    return [note('info', `Whether the work after moves failed could not be read: ${failed.failure.message}`)];
  const last = failed.at(-1);
  if (last === undefined) return [];
  const when = timeOf(new Date(last.to));
  return [
    warning(
      `The work after a move failed, the last time around ${when}, so users may lack groups. Repeat it: cognito-migrate sync`,
    ),
  ];
}

/** The alarms that went off, in their own words. */
function alarmNotes(alarms: Health['alarms'] = []): Note[] {
  if ('failure' in alarms)
    return [note('info', `The states of the alarms could not be read: ${alarms.failure.message}`)];
  return alarms
    .filter(({ state }) => state === 'ALARM')
    .map(({ key, since }) => warning(`Alarm ${key}, since ${timeOf(since)}: ${alarmRules[key].description}`));
}

/** `2026-11-22 12:01 UTC` */
const timeOf = (at: Date): string => `${at.toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** Fewer hand-overs say nothing: users try again, and the estimate is not exact. */
const fewest = 20;

/**
 * A warning if the function has handed over more users than the new pool has.
 * Leaves out the last two days, because Cognito's estimate is behind.
 */
function notCreated({ inputs, newPool }: Migration, { source, total, days }: Counts): string[] {
  const users = newPool?.pool.EstimatedNumberOfUsers;
  const early = total.handedOver - days.slice(-2).reduce((sum, count) => sum + count, 0);
  if (source !== 'metrics' || users === undefined || early < fewest || early <= 1.05 * users) return [];
  return [
    `The function has handed over ${number(early)} users, but ${inputs.NEW_USER_POOL_NAME} has only about ${number(users)}.\n` +
      'Cognito may refuse to create some of them. cognito-migrate try  shows the error.',
  ];
}

function lostClients({ inputs, gone }: Migration, chosen: readonly string[]): string[] {
  if (gone.includes('new')) return [];
  return chosen
    .filter((id) => !inputs.NEW_CLIENT_IDS.includes(id))
    .map((id) => `App client ${id} of the new pool no longer exists, so it is not part of the migration`);
}

export interface Probed {
  readonly ok: boolean;
  readonly message: string;
}

/**
 * The result of a test call now, or the one that init still owes. Undefined if there is nothing to say.
 * @param running the holder of the state file's lock, if any.
 */
export async function readProof(
  migration: Migration,
  { planned, installed }: Health,
  running: string | undefined,
  isProbing: boolean,
  emit: Emit,
): Promise<Probed | undefined> {
  if (!installed) return undefined;
  if (!isProbing) return unprovenBy(migration, running);
  return probeFunction(migration, planned, emit);
}

/**
 * The result if init wrote the function but has not sent it a test call yet.
 * That init either still runs or ended too early.
 * @param running who holds the state file. Undefined if nobody does.
 */
function unprovenBy({ state }: Migration, running: string | undefined): Probed | undefined {
  if (recordOf(state, 'lambda-function')?.status !== 'applying') return undefined;
  return {
    ok: false,
    message:
      running === undefined
        ? 'The last init ended before the test call of the function. init repeats it. --probe makes one now.'
        : `Another run is in progress (${running}). It makes a test call before it ends.`,
  };
}

/** Sends the function a test call, and waits until IAM's changes have arrived. */
async function probeFunction(
  { aws, inputs }: Migration,
  { items }: Plan<StepId>,
  emit: Emit,
): Promise<Probed> {
  const item = items.find(({ step }) => step === 'lambda-function');
  if (!item?.exists || item.action === 'foreign' || item.action === 'unknown')
    return { ok: false, message: 'This migration has no function to call' };
  const common = { step: item.step, key: item.key, title: 'probe' };
  const onWait = (message: string): void => emit({ type: 'wait', message, ...common });
  emit({ type: 'start', doing: 'check', ...common });
  try {
    return { ok: true, message: await probe(aws, inputs.NAME, onWait, { within: unchangedLimitMs }) };
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined) throw error;
    return { ok: false, message: known.message };
  }
}
