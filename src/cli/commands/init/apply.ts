/** The last two phases of init before its result: approval, and the writes. */
import { parseArn } from '../../../aws/arn.ts';
import { apply, recordUnchanged } from '../../../core/apply.ts';
import { CancelledError } from '../../../core/errors.ts';
import type { Emit } from '../../../core/events.ts';
import { isChange } from '../../../core/plan.ts';
import { wasInterrupted } from '../../../core/state.ts';
import { openStateStore } from '../../../core/state-store.ts';
import type { Finished } from '../../../core/step-run.ts';
import type { VarName } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { steps } from '../../../steps/index.ts';
import { isCrossAccount } from '../../../steps/names.ts';
import { missing } from '../../inputs/missing.ts';
import type { PlannedMigration } from '../../migration/read-migration.ts';
import { isHandedOver } from '../../session/access.ts';
import { type Reporter, showBefore } from '../../terminal/reporter.ts';
import type { Conversation } from '../../wizard/conversation.ts';
import { planText } from '../plan/index.ts';

/**
 * Shows the plan and asks for approval. --yes approves in advance.
 * Without changes, there is nothing to approve.
 */
export async function approve(
  { planned, inputs, caller, configured }: PlannedMigration,
  conversation: Conversation | undefined,
  { text, askAbout, style }: Reporter,
): Promise<void> {
  if (!planned.items.some(isChange)) return;
  const shown = planText(planned, inputs, { configured }, style);
  showBefore(conversation !== undefined, { text, askAbout }, `\n${shown}\n`);
  if (inputs.YES) return;
  if (conversation === undefined) throw missing(['YES']);
  const isElsewhere = isCrossAccount(inputs) && !isHandedOver(inputs);
  const both = isElsewhere ? ` and ${parseArn(inputs.OLD_USER_POOL_ARN).account}` : '';
  const message = `Apply in account ${caller.account}${both}?`;
  const isApproved = await conversation.orBack(() =>
    conversation.prompts.confirm({ message, default: true }),
  );
  if (!isApproved) throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
  text('');
}

export interface Writing {
  /** Variables to remove from the state file. */
  readonly cleared: readonly VarName[];
  readonly breakLock: boolean;
  readonly emit: Emit;
}

/** Makes the changes of the plan. Only checks that all is in place if there are none. */
export async function applyPlan(
  { aws, inputs, caller, planned, file, state }: PlannedMigration,
  { cleared, breakLock, emit }: Writing,
): Promise<Finished<StepId>> {
  const { now } = aws.clock;
  const store = await openStateStore({ file, account: caller.account, inputs, cleared, now, breakLock });
  const run = { steps, aws, inputs, store, emit, now, signal: aws.signal };
  try {
    const isToDo = planned.items.some(isChange) || wasInterrupted(state);
    if (isToDo) return await apply(run, inputs.YES ? planned.absent : undefined);
    return await recordUnchanged(run, planned);
  } finally {
    await store.close();
  }
}
