/** One command's access to AWS, and what it finds out about both pools before anything is planned. */
import { randomBytes } from 'node:crypto';
import { parseArn, regionOfPool } from '../../aws/arn.ts';
import { type Aws, type Caller, type Side, whoAmI } from '../../aws/clients.ts';
import { poolNotFound, undefinedIfNotFound } from '../../aws/errors.ts';
import { type OwnFunction, readOwnFunction } from '../../aws/function/read.ts';
import { clientsWithRecord } from '../../aws/function/undo-tags.ts';
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

/** Refused before AWS is asked anything. */
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
  /** undefined: it is gone (never for init and plan, which refuse then). */
  readonly oldPool: PoolSnapshot | undefined;
  readonly newPool: PoolSnapshot | undefined;
  /** Which pools were looked for and are not there (never for init and plan). */
  readonly gone: readonly ('old' | 'new')[];
  readonly ownFunction: OwnFunction;
  /** What of the doctor's reading was begun together with this, if any was. */
  readonly early?: EarlyFacts;
}

/** The pool; undefined when it does not exist. */
function findPool(side: Side, id: string): Promise<PoolSnapshot | undefined> {
  return undefinedIfNotFound(readPool(side.idp, id), 'ResourceNotFoundException');
}

/**
 * The pool, or an error in terms of the flag that named it.
 * @param whereElse what to do about it, by the account that it is not in.
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

/** All that can be known without asking AWS. */
export type Settled = Partial<Vars> & PoolIds & Pick<Vars, DefaultedName>;

/** Values that nobody has given, from what the migration's function was told before. */
export type Recall = (own: OwnFunction, side: Side, name: string) => Promise<Partial<Vars>>;

/**
 * Reads both pools and the caller at the same time, and makes the inputs of all steps from them.
 * @param given with the old pool's ARN as the state file remembers it.
 * @param chosen names by ID of the app clients that take part; what it fails with is told only where both pools are there.
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
    // Without both pools nobody can say what the function should know about them.
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

/** The next run would not read the state file any more, and what this one had made would be hard to find. */
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

/** "You cannot use IAM credentials from one partition to interact with resources in a different partition" (AWS Fault Isolation Boundaries, "Partitions"). */
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

/** The old pool's ARN where the pool itself is not read: handed over, left, or gone. */
async function unreadArn(
  values: Settled,
  pools: Pools,
  side: Side,
  caller: Caller,
  known: string | undefined,
): Promise<string> {
  const { EXISTING_OLD_ROLE_ARN: role, OLD_USER_POOL_ID } = values;
  if (role !== undefined) return goneArn(OLD_USER_POOL_ID, { arn: role, account: parseArn(role).account });
  // Nothing that is taken down here depends on the number, only on that it is another account's.
  if (pools === 'old account is left')
    return goneArn(OLD_USER_POOL_ID, { arn: caller.arn, account: known ?? '' });
  return goneArn(OLD_USER_POOL_ID, wayIn(values) === undefined ? caller : await whoAmI(side));
}

/** The ARN that a pool had which is gone: what is left of the migration is found by it. */
function goneArn(userPoolId: string, { arn, account }: Caller): string {
  return `arn:${parseArn(arn).partition}:cognito-idp:${regionOfPool(userPoolId)}:${account}:userpool/${userPoolId}`;
}
