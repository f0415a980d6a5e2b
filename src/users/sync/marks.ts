/** Old users who should have been closed after their move (`--move-once`), and are still open. */
import {
  AdminDisableUserCommand,
  AdminGetUserCommand,
  type AdminGetUserCommandOutput,
  AdminUpdateUserAttributesCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Pace } from '../../aws/retry.ts';
import { AwsError } from '../../core/errors.ts';
import type { Pacer } from '../../core/pacer.ts';
import { oldValue } from '../../lambda/old-user.ts';
import { movedAtName, movedToName } from '../../lambda/settings.ts';
import { HashCollector, type HashIndex } from '../hash-index.ts';
import { readUsers } from '../stream.ts';
import type { SurveyedPool } from '../survey.ts';
import {
  attributeOf,
  isGone,
  type Lacking,
  lookAgain,
  patientSend,
  proofMs,
  type Repair,
  type Repaired,
  type RepairTools,
  type Send,
} from './repair.ts';

export interface MarkRepairArgs {
  readonly old: SurveyedPool;
  readonly new: SurveyedPool;
  readonly pace: Pace;
  readonly how: 'disable' | 'mark';
  /** Also old users who were changed after the move: somebody may have opened them again. */
  readonly isAll: boolean;
  readonly open: HashIndex;
  readonly pacers: {
    readonly oldList: Pacer;
    readonly read: Pacer;
    readonly write: Pacer;
  };
}

export const markRepair = (args: MarkRepairArgs): Repair => ({
  part: 'marks',
  leftAlone: 'old-user-open',
  lackedBy: ({ oldSub }) => (args.open.has(oldSub) ? [] : undefined),
  repeat: (user, tools) => closeOldUser(args, user, tools),
});

/**
 * The `sub` of each old user who is open, as hashes. A mark of another pool stays, as the function leaves it too.
 * Throws AwsError if a part of the pool could not be read.
 */
export async function readOpenUsers(
  { side, id, estimate, estimateAgain }: SurveyedPool,
  how: MarkRepairArgs['how'],
  pacer: Pacer,
  pace: Pace,
): Promise<HashIndex> {
  const open = new HashCollector();
  const { missing } = await readUsers({
    ...{ ...pace, idp: side.idpOnce, userPoolId: id, pacer, estimate, estimateAgain },
    each(users) {
      for (const user of users) {
        const sub = oldValue(user, 'sub');
        const isOpen = how === 'disable' ? user.enabled : oldValue(user, movedToName) === undefined;
        if (sub !== undefined && isOpen) open.add(sub);
      }
    },
  });
  if (missing.length === 0) return open.seal();
  throw new AwsError(`The old pool could not be read: ${missing.join(', ')}`, {
    code: 'AWS_ANSWER_INCOMPLETE',
    hint: ['You can safely run the same command again. It continues from here.'],
  });
}

/**
 * Closes an old user, after a new look at both users.
 * Only one who was not changed since the move was never closed. Anyone else may have been opened again, by
 * `unmark` or by an administrator.
 */
async function closeOldUser(
  args: MarkRepairArgs,
  user: Lacking,
  { isDry, ...tools }: RepairTools,
): Promise<Repaired> {
  const { pace, pacers } = args;
  const send = patientSend(tools, pace);
  const lookAtBoth = async (username: string): Promise<Look> => {
    const at = pace.clock.now();
    const { UserCreateDate: created } = await lookAgain(args.new, user);
    const found = await lookAtOldUser(args, username, user.oldSub);
    return { at, end: found && created ? endOf(args, found, created) : undefined };
  };
  try {
    const username = await findOldUser(args, user.oldSub, send);
    if (username === undefined) return undefined;
    const first = await send(pacers.read, () => lookAtBoth(username));
    if (isDry || first.end?.done !== 1) return first.end;
    return await send(pacers.write, async () => {
      const { end } = pace.clock.now() - first.at > proofMs ? await lookAtBoth(username) : first;
      if (end?.done === 1) await close(args, username);
      return end;
    });
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}

interface Look {
  readonly at: number;
  /** What closing the old user comes to. */
  readonly end: Repaired;
}

/** @param created when the new user was created: Cognito does that right after the move. */
function endOf({ how, isAll }: MarkRepairArgs, found: AdminGetUserCommandOutput, created: Date): Repaired {
  const isOpen = how === 'disable' ? found.Enabled !== false : !attributeOf(found, movedToName);
  if (!isOpen) return { done: 0 };
  const isUnchanged = found.UserLastModifiedDate !== undefined && found.UserLastModifiedDate < created;
  return isAll || isUnchanged ? { done: 1 } : { done: 0, reason: 'old-user-open' };
}

async function close({ old, new: fresh, how, pace }: MarkRepairArgs, Username: string): Promise<void> {
  const target = { UserPoolId: old.id, Username };
  if (how === 'disable') {
    await old.side.idpOnce.send(new AdminDisableUserCommand(target));
    return;
  }
  const UserAttributes = [
    { Name: movedAtName, Value: new Date(pace.clock.now()).toISOString() },
    { Name: movedToName, Value: fresh.id },
  ];
  await old.side.idpOnce.send(new AdminUpdateUserAttributesCommand({ ...target, UserAttributes }));
}

/** The old user, if it still has this `sub`. Lists can be late, so this decides. */
async function lookAtOldUser(
  { old: { side, id: UserPoolId } }: MarkRepairArgs,
  Username: string,
  oldSub: string,
): Promise<AdminGetUserCommandOutput | undefined> {
  const found = await side.idpOnce.send(new AdminGetUserCommand({ UserPoolId, Username }));
  return attributeOf(found, 'sub') === oldSub ? found : undefined;
}

/** The username of the old user with this `sub`. */
async function findOldUser(
  { old: { side, id: UserPoolId }, pacers }: MarkRepairArgs,
  oldSub: string,
  send: Send,
): Promise<string | undefined> {
  // Nothing else fits into a filter. A `sub` is a UUID.
  if (!/^[\w-]{1,128}$/.test(oldSub)) return undefined;
  let PaginationToken: string | undefined;
  do {
    const page = new ListUsersCommand({
      UserPoolId,
      Filter: `sub = "${oldSub}"`,
      Limit: 10,
      PaginationToken,
    });
    const { Users = [], PaginationToken: next } = await send(pacers.oldList, () => side.idpOnce.send(page));
    const listed = Users.find(({ Attributes = [] }) =>
      Attributes.some(({ Name, Value }) => Name === 'sub' && Value === oldSub),
    );
    if (listed !== undefined) return listed.Username;
    PaginationToken = next;
  } while (PaginationToken !== undefined);
  return undefined;
}
