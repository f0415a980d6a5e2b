/** The groups that a user's failed work has left out. */
import { AdminAddUserToGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Pace } from '../../aws/retry.ts';
import type { Pacer } from '../../core/pacer.ts';
import { copyGroups } from '../../lambda/after-move.ts';
import type { SurveyedPool } from '../survey.ts';
import type { Members } from './members.ts';
import {
  isGone,
  type Lacking,
  lookAgain,
  patientSend,
  proofMs,
  type Repair,
  type Repaired,
  type RepairTools,
} from './repair.ts';

export interface GroupRepairArgs {
  readonly new: SurveyedPool;
  readonly pace: Pace;
  readonly members: Members;
  readonly pacers: { readonly read: Pacer; readonly write: Pacer };
}

export const groupRepair = (args: GroupRepairArgs): Repair => ({
  part: 'groups',
  leftAlone: 'not-repeated',
  lackedBy(user) {
    const groups = args.members.lackedBy(user);
    return groups.length === 0 ? undefined : groups;
  },
  repeat: (user, tools) =>
    tools.isDry ? Promise.resolve({ done: user.groups.length }) : addGroups(args, user, tools),
});

/** Adds a user to the groups, after a new look at the user. */
async function addGroups(
  { new: pool, pace, pacers }: GroupRepairArgs,
  user: Lacking,
  tools: RepairTools,
): Promise<Repaired> {
  const { userName, groups } = user;
  const send = patientSend(tools, pace);
  let provenAt = 0;
  const prove = async (): Promise<void> => {
    const now = pace.clock.now();
    await lookAgain(pool, user);
    provenAt = now;
  };
  try {
    await send(pacers.read, prove);
    const {
      groupsAdded = 0,
      groupsMissing,
      groupsRefused,
    } = await copyGroups(groups, (GroupName) =>
      send(pacers.write, async () => {
        if (pace.clock.now() - provenAt > proofMs) await prove();
        const member = { UserPoolId: pool.id, Username: userName, GroupName };
        await pool.side.idpOnce.send(new AdminAddUserToGroupCommand(member));
      }),
    );
    if (groupsMissing) return { done: groupsAdded, reason: 'group-missing' };
    return groupsRefused ? { done: groupsAdded, reason: 'too-many-groups' } : { done: groupsAdded };
  } catch (error) {
    if (isGone(error)) return undefined;
    throw error;
  }
}
