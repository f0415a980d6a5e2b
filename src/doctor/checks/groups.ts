/** The groups of the old pool, in which a user of the new pool is not. */
import { parseArn } from '../../aws/arn.ts';
import { mostGroupsOfUser, type PoolGroup } from '../../aws/user-pool/groups.ts';
import type { Finding } from '../../core/findings.ts';
import { number } from '../../core/format-number.ts';
import { oldSubName } from '../../steps/old-sub.ts';
import { chosenSlots } from '../../steps/trigger-slots.ts';
import { type Case, found, quoted, type Theme } from '../check.ts';

/** CM601 to CM605, CM610. */
export const groups: Theme = (args) => [...ofPools(args), ...inFirstToken(args)];

const ofPools: Theme = (args) => {
  const { oldGroups, newGroups } = args.facts;
  if (oldGroups === undefined || oldGroups.groups.length === 0) return [];
  const newOnes = new Map((newGroups?.groups ?? []).map((one) => [one.name, one] as const));
  const pairs = oldGroups.groups.flatMap((oldGroup) => {
    const newGroup = newOnes.get(oldGroup.name);
    return newGroup === undefined ? [] : [{ oldGroup, newGroup }];
  });
  // Not every group of the new pool was read, so nobody knows which ones it lacks.
  const areKnown = newGroups?.isAll === true;
  const lacking = areKnown ? oldGroups.groups.filter(({ name }) => !newOnes.has(name)) : [];
  return [
    ...notCopied(args, oldGroups, lacking, areKnown),
    ...differing(pairs),
    ...otherRights(args),
    ...roles(args, oldGroups.groups),
    ...tooMany(oldGroups),
  ];
};

/** The price of groups in the first token. */
function inFirstToken({ inputs }: Case): readonly Finding[] {
  if (!chosenSlots(inputs).includes('PreTokenGeneration')) return [];
  return found(
    'CM610',
    'warning',
    `Every sign-in to ${inputs.NEW_USER_POOL_NAME} calls the function, also of users who have already moved.`,
    'Cognito asks the Pre token generation trigger at every sign-in and every refresh. A sign-in takes a few milliseconds longer, and up to 0.8 seconds for a user who has just moved. If the function fails, the token comes without the groups. If it cannot start, the sign-in fails.',
    'Without --groups-in-first-token, the groups are in the second token: after a refresh, or at the next sign-in.',
  );
}

type OldGroups = NonNullable<Case['facts']['oldGroups']>;

const countOf = ({ groups: all, isAll }: OldGroups): string =>
  `${isAll ? '' : 'at least '}${number(all.length)} ${all.length === 1 ? 'group' : 'groups'}`;

/** The first names of a long list. */
function listed(names: readonly string[]): string {
  const shown = names.slice(0, 5);
  const more = names.length - shown.length;
  return `${quoted(shown)}${more === 0 ? '' : `, and ${number(more)} more`}`;
}

function notCopied(
  { facts, inputs }: Case,
  old: OldGroups,
  lacking: readonly PoolGroup[],
  areKnown: boolean,
): readonly Finding[] {
  const copied = inputs.GROUP_PLAN?.map ?? {};
  if (old.isAll && old.groups.every(({ name }) => Object.hasOwn(copied, name))) return [];
  if (Object.keys(copied).length > 0) return someCopied(old, copied);
  const names = lacking.map(({ name }) => name);
  const which = areKnown
    ? names.length === 0
      ? ' The new pool has groups of the same names.'
      : ` The new pool has no ${listed(names)}.`
    : '';
  return found(
    'CM601',
    'warning',
    `The old pool has ${countOf(old)}. Users who move are in none of them.${which}`,
    'The function creates a user, and Cognito has no way to give a user groups at that time. An app that reads cognito:groups refuses these users.',
    `--groups NAME, or --groups all  copies memberships when a user moves to ${facts.newPool.pool.Name ?? 'the new pool'}. It needs ${oldSubName}.`,
  );
}

/** The operator has chosen which ones. */
function someCopied(old: OldGroups, copied: Readonly<Record<string, string>>): readonly Finding[] {
  const left = old.groups.map(({ name }) => name).filter((name) => !Object.hasOwn(copied, name));
  return left.length === 0
    ? []
    : found(
        'CM601',
        'info',
        `Users who move are not added to ${listed(left)}.`,
        '--groups does not name these groups of the old pool.',
        'Nothing to do, or name them too.',
      );
}

/** A group that exists is never changed. Its name may open other doors. */
function otherRights({ inputs }: Case): readonly Finding[] {
  const different = inputs.GROUP_PLAN?.different ?? [];
  if (different.length === 0) return [];
  return found(
    'CM605',
    'blocking',
    `Users would be added to groups of the new pool that have another role or precedence: ${listed(different)}.`,
    'The name may give other rights there than in the old pool.',
    'Compare both groups. --groups OLD=NEW  adds users to another group.',
  );
}

interface SameName {
  readonly oldGroup: PoolGroup;
  readonly newGroup: PoolGroup;
}

/** A name may open other doors in the new pool. The description gives no right. */
function differing(pairs: readonly SameName[]): readonly Finding[] {
  const different = pairs.filter(
    ({ oldGroup, newGroup }) =>
      oldGroup.roleArn !== newGroup.roleArn || oldGroup.precedence !== newGroup.precedence,
  );
  if (different.length === 0) return [];
  const names = listed(
    different.map(
      ({ oldGroup, newGroup }) =>
        `${oldGroup.name} (${[
          ...(oldGroup.roleArn === newGroup.roleArn ? [] : ['role']),
          ...(oldGroup.precedence === newGroup.precedence ? [] : ['precedence']),
        ].join(', ')})`,
    ),
  );
  return found(
    'CM602',
    'warning',
    `Groups of the same name differ in the new pool: ${names}.`,
    'The name may give other rights there. Precedence decides which role an identity pool takes.',
    'Compare both groups before you add users: aws cognito-idp get-group --user-pool-id ID --group-name NAME',
  );
}

function roles({ facts: { newPool } }: Case, all: readonly PoolGroup[]): readonly Finding[] {
  const withRole = all.flatMap(({ name, roleArn }) => (roleArn === undefined ? [] : [{ name, roleArn }]));
  if (withRole.length === 0) return [];
  const own = newPool.pool.Arn === undefined ? undefined : parseArn(newPool.pool.Arn).account;
  const foreign = withRole.filter(({ roleArn }) => own !== undefined && parseArn(roleArn).account !== own);
  const trust = 'The trust policy of such a role names the identity pool whose users may take it.';
  if (foreign.length === 0) {
    return found(
      'CM603',
      'info',
      `Groups of the old pool have an IAM role: ${listed(withRole.map(({ name }) => name))}.`,
      `${trust} Users of the new pool get the role only through an identity pool that trusts the new pool.`,
      '--group-role OLD=ARN  creates the group with a role. Then add the new pool to the identity pool.',
    );
  }
  return found(
    'CM603',
    'warning',
    `Groups of the old pool have an IAM role of another account: ${listed(foreign.map(({ name }) => name))}.`,
    `IAM passes no role to another account, so no group of the new pool can have it. ${trust}`,
    'Create a role in the account of the new pool for each of these groups.',
  );
}

function tooMany(old: OldGroups): readonly Finding[] {
  if (old.groups.length <= mostGroupsOfUser) return [];
  return found(
    'CM604',
    'info',
    `The old pool has ${countOf(old)}, and a user can be in ${mostGroupsOfUser}.`,
    'A user who already is in groups of the new pool may not have room for all of their old ones. AWS does not raise this quota.',
    'Add only the groups that your app reads.',
  );
}
