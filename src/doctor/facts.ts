/** All facts for the doctor. It reads them once and judges later choices without reading again. */

import type { UserImportJobType } from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import type { Aws, Side } from '../aws/clients.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { readOptional } from '../aws/optional-read.ts';
import { listGroups, mostGroups, type PoolGroups } from '../aws/user-pool/groups.ts';
import { type PoolSnapshot, runningImportJobs } from '../aws/user-pool/index.ts';
import { type ProviderMapping, providerMappings } from '../aws/user-pool/list.ts';
import { type ClientSnapshot, clientPages, readClient } from '../aws/user-pool-client/index.ts';
import { eachUser, sampleUsers, type UserSample } from '../aws/user-sample.ts';
import { type Notice, unreadInto } from '../core/notice.ts';
import { Prefetched } from '../core/prefetch.ts';
import type { AfterMove, Settings } from '../lambda/settings.ts';
import { type Comparison, compareNamesOf, countFindable, type Findable } from './addresses.ts';
import type { SharedNames } from './shared-names.ts';

export interface Pools {
  /** Undefined if its account cannot be read. */
  readonly oldPool: PoolSnapshot | undefined;
  readonly newPool: PoolSnapshot;
  /** What the function does after a move at the moment. Undefined: nothing, or there is no function. */
  readonly afterMove?: AfterMove | undefined;
}

export interface Facts extends Pools {
  /** Undefined if they cannot be listed. */
  readonly sample: UserSample | undefined;
  /**
   * Usernames compared with addresses of others, in the whole old pool.
   * Undefined if not requested or not readable.
   */
  readonly names: Comparison | undefined;
  /** Users of the whole old pool by the address of `--find-by`. Undefined if not requested or not readable. */
  readonly findable: Findable | undefined;
  /** App clients of the old pool. Undefined if unreadable, or if neither pool has custom attributes. */
  readonly oldClients: readonly ClientSnapshot['client'][] | undefined;
  /** Whether `oldClients` are all of its app clients. */
  readonly areAllOldClients: boolean;
  /**
   * Identity providers of the new pool. Undefined if they cannot be read.
   * Not read if none could write an old sub.
   */
  readonly providers: readonly ProviderMapping[] | undefined;
  /** Identity providers of the old pool. Undefined if they cannot be read. Read only for `--move-once mark`. */
  readonly oldProviders: readonly ProviderMapping[] | undefined;
  /** App clients of the new pool. */
  readonly clients: readonly ClientSnapshot['client'][];
  /** Whether `clients` are all of its app clients. */
  readonly areAllClients: boolean;
  readonly importJobs: readonly UserImportJobType[];
  /** Undefined if they cannot be read. */
  readonly oldGroups: PoolGroups | undefined;
  /** Undefined if they cannot be read. */
  readonly newGroups: PoolGroups | undefined;
  /** Whether the function on the old pool's own migration trigger takes users from the new pool. */
  readonly oldTriggerNamesNewPool: boolean | undefined;
  /** By other old pool. Absent unless this migration is in a chain. */
  readonly sharedNames?: readonly SharedNames[];
  /** Failed reads. */
  readonly notices: readonly Notice[];
}

/** The amount to read. */
export interface Depth {
  readonly users: number;
  readonly clients: number;
  /** Groups of each pool. */
  readonly groups: number;
  /** Whether to compare all names of the old pool, however many there are (CM116). */
  readonly names?: () => Promise<boolean>;
  /** The settings of `--find-by`, and whether to count all users that it finds, however many there are (CM117). */
  readonly findable?: { readonly rule: Rule; readonly isNeeded: () => Promise<boolean> };
  /** Whether the old users get marks (`--move-once mark`). Then the doctor looks for others who can write them. */
  readonly marks?: boolean;
  /** Receives the number of users read so far. */
  readonly onCompared?: (users: number) => void;
  /** Receives the number of app clients of a pool read so far. */
  readonly onClients?: (read: number, all: number) => void;
}

/** For `doctor`, which the operator asked for. */
export const thorough: Depth = { users: 1000, clients: 1000, groups: mostGroups };
/** For init: two pages of users, while it makes the plan. */
export const quick: Depth = { users: 120, clients: 60, groups: 60 };

/** Facts that require only the pools' IDs. Their reads may start while the pools themselves are read. */
type FactsByIds = Pick<
  Facts,
  'sample' | 'clients' | 'areAllClients' | 'importJobs' | 'oldGroups' | 'newGroups' | 'notices'
>;
export type PrefetchedFacts = Prefetched<FactsByIds>;

/** @param ids IDs of the two pools. No old one if its account cannot be read. */
export const prefetchFacts = (
  aws: Pick<Aws, 'new' | 'old'>,
  ids: { readonly old: string | undefined; readonly new: string },
  depth: Depth,
): PrefetchedFacts =>
  new Prefetched<FactsByIds>(
    async () => {
      const notices: Notice[] = [];
      const unread = unreadInto(notices);
      const [sample, clients, importJobs = [], oldGroups, newGroups] = await Promise.all([
        ids.old === undefined
          ? undefined
          : readOptional(sampleUsers(aws.old.idp, ids.old, depth.users), unread('old-users')),
        readNewClients(aws.new, ids.new, depth, unread),
        // Optional, because the update itself would report a running job.
        readOptional(runningImportJobs(aws.new.idp, ids.new), unread('import-jobs')),
        ids.old === undefined
          ? undefined
          : readOptional(listGroups(aws.old.idp, ids.old, depth.groups), unread('old-groups')),
        readOptional(listGroups(aws.new.idp, ids.new, depth.groups), unread('new-groups')),
      ]);
      return { sample, ...clients, importJobs, oldGroups, newGroups, notices };
    },
    { maxAgeMs: Number.POSITIVE_INFINITY },
  );

/**
 * Reads facts that are not in the descriptions of both pools.
 * Never writes. Facts that cannot be read count as unknown.
 */
export async function readFacts(
  aws: Aws,
  pools: Pools,
  depth: Depth,
  prefetched: PrefetchedFacts = prefetchFacts(
    aws,
    { old: pools.oldPool?.pool.Id, new: pools.newPool.pool.Id ?? '' },
    depth,
  ),
): Promise<Facts> {
  const { oldPool, newPool } = pools;
  const notices: Notice[] = [];
  const unread = unreadInto(notices);
  const trigger = oldPool?.pool.LambdaConfig?.UserMigration;
  const oldId = oldPool?.pool.Id ?? '';
  const [read, { names, findable }, ofOldPool, providers, oldProviders, oldTriggerNamesNewPool] =
    await Promise.all([
      prefetched.value(),
      oldPool === undefined ? noUsers : readAllUsers(aws, oldId, depth, unread),
      oldPool !== undefined && (depth.marks || [oldPool, newPool].some(hasCustom))
        ? readOptional(readClients(aws.old, oldId, depth), unread('old-clients'))
        : undefined,
      readProviders(aws.new, newPool, unread),
      oldPool !== undefined && depth.marks
        ? readOptional(providerMappings(aws.old.idp, oldId), unread('old-providers'))
        : undefined,
      trigger === undefined
        ? undefined
        : readOptional(namesPool(aws.old.lambda, trigger, newPool.pool.Id ?? ''), unread('old-trigger')),
    ]);
  return {
    ...pools,
    ...read,
    names,
    findable,
    oldClients: ofOldPool?.found,
    areAllOldClients: ofOldPool?.areAll ?? false,
    providers,
    oldProviders,
    oldTriggerNamesNewPool,
    notices: [...read.notices, ...notices],
  };
}

/** One after the other, because both share one quota. */
async function readAllUsers(
  aws: Pick<Aws, 'old' | 'clock' | 'signal'>,
  id: string,
  { names, findable, onCompared }: Depth,
  unread: OnUnread,
): Promise<AllUsers> {
  const read = <T>(reading: Promise<T>) => readOptional(reading, unread('all-old-users'));
  const compared = (await names?.()) ? await read(compareNamesOf(aws.old, id, aws, onCompared)) : undefined;
  const counted =
    findable !== undefined && (await findable.isNeeded())
      ? await read(countFindable(eachUser(aws.old.idp, id, aws), findable.rule, onCompared))
      : undefined;
  return { names: compared, findable: counted };
}

/**
 * The facts with the count of users whom the function of these settings would find. For a choice after the read.
 * @param onCompared receives the number of users read so far.
 */
export async function withFindable(
  aws: Pick<Aws, 'old' | 'clock' | 'signal'>,
  facts: Facts,
  { findBy, newPool }: Settings,
  onCompared: (users: number) => void,
): Promise<Facts> {
  const id = facts.oldPool?.pool.Id;
  if (id === undefined || findBy === undefined) return facts;
  const isNeeded = () => Promise.resolve(true);
  const notices: Notice[] = [];
  const depth = { ...quick, findable: { rule: { findBy, newPool }, isNeeded }, onCompared };
  const { findable } = await readAllUsers(aws, id, depth, unreadInto(notices));
  return { ...facts, findable, notices: [...facts.notices, ...notices] };
}

/** Nothing is known of the users of a pool that cannot be read. */
const noUsers: AllUsers = { names: undefined, findable: undefined };

type AllUsers = Pick<Facts, 'names' | 'findable'>;
type Rule = Parameters<typeof countFindable>[1];

/** Reads the possible writers of attributes of the new pool's users. */
export async function readWriters(
  side: Side,
  newPool: PoolSnapshot,
  depth: Depth,
  unread: OnUnread,
): Promise<Pick<Facts, 'clients' | 'areAllClients' | 'providers' | 'newPool'>> {
  const [clients, providers] = await Promise.all([
    readNewClients(side, newPool.pool.Id ?? '', depth, unread),
    readProviders(side, newPool, unread),
  ]);
  return { ...clients, providers, newPool };
}

type OnUnread = ReturnType<typeof unreadInto>;

async function readNewClients(
  side: Side,
  id: string,
  depth: Depth,
  unread: OnUnread,
): Promise<Pick<Facts, 'clients' | 'areAllClients'>> {
  const reading = readClients(side, id, depth);
  const read = await readOptional(reading, unread('new-clients'));
  return { clients: read?.found ?? [], areAllClients: read?.areAll ?? false };
}

async function readProviders(
  { idp }: Side,
  newPool: PoolSnapshot,
  unread: OnUnread,
): Promise<Facts['providers']> {
  if (!canKeepSub(newPool)) return [];
  const reading = providerMappings(idp, newPool.pool.Id ?? '');
  return readOptional(reading, unread('providers'));
}

/** Whether the pool can keep the old sub. Only an immutable attribute can hold it. */
const canKeepSub = ({ pool }: PoolSnapshot): boolean =>
  (pool.SchemaAttributes ?? []).some(
    ({ Name, Mutable }) => Name?.startsWith('custom:') === true && Mutable === false,
  );

const hasCustom = ({ pool }: PoolSnapshot): boolean =>
  (pool.SchemaAttributes ?? []).some(({ Name }) => Name?.startsWith('custom:'));

async function readClients(
  { idp }: Side,
  UserPoolId: string,
  { clients: most, onClients }: Depth,
): Promise<{ found: ClientSnapshot['client'][]; areAll: boolean }> {
  const ids: string[] = [];
  for await (const page of clientPages(idp, UserPoolId)) {
    ids.push(...page.map(({ id }) => id));
    if (ids.length > most) break;
  }
  const chosen = ids.slice(0, most);
  let read = 0;
  const found = await Promise.all(
    chosen.map(async (id) => {
      const reading = readClient(idp, UserPoolId, id, chosen.length);
      const snapshot = await undefinedIfNotFound(reading, 'ResourceNotFoundException');
      read += 1;
      onClients?.(read, chosen.length);
      return snapshot;
    }),
  );
  return {
    found: found.flatMap((snapshot) => (snapshot === undefined ? [] : [snapshot.client])),
    areAll: ids.length <= most,
  };
}

/**
 * Whether the function's environment names the user pool. Undefined if unknown.
 * The function's code may get the pool in another way, so "no" proves nothing.
 */
async function namesPool(
  lambda: LambdaClient,
  functionArn: string,
  userPoolId: string,
): Promise<boolean | undefined> {
  const found = await undefinedIfNotFound(
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionArn })),
    'ResourceNotFoundException',
    'AccessDeniedException',
  );
  if (found === undefined) return undefined;
  return Object.values(found.Environment?.Variables ?? {}).some((value) => value.includes(userPoolId));
}
