/** From whatever was given to both pools, read: asks for what is missing where somebody is there to answer. */
import { regionOfPool } from '../aws/arn.ts';
import { defaultedNames, has, type VarName, type Vars } from '../core/variables.ts';
import { Accounts, accessOf } from './access.ts';
import { askPools } from './ask-pools.ts';
import type { Beginning, Context } from './begin.ts';
import { chooseClients } from './choose-clients.ts';
import { missing } from './resolve.ts';
import { assertTwoPools, type Discovered, discover } from './session.ts';

const poolNames = ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'] as const;

/** init and plan also settle which app clients take part; the other commands take what is recorded. */
export type Purpose = 'init' | 'plan' | 'read';

export async function lookAround(
  { io, reporter }: Context,
  { resolved, prompts }: Beginning,
  purpose: Purpose,
): Promise<Discovered> {
  const accounts = new Accounts(accessOf(resolved.values, io, reporter.emit, prompts));
  const values = prompts ? await askPools(resolved.values, accounts, prompts) : resolved.values;
  if (!has(values, [...poolNames, ...defaultedNames])) throw missing(lacking(values, purpose));
  assertTwoPools(values);
  const NEW_CLIENT_IDS =
    purpose === 'read'
      ? values.NEW_CLIENT_IDS
      : await chooseClients({
          side: accounts.open()(regionOfPool(values.NEW_USER_POOL_ID)),
          values,
          source: resolved.sources.get('NEW_CLIENT_IDS'),
          prompts,
          emit: reporter.emit,
        });
  return discover(
    { ...values, NEW_CLIENT_IDS },
    accounts,
    io,
    purpose === 'read' ? 'may be gone' : 'must exist',
  );
}

/** Everything that has to be given where nobody can be asked: the plan's approval too. */
function lacking(values: Partial<Vars>, purpose: Purpose): VarName[] {
  const pools = poolNames.filter((name) => values[name] === undefined);
  const needsApproval = purpose === 'init' && !values.YES && !values.DRY_RUN;
  return needsApproval ? [...pools, 'YES'] : pools;
}
