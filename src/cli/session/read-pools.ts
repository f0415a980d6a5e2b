/** Reads both pools for one command, before anything is planned. */
import { randomBytes } from 'node:crypto';
import { parseArn, regionOfPool } from '../../aws/arn.ts';
import { type Aws, type Caller, type Side, whoAmI } from '../../aws/clients.ts';
import { poolNotFound, undefinedIfNotFound } from '../../aws/errors.ts';
import { clientsWithRecord } from '../../aws/function/flow-records.ts';
import { type OwnFunction, readOwnFunction } from '../../aws/function/read.ts';
import { readHandlerZip } from '../../aws/function/zip.ts';
import { nearestPool } from '../../aws/near-pool.ts';
import { type PoolSnapshot, readPool } from '../../aws/user-pool/index.ts';
import { clientNames } from '../../aws/user-pool/list.ts';
import { AwsError, UsageError } from '../../core/errors.ts';
import { allOf } from '../../core/failed-together.ts';
import { printable } from '../../core/printable.ts';
import {
  type DefaultedName,
  flagOf,
  type Inputs,
  parseStored,
  type Vars,
} from '../../core/variables/index.ts';
import type { EarlyFacts } from '../../doctor/index.ts';
import { settingsFor } from '../../steps/handler-settings.ts';
import { defaultName } from '../../steps/names.ts';
import { assertOffered } from '../inputs/unsupported-regions.ts';
import type { Io } from '../terminal/io.ts';
import { type Accounts, isHandedOver, oldAccess } from './access.ts';
import { assertOwnName } from './assert-same-name.ts';
import { needsFips } from './fips.ts';
import { assertElsewhere, assertOldAccount, knownOldAccount, wayIn, whereElse } from './old-account.ts';
import { inOldAccount, type Pools } from './old-account-errors.ts';

type PoolIds = Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>;

/** Throws UsageError for one pool given twice or an unsupported Region, before any AWS call. */
export function assertTwoPools({ OLD_USER_POOL_ID, NEW_USER_POOL_ID }: PoolIds): void {
  for (const id of [OLD_USER_POOL_ID, NEW_USER_POOL_ID]) assertOffered(id);
  if (OLD_USER_POOL_ID !== NEW_USER_POOL_ID) return;
  throw new UsageError('The old and the new user pool are the same', {
    code: 'SAME_POOL',
    found: OLD_USER_POOL_ID,
    hint: [
      `${flagOf('OLD_USER_POOL_ID')} is the pool that users leave, ${flagOf('NEW_USER_POOL_ID')} the one they go to.`,
    ],
  });
}

export interface Discovered {
  readonly aws: Aws;
  readonly caller: Caller;
  readonly inputs: Inputs;
  /** Undefined if it is gone or not read. init and plan refuse a pool that is gone. */
  readonly oldPool: PoolSnapshot | undefined;
  readonly newPool: PoolSnapshot | undefined;
  /** Pools that were looked for and do not exist. Always empty for init and plan. */
  readonly gone: readonly ('old' | 'new')[];
  readonly ownFunction: OwnFunction;
  /** The doctor's reads that started together with this, if any. */
  readonly early?: EarlyFacts;
}

/** The pool. Undefined if it does not exist. */
function findPool(side: Side, id: string): Promise<PoolSnapshot | undefined> {
  return undefinedIfNotFound(readPool(side.idp, id), 'ResourceNotFoundException');
}

/**
 * The pool. If it does not exist, throws an error about the flag that named it.
 * @param whereElse hints, by the account that does not contain the pool.
 */
export async function requirePool(
  side: Side,
  id: string,
  flag: string | undefined,
  whereElse?: (account: string) => Promise<string[]>,
): Promise<PoolSnapshot> {
  const pool = await findPool(side, id);
  if (pool !== undefined) return pool;
  const [{ account }, near] = await Promise.all([whoAmI(side), nearestPool(side.idp, id)]);
  throw poolNotFound(id, flag ?? '', side.region, account, await whereElse?.(account), near);
}

/** All values that are known without calling AWS. */
export type Settled = Partial<Vars> & PoolIds & Pick<Vars, DefaultedName>;

/** Recovers values that nobody gave, from the earlier settings of the migration's function. */
export type Recall = (own: OwnFunction, side: Side, name: string) => Promise<Partial<Vars>>;

/**
 * Reads both pools and the caller at the same time, and builds the inputs of all steps.
 * @param given includes the old pool's ARN from the state file.
 * @param chosen names by ID of the participating app clients. Its failure counts only if both pools exist.
 */
export async function discover(
  given: Settled,
  { accounts, io, recall }: { readonly accounts: Accounts; readonly io: Io; readonly recall: Recall },
  pools: Pools,
  chosen: Promise<Readonly<Record<string, string>>>,
): Promise<Discovered> {
  chosen.catch(() => undefined);
  const { NEW_USER_POOL_ID, OLD_USER_POOL_ID } = given;
  const sides = {
    new: accounts.open()(regionOfPool(NEW_USER_POOL_ID)),
    old: accounts.open(oldAccess(given))(regionOfPool(OLD_USER_POOL_ID)),
  };
  const isUnseen = isHandedOver(given) || pools === 'old account is left';
  const NAME = given.NAME ?? defaultName(NEW_USER_POOL_ID);
  const readOwn = () => readOwnFunction(sides.new.lambda, NAME, given);
  const find = (
    side: Side,
    id: string,
    name: 'NEW_USER_POOL_ID' | 'OLD_USER_POOL_ID',
    elsewhere?: (account: string) => Promise<string[]>,
  ) => (pools === 'must exist' ? requirePool(side, id, flagOf(name), elsewhere) : findPool(side, id));
  const otherAccount = async (account: string): Promise<string[]> => {
    const [own, caller] = await Promise.all([readOwn(), whoAmI(sides.new)]);
    return whereElse(given, knownOldAccount(given.OLD_USER_POOL_ARN, own, caller.account), account);
  };
  const [caller, newPool, oldPool, handler, own] = await allOf([
    whoAmI(sides.new),
    find(sides.new, NEW_USER_POOL_ID, 'NEW_USER_POOL_ID'),
    isUnseen
      ? undefined
      : inOldAccount(given, pools, find(sides.old, OLD_USER_POOL_ID, 'OLD_USER_POOL_ID', otherAccount)),
    readHandlerZip(io.handlerZip),
    readOwn(),
  ]);
  if (pools === 'must exist') assertElsewhere(given, caller.account);
  const oldAccount = knownOldAccount(given.OLD_USER_POOL_ARN, own, caller.account);
  const gone: Discovered['gone'] = [
    ...(newPool === undefined ? (['new'] as const) : []),
    ...(oldPool === undefined && !isUnseen ? (['old'] as const) : []),
  ];
  const named = await chosen;
  const values: Settled = { ...given, ...(await recall(own, sides.new, NAME)) };
  const others = clientsWithRecord(own.tags).filter((id) => named[id] === undefined);
  const clients = { ...named, ...(await clientNames(sides.new.idp, NEW_USER_POOL_ID, others)) };
  const useFips = await needsFips(sides.old, own);
  const inputs: Inputs = {
    ...values,
    NAME,
    NEW_CLIENT_IDS: Object.keys(clients),
    NEW_CLIENT_NAMES: clients,
    NEW_USER_POOL_ARN: newPool?.pool.Arn ?? goneArn(NEW_USER_POOL_ID, caller),
    NEW_USER_POOL_NAME: printable(newPool?.pool.Name ?? NEW_USER_POOL_ID),
    OLD_USER_POOL_ARN: oldPool?.pool.Arn ?? (await unreadArn(values, pools, sides.old, caller, oldAccount)),
    OLD_USER_POOL_NAME: printable(oldPool?.pool.Name ?? OLD_USER_POOL_ID),
    OLD_USER_POOL_REGION: regionOfPool(OLD_USER_POOL_ID),
    // Without both pools, the settings of the function about them are unknown.
    SETTINGS:
      newPool === undefined || gone.length > 0
        ? ''
        : settingsFor(oldPool?.pool, newPool.pool, values, useFips),
    FRESH_EXTERNAL_ID: randomBytes(16).toString('hex'), // 128 bits
    UNDO_RECORDS: own.tags,
    CODE_SHA256: handler.sha256,
  };
  assertStorable(inputs);
  assertOnePartition(inputs);
  if (pools === 'may be gone' && !isUnseen)
    assertOldAccount(values, oldAccount, parseArn(inputs.OLD_USER_POOL_ARN).account);
  const aws = { ...sides, handler, clock: io.clock, signal: io.interrupt.signal };
  await assertOwnName(sides.new, inputs, newPool);
  return { aws, caller, inputs, oldPool, newPool, gone, ownFunction: own };
}

/**
 * Throws AwsError for an ARN that the next run could not read from the state file.
 * The resources of this run would then be hard to find.
 */
function assertStorable(inputs: Inputs): void {
  for (const [name, operation] of [
    ['NEW_USER_POOL_ARN', 'DescribeUserPool of the new pool'],
    ['OLD_USER_POOL_ARN', 'DescribeUserPool of the old pool'],
  ] as const) {
    const parsed = parseStored(name, inputs[name]);
    if (!('problem' in parsed)) continue;
    throw new AwsError(`${operation} answered with ${JSON.stringify(inputs[name])} for the ARN`, {
      code: 'AWS_ANSWER_UNREADABLE',
      expected: parsed.problem,
      found: inputs[name],
      hint: ['Nothing was changed. Check --endpoint-url: what answers there does not answer as AWS does.'],
    });
  }
}

/**
 * Throws UsageError for pools in two partitions.
 * "You cannot use IAM credentials from one partition to interact with resources in a different partition"
 * (AWS Fault Isolation Boundaries, "Partitions").
 */
function assertOnePartition({ OLD_USER_POOL_ARN, NEW_USER_POOL_ARN }: Inputs): void {
  const [from, to] = [parseArn(OLD_USER_POOL_ARN).partition, parseArn(NEW_USER_POOL_ARN).partition];
  if (from === to) return;
  throw new UsageError(`The old pool is in the partition ${from}, the new one in ${to}`, {
    code: 'TWO_PARTITIONS',
    expected: to,
    found: from,
    hint: ['No role of one partition can be assumed from another, so no function reaches both pools.'],
  });
}

/** The old pool's ARN if the pool itself is not read: handed over, left, or gone. */
async function unreadArn(
  values: Settled,
  pools: Pools,
  side: Side,
  caller: Caller,
  known: string | undefined,
): Promise<string> {
  const { EXISTING_OLD_ROLE_ARN: role, OLD_USER_POOL_ID } = values;
  if (role !== undefined) return goneArn(OLD_USER_POOL_ID, { arn: role, account: parseArn(role).account });
  // No removal here depends on the number, only on the fact that it belongs to another account.
  if (pools === 'old account is left')
    return goneArn(OLD_USER_POOL_ID, { arn: caller.arn, account: known ?? '' });
  return goneArn(OLD_USER_POOL_ID, wayIn(values) === undefined ? caller : await whoAmI(side));
}

/** The former ARN of a pool that is gone. The rest of the migration is found by it. */
function goneArn(userPoolId: string, { arn, account }: Caller): string {
  return `arn:${parseArn(arn).partition}:cognito-idp:${regionOfPool(userPoolId)}:${account}:userpool/${userPoolId}`;
}
