/** The questions before a removal. */
import { parseArn } from '../../../aws/arn.ts';
import { isFunctionGone } from '../../../aws/function/gone.ts';
import { previousTriggerTag } from '../../../aws/function/undo-tags.ts';
import { CancelledError, CheckError } from '../../../core/errors.ts';
import type { Emit } from '../../../core/events.ts';
import { findingTitles } from '../../../core/findings.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { nextOf } from '../../../steps/chain-links.ts';
import { functionArn } from '../../../steps/names.ts';
import { recordOf } from '../../../steps/records.ts';
import { previousOf, recordedTrigger, slotKeys } from '../../../steps/trigger-slots.ts';
import { missing } from '../../inputs/missing.ts';
import type { Prompts } from '../../terminal/questions.ts';
import { type Reporter, showBefore } from '../../terminal/reporter.ts';
import type { Left } from './count-users.ts';
import type { PlannedTeardown } from './plan.ts';
import { isGoing } from './view.ts';

/**
 * If only the tags of our function name the previous one, anyone who may tag our function can name another one.
 * That one would then receive every password. So teardown shows it, checks it, and asks.
 */
const finding = 'CM414';

/**
 * The inputs, with the function that may go back on the trigger.
 * Throws CheckError if nobody can answer and the finding is not accepted.
 */
export async function approvePrevious(
  { inputs, aws, state, planned, staying }: PlannedTeardown,
  prompts: Prompts | undefined,
  emit: Emit,
): Promise<Inputs> {
  const isOnTrigger = planned.items.some((item) => {
    return item.step === 'migration-trigger' && item.key === slotKeys.UserMigration && isGoing(item, staying);
  });
  const tag = inputs.UNDO_RECORDS[previousTriggerTag];
  const before = recordOf(state, 'migration-trigger', slotKeys.UserMigration)?.before;
  // A rewritten state file may have it from the tags of a function that is gone by now.
  const own = functionArn(inputs);
  const arn = previousOf(tag, before, own);
  const known = recordedTrigger(before, own);
  const note = (level: 'info' | 'warning', message: string): void =>
    emit({ type: 'note', level, message, ...(level === 'warning' ? { id: finding } : {}) });
  // The function before ours in the chain keeps the trigger.
  if (!isOnTrigger || inputs.CHAIN_LINKS?.before.length) return inputs;
  if (arn === undefined) return inputs;
  // Our function asks the next one of its chain anyway.
  if (arn === known || arn === nextOf(inputs)) {
    note('info', `The trigger is restored to the earlier function: ${arn}`);
    return inputs;
  }
  if (!isSameAccountAndRegion(arn, inputs)) {
    note(
      'warning',
      `${previousText(arn)} It is not a function of this account and Region, so it is not restored.`,
    );
    return inputs;
  }
  if (await isFunctionGone(aws.new.lambda, arn)) return inputs; // the step reports this
  if (inputs.ACCEPT.includes(finding)) {
    note('warning', `Accepted: ${previousText(arn)} It is restored on the trigger.`);
    return { ...inputs, RESTORE_TRIGGER: arn };
  }
  if (inputs.DRY_RUN) {
    note('warning', `${previousText(arn)} teardown asks before it restores that function.`);
    return inputs;
  }
  if (prompts === undefined) throw notApproved(arn, inputs);
  note('warning', previousText(arn));
  const message = `Restore ${arn} on the trigger, although only tags name it?`;
  const isApproved = await prompts.confirm({ message, default: false });
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
      'Anyone who can tag the migration function can write this tag. The function on the trigger receives passwords.',
      `To restore it:  --accept ${finding}   (without --yes, teardown asks)`,
      'To leave the trigger empty instead, remove the tag:',
      `aws lambda untag-resource --resource ${functionArn(inputs)} --tag-keys ${previousTriggerTag}`,
      'Nothing was changed.',
    ],
  });

/** Shows what goes, and asks before any removal. Throws CancelledError if the answer is no. */
export async function approve(
  { inputs }: PlannedTeardown,
  { notMoved }: Left,
  prompts: Prompts | undefined,
  reporter: Reporter,
  going: string,
): Promise<void> {
  showBefore(prompts !== undefined, reporter, `\n${going}\n`);
  if (inputs.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  const name = inputs.NEW_USER_POOL_NAME;
  if (notMoved !== 0) {
    await prompts.input({
      message: `Type the new pool's name (${name}) to continue`,
      validate: async (answer) =>
        answer === name || `That is not ${name}. Ctrl-C cancels, and nothing changes.`,
    });
  } else if (!(await prompts.confirm({ message: 'Remove the migration?', default: false }))) {
    throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
  }
  reporter.text('');
}
