/** Several old pools whose migrations are asked one after the other (`--chain`). */
import type { Finding } from '../../core/findings.ts';
import { found, shareOf, type Theme } from '../check.ts';
import type { SharedNames } from '../shared-names.ts';

/** CM416, for each other old pool. */
export const chain: Theme = ({ facts }) => (facts.sharedNames ?? []).flatMap(sharedWith);

const time = 'Each migration that is asked before another adds its time to a sign-in.';

function sharedWith(names: SharedNames): readonly Finding[] {
  const { id, migration, shared, isAskedFirst } = names;
  const what = `${shareOf(shared, names)} ${shared === 1 ? 'exists' : 'exist'} in ${id} too`;
  if (shared === 0)
    return found('CM416', 'info', `${what}.`, time, 'Nothing to do. status shows the order (line Chain).');
  const first = isAskedFirst ? `${migration} is asked first` : 'This migration is asked first';
  const loser = isAskedFirst ? 'of this old pool' : `of ${id}`;
  return found(
    'CM416',
    'warning',
    `${what}. ${first}, and decides.`,
    `The user ${loser} doesn't move, and that password is wrong. ${time}`,
    'Tell these users which password counts. If they are different people, rename one of each two first.',
  );
}
