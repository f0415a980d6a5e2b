/** Reads both pools, from any given inputs. Asks for missing inputs if somebody can answer. */
import { regionOfPool } from '../../aws/arn.ts';
import { clientNames } from '../../aws/user-pool/list.ts';
import type { State } from '../../core/state.ts';
import { defaultedNames, has, type VarName, type Vars } from '../../core/variables/index.ts';
import { beginFacts, quick } from '../../doctor/index.ts';
import type { Beginning, Context } from '../context.ts';
import { assertStillFit, missing } from '../inputs/resolve.ts';
import { Accounts, accessOf, isHandedOver, lackingOutputs, oldAccess } from '../session/access.ts';
import { assertTwoPools, type Discovered, discover, type Recall } from '../session/read-pools.ts';
import { chooseClients } from '../wizard/clients.ts';
import type { Interview } from '../wizard/interview.ts';
import { askWayIn } from '../wizard/old-account.ts';
import { askPools } from '../wizard/pools.ts';
import { recall } from './recover-inputs.ts';

const poolNames = ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'] as const;

/**
 * init and plan also choose the participating app clients. Others take given or recorded ones.
 * `take down` reads like `read`. `leave` takes down without reading the old pool's account.
 */
export type Purpose = 'init' | 'plan' | 'doctor' | 'read' | 'take down' | 'leave';

/** Whether the command continues if a pool is gone or out of reach. */
const isLenient = (purpose: Purpose): boolean => ['read', 'take down', 'leave'].includes(purpose);
/** Whether the command asks before it writes, unless the operator already said yes. */
const asksForApproval = (purpose: Purpose): boolean => ['init', 'take down', 'leave'].includes(purpose);

export async function lookAround(
  { io, reporter }: Context,
  { resolved, prompts, state }: Beginning,
  purpose: Purpose,
): Promise<Discovered> {
  if (!isLenient(purpose)) assertStillFit(resolved);
  const { busy } = reporter;
  const accounts = new Accounts(accessOf(resolved.values, io, reporter.emit, prompts));
  const answered = prompts
    ? await ask(resolved.values, { accounts, prompts, busy }, purpose)
    : resolved.values;
  const values = { ...answered, ...remembered(answered, state) };
  const absent = lacking(values, purpose);
  if (absent.length > 0 || !has(values, [...poolNames, ...defaultedNames])) throw missing(absent);
  assertTwoPools(values);
  const { NEW_USER_POOL_ID, NEW_CLIENT_IDS } = values;
  const side = accounts.open()(regionOfPool(NEW_USER_POOL_ID));
  // The state file takes precedence, whatever somebody did to the function.
  const recalled: Recall = async (own, aws, name) =>
    state === undefined ? recall(own, aws, name, resolved.sources) : {};
  const reach = { accounts, io, recall: recalled };
  if (isLenient(purpose)) {
    const recorded = clientNames(side.idp, NEW_USER_POOL_ID, NEW_CLIENT_IDS);
    const pools = purpose === 'leave' ? 'old account is left' : 'may be gone';
    const what = purpose === 'leave' ? 'Reading the new pool' : 'Reading both pools';
    return busy(what, () => discover(values, reach, pools, recorded));
  }
  const chosen = chooseClients({
    side,
    values,
    source: resolved.sources.get('NEW_CLIENT_IDS'),
    prompts: purpose === 'doctor' ? undefined : prompts,
    reporter,
  });
  if (prompts !== undefined) await chosen; // while a question is open, nothing else may fail
  const reading = (): Promise<Discovered> =>
    busy('Reading both pools', () => discover(values, reach, 'must exist', chosen));
  if (purpose !== 'init' || values.DRY_RUN) return reading();
  const old = accounts.open(oldAccess(values))(regionOfPool(values.OLD_USER_POOL_ID));
  const ids = {
    old: isHandedOver(values) ? undefined : values.OLD_USER_POOL_ID,
    new: NEW_USER_POOL_ID,
  };
  const early = beginFacts({ new: side, old }, ids, quick);
  return { ...(await reading()), early };
}

/**
 * Asks for missing pools.
 * If the old pool was given and must exist, also asks for access to its account.
 */
async function ask(given: Partial<Vars>, interview: Interview, purpose: Purpose): Promise<Partial<Vars>> {
  const entered = isLenient(purpose) ? given : await askWayIn(given, interview);
  return askPools(entered, interview);
}

/** The old pool's ARN from the state file. It shows the account of a pool that is not found. */
function remembered({ OLD_USER_POOL_ID }: Partial<Vars>, state: State | undefined): Partial<Vars> {
  const { OLD_USER_POOL_ARN } = state?.variables ?? {};
  return OLD_USER_POOL_ARN?.endsWith(`/${OLD_USER_POOL_ID}`) ? { OLD_USER_POOL_ARN } : {};
}

/** All missing inputs if nobody can answer, including the approval of the plan. */
export function lacking(values: Partial<Vars>, purpose: Purpose): VarName[] {
  const inputs = [...poolNames.filter((name) => values[name] === undefined), ...lackingOutputs(values)];
  const needsApproval = asksForApproval(purpose) && !values.YES && !values.DRY_RUN;
  return needsApproval && inputs.length > 0 ? [...inputs, 'YES'] : inputs;
}
