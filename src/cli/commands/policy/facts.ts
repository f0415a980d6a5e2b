/**
 * Facts that determine the operator's policy, found with as few permissions as possible.
 * Most people who ask for it have no permissions yet. GetCallerIdentity needs none.
 */

import { parseArn, regionOfPool } from '../../../aws/arn.ts';
import { type Side, whoAmI } from '../../../aws/clients.ts';
import { isNamed } from '../../../aws/errors.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import { type PoolSnapshot, readPool, senderKeyOf } from '../../../aws/user-pool/index.ts';
import { objectAt, stringAt } from '../../../core/json.ts';
import { type Notice, unreadInto } from '../../../core/notice.ts';
import {
  type OperatorFacts,
  type PolicyTask,
  type PoolRequirements,
  policyTasks,
} from '../../../core/permission.ts';
import type { State } from '../../../core/state.ts';
import { has, type Vars } from '../../../core/variables/index.ts';
import { defaultName } from '../../../steps/names.ts';
import { takes } from '../../../steps/operator-policy.ts';
import { missing } from '../../inputs/missing.ts';
import { assertTwoPools } from '../../inputs/pool-ids.ts';
import { type Accounts, isHandedOver, oldAccess } from '../../session/access.ts';

const wanted = ['OLD_USER_POOL_ID', 'NEW_USER_POOL_ID', 'ROLE_PATH'] as const;

/** The configuration of a pool that cannot be read, and may require more permissions. */
export interface Lacking {
  readonly pool: 'old' | 'new';
  readonly id: string;
}

export interface FoundFacts {
  readonly facts: OperatorFacts;
  readonly notices: readonly Notice[];
  readonly lacking: readonly Lacking[];
}

/**
 * Throws UsageError for missing pool IDs.
 * Throws AWS's error if it cannot even determine the account.
 * @param tasks What the policy is for. Every task, if absent.
 */
export async function operatorFacts(
  values: Partial<Vars>,
  state: State | undefined,
  accounts: Accounts,
  tasks: readonly PolicyTask[] = policyTasks,
): Promise<FoundFacts> {
  if (!has(values, wanted)) throw missing(wanted.filter((name) => values[name] === undefined));
  assertTwoPools(values);
  const side = accounts.open()(regionOfPool(values.NEW_USER_POOL_ID));
  const caller = await whoAmI(side);
  const partition = parseArn(caller.arn).partition;
  const arnOf = (account: string, id: string): string =>
    `arn:${partition}:cognito-idp:${regionOfPool(id)}:${account}:userpool/${id}`;
  const oldAccount = await oldAccountOf(values, state, accounts, caller.account);
  const { requirements, ...unread } = await requirementsOf(values, accounts, tasks);
  const facts = {
    ...values,
    NAME: values.NAME ?? defaultName(values.NEW_USER_POOL_ID),
    NEW_USER_POOL_ARN: arnOf(caller.account, values.NEW_USER_POOL_ID),
    OLD_USER_POOL_ARN: arnOf(oldAccount, values.OLD_USER_POOL_ID),
    ...requirements,
  };
  return { facts, ...unread };
}

/**
 * The old account, from given ARNs, the state file, or the profile for it, in this order.
 * Otherwise, there is only one account.
 */
async function oldAccountOf(
  values: Partial<Vars> & Pick<Vars, 'OLD_USER_POOL_ID'>,
  state: State | undefined,
  accounts: Accounts,
  own: string,
): Promise<string> {
  const given =
    values.EXISTING_OLD_ROLE_ARN ?? values.OLD_ROLE_TO_ASSUME ?? state?.variables.OLD_USER_POOL_ARN;
  if (given !== undefined) return parseArn(given).account;
  if (values.OLD_PROFILE === undefined) return own;
  const side = accounts.open(oldAccess(values))(regionOfPool(values.OLD_USER_POOL_ID));
  return (await whoAmI(side)).account;
}

/**
 * The pool. Undefined if it cannot be read.
 * Throws if no pool has this ID, because the ID is mistyped.
 */
async function readIfPossible(side: Side, id: string, notices: Notice[]): Promise<PoolSnapshot | undefined> {
  const reading = readPool(side.idp, id).catch((error: unknown) => {
    if (!isNamed(error, 'ResourceNotFoundException')) throw error;
    return { missing: error };
  });
  const found = await readOptional<PoolSnapshot | { readonly missing: unknown }>(
    reading,
    unreadInto(notices)('pool-configuration', id),
  );
  if (found !== undefined && 'missing' in found) throw found.missing;
  return found;
}

/** The permissions that the pools' configuration requires. Continues if a pool is not readable yet. */
async function requirementsOf(
  values: Partial<Vars> & Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>,
  accounts: Accounts,
  tasks: readonly PolicyTask[],
): Promise<Omit<FoundFacts, 'facts'> & { readonly requirements: PoolRequirements }> {
  const notices: Notice[] = [];
  const { NEW_USER_POOL_ID, OLD_USER_POOL_ID } = values;
  const [newPool, oldPool] = await Promise.all([
    readIfPossible(accounts.open()(regionOfPool(NEW_USER_POOL_ID)), NEW_USER_POOL_ID, notices),
    isHandedOver(values)
      ? undefined
      : readIfPossible(
          accounts.open(oldAccess(values))(regionOfPool(OLD_USER_POOL_ID)),
          OLD_USER_POOL_ID,
          notices,
        ),
  ]);
  const lacking: Lacking[] = [];
  if (newPool === undefined && takes('new', tasks, 'kms:CreateGrant'))
    lacking.push({ pool: 'new', id: NEW_USER_POOL_ID });
  if (
    oldPool === undefined &&
    !isHandedOver(values) &&
    takes('old', tasks, 'lambda:GetFunctionConfiguration')
  )
    lacking.push({ pool: 'old', id: OLD_USER_POOL_ID });
  const sms = objectAt(newPool?.raw, 'SmsConfiguration');
  const smsRoleArn = stringAt(sms, 'SnsCallerArn') ?? stringAt(objectAt(sms, 'EumsSms'), 'CallerArn');
  const senderKeyArn = senderKeyOf(newPool?.raw);
  const oldTriggerArn = oldPool?.pool.LambdaConfig?.UserMigration;
  const requirements = {
    hasTags: newPool === undefined || Object.keys(newPool.pool.UserPoolTags ?? {}).length > 0,
    ...(smsRoleArn === undefined ? {} : { smsRoleArn }),
    ...(senderKeyArn === undefined ? {} : { senderKeyArn }),
    ...(oldTriggerArn === undefined ? {} : { oldTriggerArn }),
  };
  return { requirements, notices, lacking };
}
