/** Finds what teardown removes, what it keeps, and whom that concerns. Asks nothing. */

import { undefinedIfDenied } from '../../../aws/errors.ts';
import { alarmsTag } from '../../../aws/function/undo-tags.ts';
import { isSame, plan } from '../../../core/plan.ts';
import { recordedKeys, type State } from '../../../core/state.ts';
import { readAlarmStates } from '../../../steps/alarms.ts';
import type { StepId } from '../../../steps/ids.ts';
import { type MigrationStep, oldAccountSteps, steps } from '../../../steps/index.ts';
import { createsRole } from '../../../steps/names.ts';
import { type Leftover, leftover } from '../../codegen/old-account/leftover.ts';
import type { Migration, PlannedMigration } from '../../migration/read-migration.ts';
import { isHandedOver } from '../../session/access.ts';
import { keptByRecord } from './checks.ts';

/** A migration that teardown removes, and how far. */
export interface PlannedTeardown extends PlannedMigration {
  readonly concerned: readonly MigrationStep[];
  /** IDs of steps whose resources are invisible from here. They predate the handoff. */
  readonly outOfReach: ReadonlySet<StepId>;
  /** IDs of steps whose own resources exist. This run has no record of them and no longer needs them. */
  readonly leftBehind: ReadonlySet<StepId>;
  /** IDs of steps that the operator keeps, and of those that they need. */
  readonly keep: ReadonlySet<StepId>;
  /** `keep`, and names of the records that stay because init did not add them. */
  readonly staying: ReadonlySet<string>;
  /** The old account's half, if it stays. */
  readonly rest: Leftover | undefined;
}

/** Plans a teardown. Reads only. */
export async function planTeardown(
  migration: Migration,
  keep: ReadonlySet<StepId>,
  leaveOldAccount: boolean,
): Promise<PlannedTeardown> {
  const { aws, state } = migration;
  const inputs = { ...migration.inputs, ...(await lostAlarms(migration)) };
  const concerned = leaveOldAccount ? steps.filter((step) => !oldAccountSteps.includes(step)) : steps;
  const handedOver = isHandedOver(inputs);
  const outOfReach = new Set(handedOver ? oldAccountSteps.map(({ id }) => id) : []);
  const made = madeBy(state);
  const unrecorded = concerned.filter(({ id }) => !made(id) && !outOfReach.has(id));
  const leftBehind = await besideTheirs(unrecorded, { aws, inputs });
  const planned = await plan(concerned, aws, inputs, {
    made: (step) => (made(step) || leftBehind.has(step)) && !outOfReach.has(step),
    state,
  });
  const staying = new Set([...keep, ...keptByRecord(planned, migration)]);
  const isRestLeft = leaveOldAccount || handedOver;
  const rest = isRestLeft ? leftover(inputs, leaveOldAccount) : undefined;
  return { ...migration, inputs, concerned, outOfReach, leftBehind, planned, keep, staying, rest };
}

/**
 * The choice of alarms, if the function and the state file are both gone. The names of alarms show it then.
 * An operator with an older policy may lack permission to look. Then the note about lost records says it.
 */
async function lostAlarms({
  aws,
  inputs,
  state,
}: Migration): Promise<Partial<Pick<Migration['inputs'], 'UNDO_RECORDS'>>> {
  if (state !== undefined || Object.keys(inputs.UNDO_RECORDS).length > 0) return {};
  const found = await undefinedIfDenied(aws.new.cloudWatch().then((one) => readAlarmStates(one, inputs)));
  return found === undefined || found.length === 0 ? {} : { UNDO_RECORDS: { [alarmsTag]: 'on' } };
}

/**
 * Steps whose resources init creates unless the operator provides existing ones.
 * Across accounts, an existing role in the old account comes only with a handoff.
 * A killed import leaves its role without a record.
 */
const replaceable: readonly StepId[] = [
  'lambda-role',
  'lambda-policy',
  'policy-attachments',
  'old-client',
  'import-role',
];

/**
 * Our own resources beside existing ones that replaced them.
 * The state file that recorded them may be lost, or on the machine that created them.
 * An operator who provides a role may lack permission to look for ours.
 * Then there is no resource to remove either.
 */
async function besideTheirs(
  steps: readonly MigrationStep[],
  { aws, inputs }: Pick<Migration, 'aws' | 'inputs'>,
): Promise<ReadonlySet<StepId>> {
  const replaced = steps.filter(({ id, when, existing }) => {
    // Who provides a role may have no permission to look for others. import --clean finds that one, too.
    if (id === 'import-role' && !createsRole(inputs)) return false;
    return replaceable.includes(id) && (!when(inputs) || existing(inputs) !== undefined);
  });
  const looks = replaced.map(async (step) => {
    const [found, theirs] = [await undefinedIfDenied(step.inspect(aws, inputs, '')), step.existing(inputs)];
    const isTheirs = found !== undefined && theirs !== undefined && isSame(found, theirs);
    return found?.exists && found.ownership === 'ours' && !isTheirs ? [step.id] : [];
  });
  return new Set((await Promise.all(looks)).flat());
}

/** Whether a step has a record, even if today's flags would not create its resources. */
const madeBy =
  (state: State | undefined) =>
  (step: string): boolean =>
    recordedKeys(state, step).length > 0;
