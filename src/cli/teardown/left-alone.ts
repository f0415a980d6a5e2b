/** What teardown finds in place and leaves there, since init has not put it in. */
import { clientsWithRecord } from '../../aws/undo-records.ts';
import type { Plan } from '../../core/plan.ts';
import { recordName } from '../../core/state.ts';
import type { Beginning } from '../begin.ts';
import type { Discovered } from '../session/session.ts';

/** Names of the records: app clients that had the password flow before, and the attribute that AWS never takes out again. */
export function leftAlone(
  { items }: Plan,
  { ownFunction }: Pick<Discovered, 'ownFunction'>,
  { state }: Pick<Beginning, 'state'>,
): ReadonlySet<string> {
  const changed = new Set(clientsWithRecord(ownFunction.tags));
  const isOurs = (name: string, key: string): boolean =>
    changed.has(key) || state?.steps[name]?.before !== undefined;
  const names = items
    .filter(({ step }) => step === 'new-clients' || step === 'old-sub-attribute')
    .map(({ step, key }) => [recordName(step, key), key] as const);
  return new Set(names.filter(([name, key]) => !isOurs(name, key)).map(([name]) => name));
}
