/** Reads the health of the migration: its plan, its counts, and findings that can appear long after init. */
import type { Span } from '../../../aws/failed-moves.ts';
import type { SyncPart } from '../../../aws/function/undo-tags.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import type { MigrateError } from '../../../core/errors.ts';
import { allOf } from '../../../core/failed-together.ts';
import type { Finding } from '../../../core/findings.ts';
import { type Notice, unreadInto } from '../../../core/notice.ts';
import { type Plan, plan } from '../../../core/plan.ts';
import { isInstalled } from '../../../core/status.ts';
import type { OnProgress } from '../../../core/step.ts';
import { oldSubWriters, openToStrangers, quick, readWriters } from '../../../doctor/index.ts';
import { decodeSettings } from '../../../lambda/settings-codec.ts';
import { type AlarmState, readAlarmStates } from '../../../steps/alarms.ts';
import { copiesGroups, worksAfterMove } from '../../../steps/group-plan.ts';
import type { StepId } from '../../../steps/ids.ts';
import { findImportRole } from '../../../steps/import-role.ts';
import { steps } from '../../../steps/index.ts';
import { createsRole } from '../../../steps/names.ts';
import { coveredBySync, failedMoves } from '../../migration/failed-moves.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { readWay, type Way } from '../../migration/way-to-move.ts';
import { type Counts, orFailure, readCounts } from './counts.ts';

export interface Health extends Way {
  readonly planned: Plan<StepId>;
  readonly installed: boolean;
  readonly counts: Counts;
  readonly oldSub: OldSub;
  /** Whether others than the function can write the proof by which users pass the guard of sign-ups. */
  readonly isGuardOpen: boolean;
  /** Strangers can choose usernames that `--map username=email` trusts. */
  readonly strangers: readonly Finding[];
  /**
   * The times of the last days in which the work after a move failed, and which no sync covers.
   * Undefined if the function does no such work.
   */
  readonly failedMoves?: readonly Span[] | { readonly failure: MigrateError };
  /** Name of the role of imports, if it is there. Undefined if it cannot be read. */
  readonly importRole?: string;
  /** The states of our alarms, or why they are unknown. Undefined without alarms. */
  readonly alarms?: readonly AlarmState[] | { readonly failure: MigrateError };
}

export interface OldSub {
  /** Other writers of the attribute that keeps the old sub. Apps may trust it. */
  readonly findings: readonly Finding[];
  /** Why some of them may be missing. */
  readonly notRead: readonly Notice[];
}

/** Reads everything at the same time. */
export async function readHealth(migration: Migration, onProgress: OnProgress): Promise<Health> {
  const { aws, inputs, oldPool } = migration;
  const findings = [readOldSub(migration), readStates(migration), readFailures(migration)] as const;
  const planning = plan(steps, aws, inputs, migration);
  // Without a migration nobody moves. Without the function, the plan decides whether anything else is left of it.
  // If the plan fails, its own error is enough.
  const isThere = async (): Promise<boolean> =>
    migration.ownFunction.variables !== undefined || planning.then(isInstalled, () => false);
  const [planned, way, counts, oldSub, states, failed, importRole] = await allOf([
    planning,
    readWay(migration, onProgress, isThere),
    readCounts(aws.new, inputs, aws.clock.now()),
    ...findings,
    createsRole(inputs) ? readOptional(findImportRole(aws.new.iam, inputs)) : undefined,
  ]);
  const isProofOpen = oldSub.findings.some(({ severity }) => severity === 'blocking');
  const isGuardOpen = inputs.GUARD_SIGN_UP === true && isProofOpen;
  const strangers = openToStrangers(inputs, oldPool?.pool);
  const alarms = states && ('failure' in states ? states : states.filter(isOurs(planned)));
  return {
    ...{ ...way, planned, installed: isInstalled(planned), counts, oldSub, isGuardOpen, strangers },
    ...(failed && { failedMoves: failed }),
    ...(importRole && { importRole }),
    ...(alarms && { alarms }),
  };
}

/** The states are only informative, so no failure of AWS ends the command. */
async function readStates({ aws, inputs }: Migration): Promise<Health['alarms']> {
  if (inputs.ALARMS === undefined) return undefined;
  const cloudWatch = await aws.new.cloudWatch();
  return orFailure(readAlarmStates(cloudWatch, inputs));
}

const dayMs = 86_400_000;
/** CloudWatch keeps the minutes of these days, so one call reads them. */
const lookBackMs = 14 * dayMs;

async function readFailures(migration: Migration): Promise<Health['failedMoves']> {
  const { inputs, aws } = migration;
  if (!worksAfterMove(inputs)) return undefined;
  const parts: readonly SyncPart[] = [
    ...(copiesGroups(inputs) ? (['groups'] as const) : []),
    ...(inputs.MOVE_ONCE === undefined ? [] : (['marks'] as const)),
  ];
  const now = aws.clock.now();
  // A failure counts until each kind of work is repeated.
  const covered = Math.min(...parts.map((part) => coveredBySync(migration, part).until ?? 0));
  const since = Math.max(covered, now - lookBackMs);
  return orFailure(failedMoves(migration, since, now));
}

const isOurs =
  ({ items }: Plan<StepId>) =>
  ({ key }: AlarmState): boolean =>
    items.some(
      (item) => item.step === 'alarms' && item.key === key && item.exists && item.action !== 'foreign',
    );

/** Finds other writers of the attribute that keeps the old sub, above the severity info. */
async function readOldSub({ aws, inputs, newPool }: Migration): Promise<OldSub> {
  const { map, afterMove } = decodeSettings(inputs.SETTINGS);
  const target = map.rename.sub;
  if (target === undefined || newPool === undefined) return { findings: [], notRead: [] };
  const notRead: Notice[] = [];
  const writers = await readWriters(aws.new, newPool, quick, unreadInto(notRead));
  const uses = { ...afterMove, guard: inputs.GUARD_SIGN_UP };
  const findings = oldSubWriters(writers, target, uses).filter(({ severity }) => severity !== 'info');
  return { findings, notRead };
}
