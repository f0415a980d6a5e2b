/**
 * Approves the function that teardown would put back on the trigger.
 * If only the tags of our function name it, anyone who may tag our function can name another one.
 * That one would then receive every password. So teardown shows it, checks it, and asks.
 */

import { parseArn } from '../../../aws/arn.ts';
import { isFunctionGone } from '../../../aws/function/gone.ts';
import { previousTriggerTag } from '../../../aws/function/undo-tags.ts';
import { CheckError } from '../../../core/errors.ts';
import { findingTitles } from '../../../core/findings.ts';
import type { Plan } from '../../../core/plan.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import type { StepId } from '../../../steps/ids.ts';
import { previousOf, recordedTrigger, slotKeys } from '../../../steps/migration-trigger.ts';
import { functionArn } from '../../../steps/names.ts';
import { recordOf } from '../../../steps/records.ts';
import type { Beginning, Context } from '../../context.ts';
import type { Discovered } from '../../session/read-pools.ts';
import { isGoing } from './view.ts';

const finding = 'CM414';
/** The only slot whose earlier function can be replaced. */
const slot = 'UserMigration';

/**
 * The inputs, with the function that may go back on the trigger.
 * Throws CheckError if nobody can answer and the finding is not accepted.
 */
export async function approvePrevious(
  { reporter }: Context,
  { state, prompts }: Beginning,
  { inputs, aws }: Discovered,
  planned: Plan<StepId>,
  keep: ReadonlySet<string>,
): Promise<Inputs> {
  const isOnTrigger = planned.items.some(
    (item) => item.step === 'migration-trigger' && item.key === slotKeys[slot] && isGoing(item, keep),
  );
  const tag = inputs.UNDO_RECORDS[previousTriggerTag[slot]];
  const before = recordOf(state, 'migration-trigger', slotKeys[slot])?.before;
  // A rewritten state file may have it from the tags of a function that is gone by now.
  const arn = previousOf(slot, tag, before, functionArn(inputs));
  const known = recordedTrigger(slot, before, functionArn(inputs));
  const note = (level: 'info' | 'warning', message: string): void =>
    reporter.emit({ type: 'note', level, message, ...(level === 'warning' ? { id: finding } : {}) });
  if (!isOnTrigger) return inputs;
  if (arn === undefined) return inputs;
  if (arn === known) {
    note('info', `The trigger goes back to the function that was there before: ${known}`);
    return inputs;
  }
  if (!isSameAccountAndRegion(arn, inputs)) {
    note(
      'warning',
      `${previousText(arn)} It is no function of this account and Region, so it is not put back.`,
    );
    return inputs;
  }
  if (await isFunctionGone(aws.new.lambda, arn)) return inputs; // the step reports this
  if (inputs.ACCEPT.includes(finding)) {
    note('warning', `Accepted: ${previousText(arn)} It goes back on the trigger.`);
    return { ...inputs, RESTORE_TRIGGER: arn };
  }
  if (inputs.DRY_RUN) {
    note('warning', `${previousText(arn)} Teardown asks before it puts that function on the trigger.`);
    return inputs;
  }
  if (prompts === undefined) throw notApproved(arn, inputs);
  note('warning', previousText(arn));
  const isApproved = await prompts.confirm({ message: `Put ${arn} back on the trigger?`, default: false });
  return isApproved ? { ...inputs, RESTORE_TRIGGER: arn } : inputs;
}

const previousText = (arn: string): string =>
  `Only the tags of the migration function say which function was on the trigger before: ${arn}.`;

function isSameAccountAndRegion(arn: string, { NEW_USER_POOL_ARN }: Inputs): boolean {
  const [one, pool] = [parseArn(arn), parseArn(NEW_USER_POOL_ARN)];
  return (
    one.service === 'lambda' &&
    one.partition === pool.partition &&
    one.account === pool.account &&
    one.region === pool.region
  );
}

const notApproved = (arn: string, inputs: Inputs): CheckError =>
  new CheckError(`${findingTitles[finding]}: ${arn}`, {
    code: finding,
    found: arn,
    hint: [
      'Whoever may tag the migration function can write this tag. The function on the trigger is sent passwords.',
      `--accept ${finding}  puts it back. Without --yes, teardown asks.`,
      'To leave the trigger empty instead, remove the tag:',
      `aws lambda untag-resource --resource ${functionArn(inputs)} --tag-keys ${previousTriggerTag[slot]}`,
      'Nothing was changed.',
    ],
  });
