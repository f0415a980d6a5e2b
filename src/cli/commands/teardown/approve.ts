/** The question before any removal, and the facts that the operator needs to answer it. */

import { readOutcomes } from '../../../aws/migration-log.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import { CancelledError } from '../../../core/errors.ts';
import { logGroupName } from '../../../steps/names.ts';
import type { Beginning, Context } from '../../context.ts';
import { missing } from '../../inputs/resolve.ts';
import type { Discovered } from '../../session/read-pools.ts';
import type { Prompts } from '../../terminal/prompts/index.ts';
import type { Left } from './view.ts';

/**
 * The number of users in the old pool who have not moved, as far as two estimates can tell.
 * Unknown if the log cannot be read. The number only informs, so it does not stop a teardown.
 */
export async function stillToMove(
  { emit }: Pick<Context['reporter'], 'emit'>,
  { aws, inputs, oldPool }: Discovered,
  isSeen: boolean,
): Promise<Left> {
  const note = (message: string): void => emit({ type: 'note', level: 'warning', message });
  const read = readOutcomes(aws.new.logs, logGroupName(inputs));
  const outcomes = await readOptional(read, 'how many users have moved', note);
  if (outcomes === undefined) return { moved: 0, notMoved: undefined, isComplete: false };
  const { migrated, reset, isComplete } = outcomes;
  const users = oldPool?.pool.EstimatedNumberOfUsers;
  const moved = migrated + reset;
  if (users === undefined) return { moved, notMoved: isSeen ? 0 : undefined, isComplete };
  return { moved, notMoved: Math.max(0, users - moved), isComplete };
}

/** Throws CancelledError if the answer is no. */
export async function approve(
  { reporter }: Context,
  { prompts }: Beginning,
  found: Discovered,
  left: Left,
): Promise<void> {
  if (found.inputs.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  await askForApproval(prompts, found, left);
  reporter.text('');
}

async function askForApproval(prompts: Prompts, { inputs }: Discovered, { notMoved }: Left): Promise<void> {
  const name = inputs.NEW_USER_POOL_NAME;
  if (notMoved !== 0) {
    await prompts.input({
      message: `Type the new pool's name (${name}) to go on`,
      validate: async (answer) =>
        answer === name || `That is not ${name}. Ctrl-C leaves everything as it is.`,
    });
    return;
  }
  if (await prompts.confirm({ message: 'Take it down?', default: false })) return;
  throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}
