/** Settles the inputs of a migration after all questions, and reports all missing ones at once. */
import { parseArn, regionOfPool } from '../../aws/arn.ts';
import { UsageError } from '../../core/errors.ts';
import type { State } from '../../core/state.ts';
import { defaultedNames, flagOf, has, type VarName, type Vars } from '../../core/variables/index.ts';
import { defaultName } from '../../steps/names.ts';
import type { Given } from '../inputs/load-inputs.ts';
import { type LackingFlag, missing } from '../inputs/missing.ts';
import { assertTwoPools } from '../inputs/pool-ids.ts';
import { lackingOutputs } from '../session/access.ts';
import type { KnownInputs } from '../session/read-pools.ts';

const poolNames = ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID'] as const;

/**
 * init and plan also choose the participating app clients. Others take given or recorded ones.
 * `take down` reads like `read`. `leave` takes down without reading the old pool's account.
 */
export type Purpose = 'init' | 'plan' | 'doctor' | 'read' | 'take down' | 'leave';

/** Whether the command asks before it writes, unless the operator already said yes. */
const asksForApproval = (purpose: Purpose): boolean => ['init', 'take down', 'leave'].includes(purpose);

/** Whether AWS shows the rest of a migration that exists. The other commands may work on one that does not exist. */
export const isNewPoolEnough = (purpose: Purpose): boolean =>
  ['read', 'take down', 'leave'].includes(purpose);

/**
 * The values that every migration needs, with its name and, from the state file, the old pool's ARN.
 * Throws UsageError for missing values, and for two pools that cannot be a pair.
 */
export function settleInputs(
  answers: Partial<Vars>,
  state: State | undefined,
  purpose: Purpose,
): KnownInputs {
  const { OLD_USER_POOL_ARN: arn } = state?.variables ?? {};
  // The ARN shows the account of a pool that is not found.
  const isSamePool = arn?.endsWith(`/${answers.OLD_USER_POOL_ID}`);
  const values = { ...answers, ...(isSamePool ? { OLD_USER_POOL_ARN: arn } : {}) };
  const absent = lacking(values, purpose);
  if (absent.length > 0 || !has(values, [...poolNames, ...defaultedNames])) throw missing(absent);
  assertTwoPools(values);
  assertTopicHere(values);
  return { ...values, NAME: values.NAME ?? defaultName(values.NEW_USER_POOL_ID) };
}

/** Throws UsageError for a topic of another Region. CloudWatch refuses it only after other resources exist. */
function assertTopicHere({ ALARMS, NEW_USER_POOL_ID }: Pick<Vars, 'NEW_USER_POOL_ID'> & Partial<Vars>): void {
  const region = regionOfPool(NEW_USER_POOL_ID);
  const topicRegion = parseArn(ALARMS ?? '').region;
  if (topicRegion === '' || topicRegion === region) return;
  throw new UsageError(`${flagOf('ALARMS')}: alarms in ${region} cannot notify a topic in ${topicRegion}`, {
    code: 'BAD_INPUT',
    expected: region,
    found: ALARMS,
    hint: [
      `${flagOf('ALARMS')} ARN  takes an SNS topic in ${region}. Without an ARN, the alarms notify nobody.`,
    ],
  });
}

/** All missing inputs if nobody can answer, including the approval of the plan. */
function lacking(values: Partial<Vars>, purpose: Purpose): VarName[] {
  const needed = isNewPoolEnough(purpose) ? poolNames.slice(-1) : poolNames;
  const pools = needed.filter((name) => values[name] === undefined);
  const inputs = [...pools, ...lackingOutputs(values)];
  const needsApproval = asksForApproval(purpose) && !values.YES && !values.DRY_RUN;
  return needsApproval && inputs.length > 0 ? [...inputs, 'YES'] : inputs;
}

/**
 * The error for flags of a command that nobody gave or can be asked for.
 * It includes all missing inputs of the migration. Separate errors would cost a run each.
 */
export const missingWith = (
  flags: readonly LackingFlag[],
  { resolved, prompts }: Pick<Given, 'resolved' | 'prompts'>,
  purpose: Purpose,
): UsageError => missing(prompts === undefined ? lacking(resolved.values, purpose) : [], flags);
