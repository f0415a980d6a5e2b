/** Reads for the plan and the doctor, and what they refuse before any other question. */
import { parseArn } from '../../../aws/arn.ts';
import type { WayToMove } from '../../../aws/user-pool-client/index.ts';
import type { Note } from '../../../core/events.ts';
import { allOf } from '../../../core/failed-together.ts';
import { isChange, type Plan, plan } from '../../../core/plan.ts';
import { assertClear } from '../../../core/plan-blockers.ts';
import type { Inputs, VarName } from '../../../core/variables/index.ts';
import { type Diagnosis, diagnose, type Facts, type Movers, quick } from '../../../doctor/index.ts';
import { type MfaShare, readMfaShare } from '../../../doctor/mfa-share.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import type { Resolved } from '../../inputs/resolve.ts';
import type { Migration, PlannedMigration } from '../../migration/read-migration.ts';
import { readWay } from '../../migration/way-to-move.ts';
import { noticeNotes } from '../../terminal/notice-text.ts';
import type { Reporter } from '../../terminal/reporter.ts';
import type { Conversation } from '../../wizard/conversation.ts';
import { decide } from '../../wizard/decisions.ts';
import { assertNothingFinal, comparedText, factsOf } from '../doctor/index.ts';
import { acceptedNotes, assertRoomForRecords, planNotes } from '../plan/index.ts';
import { resetOnlyNote } from './view.ts';

/** A migration that nothing refuses so far. */
export interface CheckedMigration extends PlannedMigration {
  /** How users move. Undefined if unknown. */
  readonly way: WayToMove | undefined;
  /** Whether any user can move. Undefined if unknown. */
  readonly movers: Movers | undefined;
  /** Undefined if no fact could be read. */
  readonly diagnosis: Diagnosis | undefined;
  /** The doctor's facts. Undefined if there is nothing to change or no fact to go by. */
  readonly facts: Facts | undefined;
  /** Undefined if nobody is asked about MFA, or if the users cannot be read. */
  readonly mfaShare: MfaShare | undefined;
  /** The facts by the attribute that finds users. Reading all users takes long, so nothing reads them twice. */
  readonly searched: Map<Inputs['FIND_BY'], Promise<Facts>>;
}

/**
 * Reads for plan and doctor at the same time.
 * Throws for what blocks the plan, and CheckError for findings that nobody may accept.
 */
export async function checkPools(
  found: Migration,
  talking: Talking,
  reporter: Reporter,
): Promise<CheckedMigration> {
  const { busy, emit } = reporter;
  const { aws } = found;
  let { inputs } = found;
  const [firstPlan, facts] = await busy('Checking both pools', (onProgress) => {
    const planning = plan(steps, aws, inputs, found);
    const hasChanges = () => planning.then(({ items }) => items.some(isChange));
    const facts = factsOf(found, quick, (one) => onProgress(comparedText(one)), hasChanges);
    return allOf([planning, facts]);
  });
  let planned = firstPlan;
  const replacing = facts && (await askToReplace(found, facts, planned, talking));
  if (replacing !== undefined) {
    inputs = { ...inputs, ...replacing };
    planned = await busy('Planning', () => plan(steps, aws, inputs, found));
  }
  const diagnosis = facts && diagnose(facts, inputs);
  if (diagnosis !== undefined) assertNothingFinal(diagnosis);
  assertClear(planned, inputs.ACCEPT);
  assertRoomForRecords(planned, found);
  [...planNotes(planned), ...acceptedNotes(planned)].forEach(emit);
  // The facts may not cover all app clients: there are too many, or none is readable.
  const known = diagnosis?.way;
  const { way, unread } =
    known === undefined
      ? await busy('Reading app clients', (onProgress) => readWay(found, onProgress))
      : { way: known, unread: [] };
  const isToDo = facts !== undefined && planned.items.some(isChange);
  const notes: Note[] = [
    ...noticeNotes(unread, 'warning'),
    ...(isToDo ? noticeNotes(facts.notices, 'info') : []),
    ...(!isToDo && way === 'password-reset' ? [resetOnlyNote] : []),
  ];
  notes.forEach(emit);
  const isAsked = isToDo && talking.conversation !== undefined && isOpenIn(talking.resolved)('MFA');
  const hasChoice = facts?.oldPool?.pool.MfaConfiguration === 'OPTIONAL';
  const sample = isAsked && hasChoice ? facts.sample : undefined;
  const mfaShare =
    sample &&
    (await busy('Checking how many users have MFA', () =>
      readMfaShare(aws.old, inputs.OLD_USER_POOL_ID, sample),
    ));
  const searched: CheckedMigration['searched'] = new Map();
  const { movers } = diagnosis ?? {};
  const checked = { ...found, inputs, planned, way, movers, diagnosis, mfaShare, searched };
  return { ...checked, facts: isToDo ? facts : undefined };
}

/** Who can answer, and what has been answered already. */
export interface Talking {
  readonly conversation: Conversation | undefined;
  readonly resolved: Resolved;
}

/** Whether nobody has set this variable: not by a flag, in the environment, or in an earlier run. */
export const isOpenIn =
  ({ sources }: Resolved) =>
  (name: VarName): boolean =>
    (sources.get(name) ?? 'default') === 'default';

/** Asks what happens to somebody else's function on the trigger. Undefined if nothing changes. */
async function askToReplace(
  { inputs, newPool }: Migration,
  facts: Facts,
  planned: Plan<StepId>,
  { conversation, resolved }: Talking,
): Promise<Partial<Inputs> | undefined> {
  const isForeign = planned.items.some(
    ({ step, key, action }) => step === 'migration-trigger' && key === '' && action === 'foreign',
  );
  const { UserMigration: arn } = newPool?.pool.LambdaConfig ?? {};
  if (conversation === undefined || !isForeign || arn === undefined) return undefined;
  const otherTrigger = parseArn(arn).resource.replace(/^function:/, '');
  const situation = { facts, inputs, otherTrigger, mfaShare: undefined };
  const answer = await decide('trigger', situation, isOpenIn(resolved), conversation);
  return answer?.values.REPLACE_TRIGGER ? answer.values : undefined;
}
