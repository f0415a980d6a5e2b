/** The notes of status beside the steps. */
import type { Note } from '../../../core/events.ts';
import type { Finding } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { alarmRules } from '../../../steps/alarm-rules.ts';
import { copiesGroups } from '../../../steps/group-plan.ts';
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
  const { planned, installed, way, unread, counts, oldSub, strangers, alarms, failedMoves, importRole } =
    health;
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
    ...failedMoveNotes(migration.inputs, failedMoves),
    ...(importRole === undefined ? [] : [importRoleNote(importRole)]),
    ...planNotes(planned),
    ...(installed ? later : []),
  ];
}

/** Only a run that was killed leaves it. From here, one that works on another machine looks the same. */
const importRoleNote = (name: string): Note =>
  note(
    'info',
    `The role ${name} is there, for an import that runs or was killed. To remove what a killed one has left:  cognito-migrate import --clean`,
  );

/** A user whose work after the move failed may lack groups, and the old user may be open. */
function failedMoveNotes(inputs: Migration['inputs'], failed: Health['failedMoves'] = []): Note[] {
  if ('failure' in failed)
    return [note('info', `Whether the work after moves failed could not be read: ${failed.failure.message}`)];
  const last = failed.at(-1);
  if (last === undefined) return [];
  const when = timeOf(new Date(last.to));
  const effects = [
    ...(copiesGroups(inputs) ? ['users may lack groups'] : []),
    ...(inputs.MOVE_ONCE === undefined ? [] : ['old users may still be open']),
  ];
  return [
    warning(
      `The work after a move failed, the last time around ${when}, so ${effects.join(', and ')}. Repeat it: cognito-migrate sync`,
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
