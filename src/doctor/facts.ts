/** All that the doctor looks at. It is read once; what the person chooses afterwards is judged without reading again. */
import {
  paginateListUserPoolClients,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Aws, Side } from '../aws/clients.ts';
import { undefinedIfNotFound } from '../aws/errors.ts';
import { type ProviderMapping, providerMappings } from '../aws/identity-providers.ts';
import { readOptional } from '../aws/optional-read.ts';
import { namesPool } from '../aws/trigger-source.ts';
import { type PoolSnapshot, runningImportJobs } from '../aws/user-pool/index.ts';
import { type ClientSnapshot, readClient } from '../aws/user-pool-client/index.ts';
import { sampleUsers, type UserSample } from '../aws/user-sample.ts';
import { type Comparison, compareNamesOf } from './addresses.ts';

export interface Pools {
  /** undefined: its account may not be looked into. */
  readonly oldPool: PoolSnapshot | undefined;
  readonly newPool: PoolSnapshot;
}

export interface Facts extends Pools {
  /** undefined: they may not be listed. */
  readonly sample: UserSample | undefined;
  /** Usernames beside addresses of others, in the whole old pool; undefined: not asked for, or not readable. */
  readonly names: Comparison | undefined;
  /** App clients of the old pool; undefined: they cannot be read, or neither pool has custom attributes. */
  readonly oldClients: readonly ClientSnapshot['client'][] | undefined;
  /** `oldClients` are all of its app clients: none was out of reach. */
  readonly areAllOldClients: boolean;
  /** Identity providers of the new pool; undefined: they cannot be read. Not asked for where none could write an old sub. */
  readonly providers: readonly ProviderMapping[] | undefined;
  /** App clients of the new pool. */
  readonly clients: readonly ClientSnapshot['client'][];
  /** These are all of its app clients: none was out of reach. */
  readonly areAllClients: boolean;
  readonly importJobs: readonly UserImportJobType[];
  /** Whether the function on the old pool's own migration trigger takes users from the new pool. */
  readonly oldTriggerNamesNewPool: boolean | undefined;
  /** What could not be read, in words for the person. */
  readonly notes: readonly string[];
}

/** How much is looked at. */
export interface Depth {
  readonly users: number;
  readonly clients: number;
  /** All names of the old pool are compared, however many there are (CM116), if this says so. */
  readonly names?: () => Promise<boolean>;
  /** Is told how many users were compared so far. */
  readonly onCompared?: (users: number) => void;
}

/** `doctor`: what the person asked for. */
export const thorough: Depth = { users: 1000, clients: 1000 };
/** init: two pages of users, while the plan is made. */
export const quick: Depth = { users: 120, clients: 60 };

/** What the pools' IDs are enough for: begun while the pools themselves are still being read. */
export type EarlyFacts = Promise<
  Pick<Facts, 'sample' | 'clients' | 'areAllClients' | 'importJobs' | 'notes'>
>;

/**
 * Begins to read. Whatever fails is told when the facts are.
 * @param ids of the two pools; no old one where its account may not be looked into.
 */
export function beginFacts(
  aws: Pick<Aws, 'new' | 'old'>,
  ids: { readonly old: string | undefined; readonly new: string },
  depth: Depth,
): EarlyFacts {
  const notes: string[] = [];
  const note = (message: string): void => void notes.push(message);
  const reading = Promise.all([
    ids.old === undefined
      ? undefined
      : readOptional(sampleUsers(aws.old.idp, ids.old, depth.users), 'the users of the old pool', note),
    readNewClients(aws.new, ids.new, depth, note),
    // The update itself would say so.
    readOptional(
      runningImportJobs(aws.new.idp, ids.new),
      'whether the new pool has a running import job',
      note,
    ),
  ]).then(([sample, clients, importJobs = []]) => ({
    sample,
    ...clients,
    importJobs,
    notes,
  }));
  reading.catch(() => undefined);
  return reading;
}

/** Reads what both pools' descriptions do not say. Writes nothing; what may not be read counts as unknown. */
export async function readFacts(
  aws: Aws,
  pools: Pools,
  depth: Depth,
  early: EarlyFacts = beginFacts(
    aws,
    { old: pools.oldPool?.pool.Id, new: pools.newPool.pool.Id ?? '' },
    depth,
  ),
): Promise<Facts> {
  const { oldPool, newPool } = pools;
  const notes: string[] = [];
  const note = (message: string): void => void notes.push(message);
  const trigger = oldPool?.pool.LambdaConfig?.UserMigration;
  const [read, names, ofOldPool, providers, oldTriggerNamesNewPool] = await Promise.all([
    early,
    oldPool === undefined ? undefined : compareAll(aws, oldPool.pool.Id ?? '', depth, note),
    oldPool !== undefined && [oldPool, newPool].some(hasCustom)
      ? readOptional(
          readClients(aws.old, oldPool.pool.Id ?? '', depth.clients),
          'the app clients of the old pool',
          note,
        )
      : undefined,
    readProviders(aws.new, newPool, note),
    trigger === undefined
      ? undefined
      : readOptional(
          namesPool(aws.old.lambda, trigger, newPool.pool.Id ?? ''),
          'whether the two pools make a circle',
          note,
        ),
  ]);
  return {
    ...pools,
    ...read,
    names,
    oldClients: ofOldPool?.found,
    areAllOldClients: ofOldPool?.areAll ?? false,
    providers,
    oldTriggerNamesNewPool,
    notes: [...read.notes, ...notes],
  };
}

async function compareAll(
  aws: Pick<Aws, 'old' | 'clock' | 'signal'>,
  id: string,
  { names, onCompared }: Depth,
  note: Note,
): Promise<Comparison | undefined> {
  if (names === undefined || !(await names())) return undefined;
  return readOptional(compareNamesOf(aws.old, id, aws, onCompared), 'all users of the old pool', note);
}

/** Who can write attributes of users of the new pool. */
export async function readWriters(
  side: Side,
  newPool: PoolSnapshot,
  depth: Depth,
  note: Note,
): Promise<Pick<Facts, 'clients' | 'areAllClients' | 'providers' | 'newPool'>> {
  const [clients, providers] = await Promise.all([
    readNewClients(side, newPool.pool.Id ?? '', depth, note),
    readProviders(side, newPool, note),
  ]);
  return { ...clients, providers, newPool };
}

type Note = (message: string) => void;

async function readNewClients(
  side: Side,
  id: string,
  depth: Depth,
  note: Note,
): Promise<Pick<Facts, 'clients' | 'areAllClients'>> {
  const reading = readClients(side, id, depth.clients);
  const read = await readOptional(reading, 'the app clients of the new pool', note);
  return { clients: read?.found ?? [], areAllClients: read?.areAll ?? false };
}

async function readProviders({ idp }: Side, newPool: PoolSnapshot, note: Note): Promise<Facts['providers']> {
  if (!canKeepSub(newPool)) return [];
  const reading = providerMappings(idp, newPool.pool.Id ?? '');
  return readOptional(reading, 'what the identity providers of the new pool write', note);
}

/** Only an immutable attribute takes the old sub. */
const canKeepSub = ({ pool }: PoolSnapshot): boolean =>
  (pool.SchemaAttributes ?? []).some(
    ({ Name, Mutable }) => Name?.startsWith('custom:') === true && Mutable === false,
  );

const hasCustom = ({ pool }: PoolSnapshot): boolean =>
  (pool.SchemaAttributes ?? []).some(({ Name }) => Name?.startsWith('custom:'));

async function readClients(
  { idp }: Side,
  UserPoolId: string,
  most: number,
): Promise<{ found: ClientSnapshot['client'][]; areAll: boolean }> {
  const ids: string[] = [];
  for await (const page of paginateListUserPoolClients({ client: idp, pageSize: 60 }, { UserPoolId })) {
    ids.push(...(page.UserPoolClients ?? []).flatMap(({ ClientId }) => ClientId ?? []));
    if (ids.length > most) break;
  }
  const found = await Promise.all(
    ids
      .slice(0, most)
      .map((id) => undefinedIfNotFound(readClient(idp, UserPoolId, id), 'ResourceNotFoundException')),
  );
  return {
    found: found.flatMap((snapshot) => (snapshot === undefined ? [] : [snapshot.client])),
    areAll: ids.length <= most,
  };
}
