/** Reads a migration: both pools, and the inputs that everything else works with. */
import { randomBytes } from 'node:crypto';
import { parseArn, regionOfPool, userPoolArn } from '../../aws/arn.ts';
import type { Aws, Side } from '../../aws/clients.ts';
import type { Clock } from '../../aws/clock.ts';
import { isNamed } from '../../aws/errors.ts';
import { clientsWithRecord } from '../../aws/function/flow-records.ts';
import { readUndoRecords } from '../../aws/function/undo-tags.ts';
import { ownerOf } from '../../aws/ownership.ts';
import { listGroups, mostGroups } from '../../aws/user-pool/groups.ts';
import type { PoolSnapshot } from '../../aws/user-pool/index.ts';
import { clientNames } from '../../aws/user-pool-client/list.ts';
import { AwsError, PermissionError, UsageError } from '../../core/errors.ts';
import type { Plan } from '../../core/plan.ts';
import { printable } from '../../core/printable.ts';
import type { State } from '../../core/state.ts';
import { flagOf, type Inputs, parseStored, type VarName } from '../../core/variables/index.ts';
import type { PrefetchedFacts } from '../../doctor/index.ts';
import { currentGroups, groupPlanFor, leftoverGroups, madeGroups } from '../../steps/group-plan.ts';
import { settingsFor } from '../../steps/handler-settings.ts';
import type { StepId } from '../../steps/ids.ts';
import { madeMarks } from '../../steps/moved-marks.ts';
import { heldSlots } from '../../steps/trigger-slots.ts';
import type { Configured } from '../inputs/load-inputs.ts';
import { isGivenNow, type Source } from '../inputs/resolve.ts';
import { isHandedOver, type Sides } from '../session/access.ts';
import { needsFips } from '../session/fips.ts';
import { type Expected, locateOldPool } from '../session/old-account.ts';
import { readOwnResources } from '../session/own-resources.ts';
import { type KnownInputs, type Pools, readPools } from '../session/read-pools.ts';
import { type FoundChain, findChain } from './chain.ts';
import { assertChainFits } from './chain-fits.ts';
import { alarmsBeside, liveGroups, marksNow, recoverInputs } from './recover-inputs.ts';

/** A migration as found. Holds everything that a command knows before it plans. */
export interface Migration extends Omit<Pools, 'handler'> {
  readonly aws: Aws;
  readonly inputs: Inputs;
  /** The path of the state file. */
  readonly file: string;
  /** The state file. Undefined if there is none. */
  readonly state: State | undefined;
  /** The values that come from a config file, if there is one. */
  readonly configured?: Configured | undefined;
  /** Other migrations into the same pool, in one chain with this one. Undefined if there is none. */
  readonly chain?: FoundChain | undefined;
  /** The doctor's reads that started together with this, if any. */
  readonly prefetchedFacts?: PrefetchedFacts | undefined;
}

/** A migration and its plan. */
export interface PlannedMigration extends Migration {
  readonly planned: Plan<StepId>;
}

export interface Reading {
  /** Includes the old pool's ARN from the state file. */
  readonly values: KnownInputs;
  readonly sources: ReadonlyMap<VarName, Source>;
  readonly file: string;
  readonly state: State | undefined;
  readonly sides: Sides;
  readonly expected: Expected;
  /** Names by ID of the participating app clients. Its failure counts only if both pools exist. */
  readonly chosen: Promise<Readonly<Record<string, string>>>;
  readonly handlerZip: URL;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/** Reads both pools and the caller at the same time, and builds the inputs of all steps. */
export async function readMigration(reading: Reading): Promise<Migration> {
  const { sides, expected, state, file, chosen } = reading;
  const canSeeOldPool = !isHandedOver(reading.values) && expected !== 'old account is left';
  const pools = await readPools(reading.values, sides, expected, canSeeOldPool, reading.handlerZip);
  const { caller, newPool, oldPool, gone, handler, ownFunction } = pools;
  const OLD_USER_POOL_ARN = await locateOldPool(reading.values, pools, expected, sides.old);
  const named = await chosen;
  // The state file takes precedence over the function, even if others changed the function.
  const isRecovering = state === undefined && ownFunction.variables !== undefined;
  const { NAME } = reading.values;
  const resources = isRecovering ? await readOwnResources(sides.new, NAME) : undefined;
  const recovered = resources && recoverInputs(ownFunction, resources, NAME, reading.sources);
  const beside = state && alarmsBeside(ownFunction, state, reading.sources);
  const values: KnownInputs = { ...reading.values, ...recovered, ...beside };
  const { NEW_USER_POOL_ID, OLD_USER_POOL_ID } = values;
  const others = clientsWithRecord(ownFunction.tags).filter((id) => named[id] === undefined);
  const clients = { ...named, ...(await clientNames(sides.new.idp, NEW_USER_POOL_ID, others)) };
  const useFips = await needsFips(sides.old, ownFunction);
  const areThere = newPool !== undefined && gone.length === 0;
  const NEW_USER_POOL_ARN = newPool?.pool.Arn ?? userPoolArn(NEW_USER_POOL_ID, caller);
  const GROUP_PLAN = await planGroups(
    { ...values, NEW_USER_POOL_ARN },
    { state, ownFunction, sides, areThere, canSeeOldPool, expected },
  );
  const chain = await chainOf(values, reading, pools, NEW_USER_POOL_ARN);
  const chained = chain && { CHAIN_LINKS: chain.links };
  const inputs: Inputs = {
    ...values,
    ...chained,
    ...(GROUP_PLAN && { GROUP_PLAN }),
    ...((madeMarks(state) || marksNow(ownFunction)) && { OWN_MARKS: true }),
    HELD_SLOTS: heldSlots(newPool?.pool, NAME),
    NEW_CLIENT_IDS: Object.keys(clients),
    NEW_CLIENT_NAMES: clients,
    NEW_USER_POOL_ARN,
    NEW_USER_POOL_NAME: printable(newPool?.pool.Name ?? NEW_USER_POOL_ID),
    OLD_USER_POOL_ARN,
    OLD_USER_POOL_NAME: printable(oldPool?.pool.Name ?? OLD_USER_POOL_ID),
    OLD_USER_POOL_REGION: regionOfPool(OLD_USER_POOL_ID),
    // Without both pools, the settings of the function about them are unknown.
    SETTINGS: areThere
      ? settingsFor(
          oldPool?.pool,
          newPool.pool,
          { ...values, ...chained, ...(GROUP_PLAN && { GROUP_PLAN }) },
          useFips,
        )
      : '',
    FRESH_EXTERNAL_ID: randomBytes(16).toString('hex'), // 128 bits
    UNDO_RECORDS: ownFunction.tags,
    CODE_SHA256: handler.sha256,
  };
  assertStorable(inputs);
  assertOnePartition(inputs);
  await assertOwnName(sides.new, inputs, newPool);
  const aws = { ...sides, handler, clock: reading.clock, signal: reading.signal };
  return { aws, caller, inputs, oldPool, newPool, gone, ownFunction, file, state, chain };
}

/** Other migrations into the same pool. Throws UsageError for a chain that this run asks for and that cannot work. */
async function chainOf(
  values: KnownInputs,
  { sides, sources, state, expected }: Reading,
  { newPool, ownFunction }: Pools,
  NEW_USER_POOL_ARN: string,
): Promise<FoundChain | undefined> {
  const ids = { ...values, NEW_USER_POOL_ARN };
  const trigger = newPool?.pool.LambdaConfig?.UserMigration;
  const builds = expected === 'must exist';
  const found = await findChain(sides.new.lambda, {
    ...{ ids, trigger, ownFunction, state, builds },
    wish: values.CHAIN,
  });
  const isAsked = values.CHAIN === true && trigger === undefined && isGivenNow(sources.get('CHAIN'));
  if (builds) assertChainFits(found, ids, isAsked);
  return found;
}

/** The groups to copy and to create. Reads groups only if some are copied and both pools exist. */
async function planGroups(
  {
    GROUPS: wish,
    GROUP_ROLES: roles,
    OLD_USER_POOL_ID,
    NEW_USER_POOL_ID,
    NEW_USER_POOL_ARN: newPoolArn,
  }: KnownInputs & Pick<Inputs, 'NEW_USER_POOL_ARN'>,
  found: Pick<Reading, 'state' | 'sides' | 'expected'> &
    Pick<Pools, 'ownFunction'> & { readonly areThere: boolean; readonly canSeeOldPool: boolean },
): Promise<Inputs['GROUP_PLAN']> {
  const { state, sides, ownFunction, areThere, canSeeOldPool } = found;
  const made = madeGroups(state);
  if (wish === undefined || !areThere) return leftoverGroups(made);
  const [oldGroups, newGroups] = await Promise.all([
    canSeeOldPool ? listGroups(sides.old.idp, OLD_USER_POOL_ID, mostGroups) : undefined,
    listGroups(sides.new.idp, NEW_USER_POOL_ID, mostGroups),
  ]);
  const live = liveGroups(ownFunction);
  const facts = { wish, roles, newPoolArn, oldGroups, newGroups, made, live };
  return found.expected === 'must exist' ? groupPlanFor(facts) : currentGroups(facts);
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
      hint: ['Nothing was changed. Check --endpoint-url: the endpoint does not answer as AWS does.'],
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

/**
 * Throws UsageError if the trigger's function belongs to this migration under another name.
 * Half of the migration would still be found.
 * A teardown would then remove the app client of a function that is in use.
 */
async function assertOwnName(
  { lambda }: Pick<Side, 'lambda'>,
  inputs: Inputs,
  newPool: PoolSnapshot | undefined,
): Promise<void> {
  const trigger = newPool?.pool.LambdaConfig?.UserMigration;
  const [, name] = parseArn(trigger ?? '').resource.split(':');
  if (trigger === undefined || name === undefined || name === inputs.NAME) return;
  const tags = await readUndoRecords(lambda, trigger).catch((error: unknown) => {
    // It may be foreign, in another account, or not readable for this operator.
    if (error instanceof PermissionError || isNamed(error, 'AccessDeniedException')) return undefined;
    throw error;
  });
  if (ownerOf(tags, inputs).ownership !== 'ours') return;
  throw new UsageError(`This migration has the name ${name}, not ${inputs.NAME}`, {
    code: 'OTHER_NAME',
    expected: name,
    found: inputs.NAME,
    hint: [
      `${flagOf('NAME')} ${name}  works on it; give the same ${flagOf('ROLE_PATH')} too, if there was one.`,
    ],
  });
}
