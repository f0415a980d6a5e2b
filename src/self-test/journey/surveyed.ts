/** The states that `users` reports, beside the results of the sign-ins before it. */

import * as z from 'zod/mini';
import type { Check, Seen } from '../check.ts';
import { eventually } from '../fixtures/retry.ts';
import type { UserKind } from '../fixtures/users.ts';
import type { SelfTestScene } from '../scene.ts';
import { ended } from './set-up.ts';
import { everybody, type Stage } from './stage.ts';

/** States that a sign-in can tell apart. */
const groups = ['moved', 'can move', 'cannot', 'disabled', 'unconfirmed', 'other'] as const;
type Group = (typeof groups)[number];
type Counts = Readonly<Record<Group, number>>;

const groupOfState: ReadonlyMap<string, Group> = new Map([
  ['moved', 'moved'],
  ['waiting', 'can move'],
  ['by-reset', 'can move'],
  ['cannot', 'cannot'],
  ['disabled', 'disabled'],
  ['unconfirmed', 'unconfirmed'],
]);

/** The group of a user of this kind who is not in the new pool. */
const groupOfKind: Readonly<Record<UserKind, Group>> = {
  confirmed: 'can move',
  'unverified-email': 'can move',
  'verified-phone': 'can move',
  'in-group': 'can move',
  'force-change-password': 'can move',
  'reset-required': 'can move',
  disabled: 'disabled',
  unconfirmed: 'unconfirmed',
  totp: 'cannot',
  'sms-option': 'cannot',
};

function countsOf(counted: readonly (readonly [Group, number])[]): Counts {
  const counts = { moved: 0, 'can move': 0, cannot: 0, disabled: 0, unconfirmed: 0, other: 0 };
  for (const [group, users] of counted) counts[group] += users;
  return counts;
}

const text = (counts: Counts): string =>
  groups.flatMap((group) => (counts[group] === 0 ? [] : [`${counts[group]} ${group}`])).join(', ') ||
  'nobody';

const Document = z.object({ complete: z.boolean(), states: z.record(z.string(), z.number()) });

/** The new pool itself says who has moved. */
async function expectedCounts(scene: SelfTestScene, { migration, people }: Stage): Promise<Counts> {
  const counted: [Group, number][] = [];
  for (const { kind, username } of everybody(people)) {
    const user = await scene.userIn(migration.new, username);
    counted.push([user === undefined ? groupOfKind[kind] : 'moved', 1]);
  }
  return countsOf(counted);
}

/** The names of the new pool come from sign-ins alone, so even without the old sub the count is exact. */
export function surveyChecks(stage: Stage): readonly Check[] {
  const look = async () => {
    // The pools are small, and the self-test needs no permission to read a limit.
    const ran = await stage.migration.run('users', '--mfa', '--rate', '10');
    const { data } = z.safeParse(Document, ran.document);
    const states = Object.entries(data?.states ?? {});
    const counts = countsOf(states.map(([state, users]) => [groupOfState.get(state) ?? 'other', users]));
    return { ran, counts, isComplete: data?.complete === true };
  };
  return [
    {
      id: 'users-agree',
      title: 'users reports for everyone what their sign-in did',
      kind: 'promise',
      documented:
        'users of the new pool have moved; disabled and unconfirmed users, and those with a second factor, cannot; the others can',
      async run(scene): Promise<Seen> {
        const expected = await expectedCounts(scene, stage);
        // ListUsers shows a new user late ("eventually consistent", API reference).
        const { ran, counts, isComplete } = await eventually(
          look,
          (seen) => text(seen.counts) === text(expected),
          scene,
          'ListUsers has to show new users',
        );
        const isSame = text(counts) === text(expected);
        return {
          same: ran.code === 0 && isComplete && isSame,
          seen: `${ended(ran)}; ${text(counts)}${isSame ? '' : `; the sign-ins: ${text(expected)}`}`,
        };
      },
    },
  ];
}
