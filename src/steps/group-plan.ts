/** Which groups a migration copies, and which of them it creates. Pure: the reads come first. */
import { parseArn } from '../aws/arn.ts';
import type { PoolGroup, PoolGroups } from '../aws/user-pool/groups.ts';
import { UsageError } from '../core/errors.ts';
import type { State } from '../core/state.ts';
import type { Vars } from '../core/variables/index.ts';
import { allGroups } from '../core/variables/schemas.ts';

export type GroupPlan = Vars['GROUP_PLAN'];

/** The records of the groups in the state file. */
const recordPrefix = 'groups:';

/** The member of a group's record that says that somebody else made it in the meantime. */
export const notOurs = { isForeign: true } as const;

/**
 * New names of the groups that this migration has made, or may have made before a kill.
 * A group can't carry tags, so only the state file knows.
 */
export const madeGroups = (state: Pick<State, 'steps'> | undefined): readonly string[] =>
  Object.entries(state?.steps ?? {}).flatMap(([name, { status, before }]) => {
    const mayExist = before?.isForeign === false || (status !== 'applying' && before?.isForeign !== true);
    return mayExist && name.startsWith(recordPrefix) ? [name.slice(recordPrefix.length)] : [];
  });

export interface GroupFacts {
  readonly wish: NonNullable<Vars['GROUPS']>;
  /** Undefined if its account cannot be read. */
  readonly oldGroups: PoolGroups | undefined;
  readonly newGroups: PoolGroups;
  /** The roles of groups to create, by the names of old groups. */
  readonly roles: Vars['GROUP_ROLES'] | undefined;
  readonly newPoolArn: string;
  /** See madeGroups. */
  readonly made: readonly string[];
  /** The groups that the function copies now. */
  readonly live: Readonly<Record<string, string>>;
}

/**
 * Settles the choice of groups.
 * Throws UsageError for groups that the old pool lacks, and if there is none to copy.
 */
export function groupPlanFor(facts: GroupFacts): GroupPlan {
  const { wish, oldGroups } = facts;
  assertRolesOfAccount(facts);
  const old = oldGroups && byName(oldGroups.groups);
  if (wish === allGroups && old === undefined)
    throw refusal(
      '"all" needs to read the old pool, and its account cannot be read',
      allGroups,
      '--groups NAME  names each group.',
    );
  const map = mapOf(facts);
  const unknown = old === undefined ? [] : Object.keys(map).filter((name) => !old.has(name));
  if (unknown.length > 0)
    throw refusal(
      `the old pool has no ${unknown.join(', ')}`,
      unknown,
      'cognito-migrate doctor  names the groups of the old pool.',
    );
  if (Object.keys(map).length === 0)
    throw refusal(
      'the new pool has all of these groups already',
      wish,
      '--groups NAME  names an existing group. Its name may give other rights in the new pool.',
    );
  assertRolesFit(map, facts);
  return planOf(map, facts);
}

/** Throws UsageError for a role that no group of the new pool can have: nobody can pass it across accounts. */
function assertRolesOfAccount({ roles = {}, newPoolArn }: GroupFacts): void {
  const { account, partition } = parseArn(newPoolArn);
  for (const [from, role] of Object.entries(roles)) {
    const there = parseArn(role);
    if (there.account === account && there.partition === partition) continue;
    throw new UsageError(
      `--group-role ${from}: the role is in account ${there.account}, and the new pool in ${account}`,
      {
        code: 'BAD_INPUT',
        expected: account,
        found: role,
        hint: [
          `The role of a group must be in the account of its pool: arn:${partition}:iam::${account}:role/…`,
        ],
      },
    );
  }
}

/** Throws UsageError for a role of a group that is not copied, or of one that exists: groups are never changed. */
function assertRolesFit(map: Readonly<Record<string, string>>, { roles = {}, newGroups }: GroupFacts): void {
  const existing = byName(newGroups.groups);
  for (const [from, roleArn] of Object.entries(roles)) {
    const to = map[from];
    if (to === undefined)
      throw refusal(`--group-role names ${from}, which is not copied`, from, `--groups ${from}  copies it.`);
    const group = existing.get(to);
    if (group !== undefined && group.roleArn !== roleArn)
      throw refusal(
        `${to} exists in the new pool, with ${group.roleArn ?? 'no role'}`,
        to,
        'A group that exists is never changed. Leave the role out, or give it to the group yourself.',
      );
  }
}

/** The same for a command that only looks, or takes down. What has become impossible is no reason to stop. */
export function currentGroups(facts: GroupFacts): GroupPlan | undefined {
  const map = mapOf(facts);
  return Object.keys(map).length === 0 ? leftoverGroups(facts.made) : planOf(map, facts);
}

/** Those whose names the new pool lacks, if all are chosen. Another group of the same name may open more there. */
function mapOf({ wish, oldGroups, newGroups, made, live }: GroupFacts): Readonly<Record<string, string>> {
  if (wish !== allGroups) return wish;
  if (oldGroups === undefined) return live;
  const existing = byName(newGroups.groups);
  const isTaken = (name: string) => existing.has(name) && !made.includes(name);
  const names = oldGroups.groups.map(({ name }) => name);
  const chosen = names.filter((name) => live[name] === name || !isTaken(name));
  return Object.fromEntries(chosen.map((name) => [name, name]));
}

function planOf(
  map: Readonly<Record<string, string>>,
  { oldGroups, newGroups, made, roles = {} }: GroupFacts,
): GroupPlan {
  const existing = byName(newGroups.groups);
  const old = oldGroups && byName(oldGroups.groups);
  const isTaken = (name: string) => existing.has(name) && !made.includes(name);
  const pairs = Object.entries(map).map(([from, to]) => ({
    from,
    to,
    was: old?.get(from),
    is: existing.get(to),
  }));
  const own: Record<string, GroupPlan['own'][string]> = {};
  // Several old groups can become one. Then the first one counts.
  for (const { from, to, was } of pairs) {
    const roleArn = roles[from];
    if (!isTaken(to)) own[to] ??= { ...detailsOf(was), ...(roleArn === undefined ? {} : { roleArn }) };
  }
  for (const name of made) if (existing.has(name)) own[name] ??= {};
  return {
    map: { ...map },
    own,
    made: [...made],
    different: pairs
      .filter(({ to, was, is }) => isTaken(to) && was !== undefined && is !== undefined && differ(was, is))
      .map(({ to }) => to),
  };
}

/** The plan if groups are no longer copied. Undefined if this migration has made none. */
export const leftoverGroups = (made: readonly string[]): GroupPlan | undefined =>
  made.length === 0
    ? undefined
    : { map: {}, own: Object.fromEntries(made.map((name) => [name, {}])), made: [...made], different: [] };

/** Whether memberships are copied. */
export const copiesGroups = ({ GROUP_PLAN }: Partial<Pick<Vars, 'GROUP_PLAN'>>): boolean =>
  Object.keys(GROUP_PLAN?.map ?? {}).length > 0;

/** Whether the function works after a move: it copies memberships, or ends the old user. */
export const worksAfterMove = (choices: Partial<Pick<Vars, 'GROUP_PLAN' | 'MOVE_ONCE'>>): boolean =>
  copiesGroups(choices) || choices.MOVE_ONCE !== undefined;

const byName = (groups: readonly PoolGroup[]): ReadonlyMap<string, PoolGroup> =>
  new Map(groups.map((group) => [group.name, group]));

const detailsOf = (group: PoolGroup | undefined): GroupPlan['own'][string] => ({
  ...(group?.description === undefined ? {} : { description: group.description }),
  ...(group?.precedence === undefined ? {} : { precedence: group.precedence }),
});

/** The description gives no right. */
const differ = (one: PoolGroup, other: PoolGroup): boolean =>
  one.roleArn !== other.roleArn || one.precedence !== other.precedence;

const refusal = (why: string, found: unknown, hint: string): UsageError =>
  new UsageError(`--groups cannot be used: ${why}`, { code: 'GROUPS_UNFIT', found, hint: [hint] });

/** @throws UsageError if no groups are to be copied. */
export function assertFirstToken({
  GROUPS,
  GROUPS_IN_FIRST_TOKEN,
}: Partial<Pick<Vars, 'GROUPS' | 'GROUPS_IN_FIRST_TOKEN'>>): void {
  if (GROUPS_IN_FIRST_TOKEN !== true || GROUPS !== undefined) return;
  throw new UsageError('--groups-in-first-token cannot be used without --groups', {
    code: 'BAD_INPUT',
    found: '--groups-in-first-token',
    hint: ['--groups all  copies memberships.', '--groups-in-first-token no  stops it.'],
  });
}
