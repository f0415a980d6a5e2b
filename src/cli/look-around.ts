/** From whatever was given to both pools, read: asks for what is missing where somebody is there to answer. */
import { regionOfPool } from '../aws/arn.ts';
import { defaultedNames, has, type VarName, type Vars } from '../core/variables.ts';
import { Accounts, accessOf, lackingOutputs } from './access.ts';
import { askPools } from './ask-pools.ts';
import type { Beginning, Context } from './begin.ts';
import { chooseClients } from './choose-clients.ts';
import { missing } from './resolve.ts';
import { assertTwoPools, type Discovered, discover } from './session.ts';

const poolNames = ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'] as const;

/**
 * init and plan also settle which app clients take part; the other commands take what is given or recorded. `leave` does not look
 * into the old pool's account at all.
 */
export type Purpose = 'init' | 'plan' | 'doctor' | 'read' | 'leave';

export async function lookAround(
  { io, reporter }: Context,
  { resolved, prompts, state }: Beginning,
  purpose: Purpose,
): Promise<Discovered> {
  const accounts = new Accounts(accessOf(resolved.values, io, reporter.emit, prompts));
  const values = prompts ? await askPools(resolved.values, accounts, prompts) : resolved.values;
  const absent = lacking(values, purpose);
  if (absent.length > 0 || !has(values, [...poolNames, ...defaultedNames])) throw missing(absent);
  assertTwoPools(values);
  if (purpose === 'leave') {
    const known = state?.variables.OLD_USER_POOL_ARN;
    const remembered = known === undefined ? {} : { OLD_USER_POOL_ARN: known };
    return discover({ ...values, ...remembered }, accounts, io, 'old account is left');
  }
  if (purpose === 'read') return discover(values, accounts, io, 'may be gone');
  const NEW_CLIENT_IDS = await chooseClients({
    side: accounts.open()(regionOfPool(values.NEW_USER_POOL_ID)),
    values,
    source: resolved.sources.get('NEW_CLIENT_IDS'),
    prompts: purpose === 'doctor' ? undefined : prompts,
    emit: reporter.emit,
  });
  return discover({ ...values, NEW_CLIENT_IDS }, accounts, io, 'must exist');
}

/** Everything that has to be given where nobody can be asked: the plan's approval too. */
function lacking(values: Partial<Vars>, purpose: Purpose): VarName[] {
  const inputs = [...poolNames.filter((name) => values[name] === undefined), ...lackingOutputs(values)];
  const needsApproval = purpose === 'init' && !values.YES && !values.DRY_RUN;
  return needsApproval && inputs.length > 0 ? [...inputs, 'YES'] : inputs;
}
