/** Reads how the migration is: its plan, its log, and findings that can appear long after init. */
import { toMigrateError } from '../../../aws/errors.ts';
import { type Outcomes, readOutcomes, unread } from '../../../aws/migration-log.ts';
import { CancelledError, type MigrateError } from '../../../core/errors.ts';
import { allOf } from '../../../core/failed-together.ts';
import type { Finding } from '../../../core/findings.ts';
import { type Notice, unreadInto } from '../../../core/notice.ts';
import { type Plan, plan } from '../../../core/plan.ts';
import { isInstalled } from '../../../core/status.ts';
import { oldSubWriters, openToStrangers, quick, readWriters } from '../../../doctor/index.ts';
import { decodeSettings } from '../../../lambda/settings-codec.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { logGroupName } from '../../../steps/names.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { readWay, type Way } from '../../migration/way-to-move.ts';

export interface Health extends Way {
  readonly planned: Plan<StepId>;
  readonly installed: boolean;
  readonly counts: Counts;
  readonly oldSub: OldSub;
  /** Strangers can choose usernames that `--map username=email` trusts. */
  readonly strangers: readonly Finding[];
}

/** The function's counts so far. */
export interface Counts {
  readonly total: Outcomes;
  readonly lastDay: Outcomes;
  /** The reason if the log could not be read. The numbers then mean nothing. */
  readonly failure?: MigrateError;
}

export interface OldSub {
  /** Other writers of the attribute that keeps the old sub. Apps may trust it. */
  readonly findings: readonly Finding[];
  /** Why some of them may be missing. */
  readonly notRead: readonly Notice[];
}

/** Reads everything at the same time. */
export async function readHealth(migration: Migration): Promise<Health> {
  const { aws, inputs, oldPool } = migration;
  const planning = plan(steps, aws, inputs);
  const counting = readCounts(aws.new.logs, logGroupName(inputs), aws.clock.now());
  const finding = readOldSub(migration);
  const [planned, way, counts, oldSub] = await allOf([planning, readWay(migration), counting, finding]);
  const strangers = openToStrangers(inputs, oldPool?.pool);
  return { ...way, planned, installed: isInstalled(planned), counts, oldSub, strangers };
}

const day = 86_400_000;

/** Reads the counts of all time and of the last 24 hours. */
async function readCounts(
  logs: Parameters<typeof readOutcomes>[0],
  group: string,
  now: number,
): Promise<Counts> {
  try {
    const [total, lastDay] = await Promise.all([
      readOutcomes(logs, group),
      readOutcomes(logs, group, { since: now - day }),
    ]);
    return { total, lastDay };
  } catch (error) {
    // The counts are only informative, so no AWS failure ends the command.
    const failure = toMigrateError(error);
    if (failure === undefined || failure instanceof CancelledError) throw error;
    return { total: unread, lastDay: unread, failure };
  }
}

/** Finds other writers of the attribute that keeps the old sub, above the severity info. */
async function readOldSub({ aws, inputs, newPool }: Migration): Promise<OldSub> {
  const target = decodeSettings(inputs.SETTINGS).map.rename.sub;
  if (target === undefined || newPool === undefined) return { findings: [], notRead: [] };
  const notRead: Notice[] = [];
  const writers = await readWriters(aws.new, newPool, quick, unreadInto(notRead));
  const findings = oldSubWriters(writers, target).filter(({ severity }) => severity !== 'info');
  return { findings, notRead };
}
