/**
 * unmark: takes back for one user what `--move-once` did after their move.
 * The user is enabled again in the old pool, or loses the mark. No output and no log names the user.
 */
import {
  AdminDeleteUserAttributesCommand,
  AdminEnableUserCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import * as z from 'zod/mini';
import { undefinedIfNotFound } from '../../../aws/errors.ts';
import { unmarkedTag, writeUndoRecord } from '../../../aws/function/undo-tags.ts';
import { findUser, type PoolUser } from '../../../aws/users.ts';
import { CancelledError, CheckError, type ExitKind, UsageError } from '../../../core/errors.ts';
import type { Inputs } from '../../../core/variables/index.ts';
import { movedToName } from '../../../lambda/settings.ts';
import { markNames } from '../../../steps/moved-marks.ts';
import { functionArn } from '../../../steps/names.ts';
import type { Context } from '../../context.ts';
import { assertNotDry } from '../../inputs/dry-run.ts';
import { type Given, loadInputs } from '../../inputs/load-inputs.ts';
import { missing } from '../../inputs/missing.ts';
import { findMigration } from '../../migration/find-migration.ts';
import { missingWith } from '../../migration/settle-inputs.ts';
import { isHandedOver } from '../../session/access.ts';
import type { Io } from '../../terminal/io.ts';
import type { Document } from '../../terminal/reporter.ts';

const Options = z.object({ usernameStdin: z.optional(z.boolean()) });

/** What there is to take back. */
type Action = 'enable' | 'delete-mark' | 'none';

export async function unmark(context: Context): Promise<ExitKind> {
  const { command, io, reporter } = context;
  const { usernameStdin = false } = Options.parse(command.opts());
  assertNotDry(context, 'unmark changes a user of the old pool');
  const given = await loadInputs(context);
  const prompts = usernameStdin ? undefined : given.prompts;
  if (!usernameStdin && prompts === undefined) throw missingWith([lackingName], given, 'read');
  const { aws, inputs } = await findMigration(context, given, 'read');
  if (isHandedOver(inputs)) throw elsewhere(inputs);
  const username = await nameOf(io, given, usernameStdin);
  const { OLD_USER_POOL_ID: UserPoolId } = inputs;
  const user = await reporter.busy('Looking for the user', () => findUser(aws.old.idp, UserPoolId, username));
  if (user === undefined)
    throw new CheckError(`${inputs.OLD_USER_POOL_NAME} has no user of this name`, {
      code: 'NO_SUCH_USER',
      hint: ['It must be a name by which this user signs in to the old pool.'],
    });
  const action = actionFor(user, inputs);
  if (action !== 'none') {
    await approve(given, inputs, action, user);
    const target = { UserPoolId, Username: user.username };
    await io.interrupt.during('Finishing the current call.', async () => {
      // Before the change, so that no run of sync closes the user again by itself. Without a function, there is none.
      const record = { [unmarkedTag]: new Date(io.clock.now()).toISOString() };
      await undefinedIfNotFound(
        writeUndoRecord(aws.new.lambda, functionArn(inputs), record),
        'ResourceNotFoundException',
      );
      if (action === 'enable') await aws.old.idp.send(new AdminEnableUserCommand(target));
      else
        await aws.old.idp.send(
          new AdminDeleteUserAttributesCommand({ ...target, UserAttributeNames: [...markNames] }),
        );
    });
  }
  reporter.data(document(action, user, inputs));
  return 'ok';
}

/** A mark of another pool belongs to another migration. A migration that marks users disables nobody. */
function actionFor({ enabled, attributes }: PoolUser, inputs: Inputs): Action {
  if (attributes[movedToName] === inputs.NEW_USER_POOL_ID) return 'delete-mark';
  return enabled || inputs.MOVE_ONCE === 'mark' ? 'none' : 'enable';
}

const consequence = (action: Action, { enabled }: PoolUser, inputs: Inputs): string =>
  action === 'delete-mark' && !enabled
    ? `${inputs.OLD_USER_POOL_NAME} still refuses them, because somebody else has disabled them there.`
    : `Their old password works again in ${inputs.OLD_USER_POOL_NAME}, and while the name is free, in ${inputs.NEW_USER_POOL_NAME}.`;

async function approve(
  { resolved, prompts }: Given,
  inputs: Inputs,
  action: Action,
  user: PoolUser,
): Promise<void> {
  if (resolved.values.YES) return;
  if (prompts === undefined) throw missing(['YES']);
  const what =
    action === 'enable'
      ? 'Enable the user, even if someone else disabled them?'
      : 'Delete the mark of this user?';
  if (await prompts.confirm({ message: `${what} ${consequence(action, user, inputs)}`, default: false }))
    return;
  throw new CancelledError('Nothing was changed.', { code: 'DECLINED' });
}

function document(action: Action, user: PoolUser, inputs: Inputs): Document {
  const done: Readonly<Record<Action, string>> = {
    enable: 'The user is enabled again',
    'delete-mark': 'The mark is deleted',
    none: `Nothing to take back: the user has no mark of this migration, and ${user.enabled ? 'is enabled' : 'somebody else has disabled the user'}`,
  };
  return {
    json: { command: 'unmark', action, changed: action !== 'none' },
    text: (style) =>
      [
        `  ${style.ok} ${done[action]}.`,
        ...(action === 'none' ? [] : [`    ${consequence(action, user, inputs)}`]),
      ].join('\n'),
  };
}

const lackingName = {
  flag: '--username-stdin',
  describe: 'read the name from standard input, because nobody can be asked',
  hint: '--username-stdin  reads it from standard input:  … | cognito-migrate unmark --username-stdin --yes',
};

/** It needs calls in an account that this run has no access to. */
const elsewhere = ({ OLD_USER_POOL_ID }: Inputs): UsageError =>
  new UsageError('This account has no access to the old pool', {
    code: 'HANDOFF_NEEDED',
    found: OLD_USER_POOL_ID,
    hint: [
      'The administrator of the old pool takes it back:',
      `aws cognito-idp admin-enable-user --user-pool-id ${OLD_USER_POOL_ID} --username NAME`,
      `aws cognito-idp admin-delete-user-attributes --user-pool-id ${OLD_USER_POOL_ID} --username NAME --user-attribute-names ${markNames.join(' ')}`,
    ],
  });

/** In bytes. A username has at most 128 characters, so longer input is something else. */
const maxBytes = 1024;

/** The name, which is never an argument: other users of the computer can see arguments. */
async function nameOf(io: Io, { prompts }: Given, fromPipe: boolean): Promise<string> {
  const name = fromPipe
    ? await fromStdin(io)
    : await prompts?.input({
        message: 'Which user? A name by which they sign in to the old pool',
        validate: async (answer) => answer !== '' || 'Enter a name',
      });
  if (name) return name;
  throw new UsageError('The name is empty or too long', { code: 'BAD_INPUT', hint: [lackingName.hint] });
}

async function fromStdin({ stdin }: Io): Promise<string> {
  let text = '';
  for await (const chunk of stdin) {
    text += chunk.toString();
    if (text.length > maxBytes) return '';
  }
  return text.replace(/\r?\n$/, '');
}
