/** The members of the groups of both pools, as hashes: who lacks a group that their old user is in. */
import { ListUsersInGroupCommand } from '@aws-sdk/client-cognito-identity-provider';
import type { Side } from '../../aws/clients.ts';
import { isNamed } from '../../aws/errors.ts';
import type { Pace } from '../../aws/retry.ts';
import type { Pacer } from '../../core/pacer.ts';
import { HashCollector, type HashIndex } from '../hash-index.ts';
import { inParallel, retryTransient } from '../stream.ts';

/** ListUsersInGroup returns at most 60 users (API_ListUsersInGroup, Limit). */
const pageSize = 60;
/** Groups that are read at the same time. The pacer decides how fast. */
const mostReadings = 8;

export interface GroupPool {
  readonly side: Pick<Side, 'idpOnce'>;
  readonly id: string;
  /** For lists of users. */
  readonly pacer: Pacer;
}

/** A group name has no space, so no two pairs make the same text. */
const membershipOf = (group: string, sub: string): string => `${group} ${sub}`;

export class Members {
  /** New names of the groups, each once. */
  readonly #groups: readonly string[];
  readonly #isInAny: HashIndex;
  readonly #due: HashIndex;
  readonly #given: HashIndex;

  constructor(groups: readonly string[], isInAny: HashIndex, due: HashIndex, given: HashIndex) {
    this.#groups = groups;
    this.#isInAny = isInAny;
    this.#due = due;
    this.#given = given;
  }

  /** The groups of the old user that the new user is not in, by their new names. */
  lackedBy({ oldSub, sub }: { readonly oldSub: string; readonly sub: string }): readonly string[] {
    if (!this.#isInAny.has(oldSub)) return [];
    return this.#groups.filter(
      (group) => this.#due.has(membershipOf(group, oldSub)) && !this.#given.has(membershipOf(group, sub)),
    );
  }
}

/**
 * Reads the members of all copied groups. A group that is gone has none.
 * @param groups old name → new name.
 */
export async function readMembers(
  groups: Readonly<Record<string, string>>,
  pools: { readonly old: GroupPool; readonly new: GroupPool },
  pace: Pace,
): Promise<Members> {
  const [isInAny, due, given] = [new HashCollector(), new HashCollector(), new HashCollector()];
  const names = [...new Set(Object.values(groups))];
  const ofOld = Object.entries(groups).map(([from, to]) => ({
    pool: pools.old,
    group: from,
    each: (sub: string) => {
      isInAny.add(sub);
      due.add(membershipOf(to, sub));
    },
  }));
  const ofNew = names.map((group) => ({
    pool: pools.new,
    group,
    each: (sub: string) => given.add(membershipOf(group, sub)),
  }));
  await inParallel([...ofOld, ...ofNew], mostReadings, ({ pool, group, each }) =>
    readGroup(pool, group, pace, each),
  );
  return new Members(names, isInAny.seal(), due.seal(), given.seal());
}

async function readGroup(
  { side, id, pacer }: GroupPool,
  GroupName: string,
  pace: Pace,
  each: (sub: string) => void,
): Promise<void> {
  let NextToken: string | undefined;
  do {
    const request = new ListUsersInGroupCommand({ UserPoolId: id, GroupName, Limit: pageSize, NextToken });
    const page = await retryTransient(() => pacer.run(() => side.idpOnce.send(request)), pace).catch(
      (error: unknown) => {
        if (isNamed(error, 'ResourceNotFoundException')) return undefined;
        throw error;
      },
    );
    for (const { Attributes = [] } of page?.Users ?? []) {
      const sub = Attributes.find(({ Name }) => Name === 'sub')?.Value;
      if (sub !== undefined) each(sub);
    }
    NextToken = page?.NextToken;
  } while (NextToken !== undefined);
}
