/** What is left to do about the old pool. It is only printed: no command of this program deletes a pool. */
import type { Side } from '../../../aws/clients.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import { readAttempts } from '../../../aws/sign-in-attempts.ts';
import { listClients } from '../../../aws/user-pool-client/list.ts';
import { number } from '../../../core/format-number.ts';
import { oldClientName } from '../../../steps/names.ts';
import type { Migration } from '../../migration/read-migration.ts';
import type { Style } from '../../terminal/style.ts';

const windowDays = 30;

/** The old pool, and who still signs in there. */
export interface OldPool {
  readonly id: string;
  readonly name: string;
  readonly isProtected: boolean;
  readonly hasDomain: boolean;
  /** App clients with attempts to sign in in the last 30 days. Undefined if the metrics cannot be read. */
  readonly active: readonly { readonly name: string; readonly attempts: number }[] | undefined;
}

/** Undefined if the old pool is gone, or if this run does not see it. */
export async function readOldPool({ aws, inputs, oldPool }: Migration): Promise<OldPool | undefined> {
  if (oldPool === undefined) return undefined;
  const { DeletionProtection, Domain, CustomDomain } = oldPool.pool;
  const now = aws.clock.now();
  return {
    id: inputs.OLD_USER_POOL_ID,
    name: inputs.OLD_USER_POOL_NAME,
    isProtected: DeletionProtection === 'ACTIVE',
    hasDomain: (Domain ?? CustomDomain) !== undefined,
    active: await readOptional(readActive(aws.old, inputs.OLD_USER_POOL_ID, oldClientName(inputs), now)),
  };
}

/** The app client of the function is left out: its sign-ins are moves. */
async function readActive(side: Side, id: string, own: string, now: number): Promise<OldPool['active']> {
  const clients = (await listClients(side.idp, id)).filter(({ name }) => name !== own);
  const ids = clients.map((client) => client.id);
  const attempts = await readAttempts(side, id, ids, { since: now - windowDays * 86_400_000, now });
  return clients
    .map((client) => ({ name: client.name, attempts: attempts.get(client.id)?.tries ?? 0 }))
    .filter((client) => client.attempts > 0);
}

function activeText({ active }: OldPool): string {
  const days = `in the last ${windowDays} days`;
  if (active === undefined) return `Check who signs in there ${days}: the metrics could not be read here.`;
  if (active.length === 0) return `Nobody signed in there ${days}, except through the function.`;
  const counts = active.map(({ name, attempts }) => `${name} (${number(attempts)} attempts)`);
  return `Apps still sign in there ${days}: ${counts.join(', ')}.`;
}

/** The checklist. A command of the AWS CLI for the protection would reset other settings, so there is none. */
export function checklistText(pool: OldPool, style: Style): string[] {
  const items = [
    activeText(pool),
    'Keep a list of its users. The file holds personal data:  cognito-migrate users --out users.csv',
    pool.isProtected
      ? 'Its deletion protection is on. Leave it on until then.'
      : 'Its deletion protection is off. Turn it on in the AWS console until then.',
    ...(pool.hasDomain ? ['It has a domain, which must be deleted first.'] : []),
  ];
  return [
    '',
    style.bold(`  Before you delete ${pool.name} (${pool.id})`),
    ...items.map((item, index) => `  ${index + 1}. ${item}`),
  ];
}
