/**
 * The promise for a whole run: whatever pool and clients there are, init changes the trigger and the flows, and teardown
 * changes them back. Who carries init and teardown out is a parameter: the engine, or the whole program.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { JsonObject } from '../../src/sandbox/operation.ts';
import { anyClient } from './clients.ts';
import { leaves, lost, object } from './compare.ts';
import type { Caller } from './local.ts';
import { anyPool, type PoolCase } from './pools.ts';
import { clientNow, flowsAfter, makeClient, makePool, poolNow, withTrigger } from './properties.ts';
import type { Tally } from './tally.ts';

/** One who migrates to a pool, and takes it back. */
export interface Migrator {
  readonly aws: Pick<Caller, 'call'>;
  /** A function of somebody else, which exists: what a pool with a trigger has there. */
  readonly theirs: string;
  /** The function that init puts on the trigger. */
  ours(poolId: string): string;
  init(args: Run): Promise<void>;
  teardown(args: Run): Promise<void>;
}

export interface Run {
  readonly poolId: string;
  /** App clients that are to take part. */
  readonly clientIds: readonly string[];
  /** There is a trigger of somebody else, and --replace-trigger was given. */
  readonly isReplacing: boolean;
  /** The state file is lost between init and teardown. */
  readonly losesState: boolean;
}

interface MigrationCase {
  readonly pool: PoolCase;
  readonly clients: readonly JsonObject[];
  readonly losesState: boolean;
}

const anyMigration: fc.Arbitrary<MigrationCase> = fc.record({
  pool: anyPool,
  clients: fc.array(anyClient, { maxLength: 2 }),
  losesState: fc.boolean(),
});

/** What was tried, in numbers. */
export interface Tallies {
  readonly pools: Tally;
  readonly clients: Tally;
  readonly foreignTriggers: Tally;
  readonly lostStateFiles: Tally;
}

/** For any pool and clients: after init only the trigger and the flows differ, after teardown nothing. */
export function migrationProperty(migrator: Migrator, tallies: Tallies) {
  const { aws } = migrator;
  return fc.asyncProperty(anyMigration, async ({ losesState, ...made }) => {
    const { pool, clients, isReplacing } = fitting(made, migrator.theirs);
    const poolId = await makePool(aws, pool);
    const ids: string[] = [];
    for (const client of clients) ids.push(await makeClient(aws, poolId, client));
    const before = await everything(aws, poolId, ids);
    const clientIds = ids.filter((id) => !isMachine(before.clients[id] ?? {}));
    const run = { poolId, clientIds, isReplacing, losesState };

    await migrator.init(run);
    const wanted = migrated(before, migrator.ours(poolId), clientIds);
    const afterInit = differing(wanted, await everything(aws, poolId, ids));
    await migrator.teardown(run);
    const afterTeardown = differing(before, await everything(aws, poolId, ids));

    const lines = [...afterInit, ...afterTeardown];
    const inPool = lines.filter((line) => line.startsWith('pool'));
    tallies.pools.count(leaves(before.pool).size * 2, inPool.length);
    for (const [id, client] of Object.entries(before.clients)) {
      const inClient = lines.filter((line) => line.startsWith(`client ${id}`));
      tallies.clients.count(leaves(client).size * 2, inClient.length);
    }
    if (isReplacing) tallies.foreignTriggers.count(1, inPool.length);
    if (losesState) tallies.lostStateFiles.count(1, lines.length);
    expect({ afterInit, afterTeardown }).toEqual({ afterInit: [], afterTeardown: [] });
  });
}

/** A trigger that is there is one that exists, and no client has a flow that the pool's plan does not. */
function fitting({ pool, clients }: Pick<MigrationCase, 'pool' | 'clients'>, theirs: string) {
  const copy = structuredClone({ pool, clients });
  const triggers = object(copy.pool.create.LambdaConfig);
  const isReplacing = triggers.UserMigration !== undefined;
  if (isReplacing) triggers.UserMigration = theirs;
  if (copy.pool.create.UserPoolTier === 'LITE')
    for (const client of copy.clients)
      if (Array.isArray(client.ExplicitAuthFlows))
        client.ExplicitAuthFlows = client.ExplicitAuthFlows.filter((flow) => flow !== 'ALLOW_USER_AUTH');
  return { pool: copy.pool, clients: [...copy.clients, anyonesClient], isReplacing };
}

/** Takes part even if all others are for machines: somebody has to. */
const anyonesClient: JsonObject = { ClientName: 'anyone' };

/** No user signs in with it: init refuses to take it along, and it must stay as it is. */
function isMachine(client: JsonObject): boolean {
  const grants = JSON.stringify(client.AllowedOAuthFlows ?? []);
  return client.AllowedOAuthFlowsUserPoolClient === true && grants === '["client_credentials"]';
}

interface Everything {
  readonly pool: JsonObject;
  readonly clients: Readonly<Record<string, JsonObject>>;
}

async function everything(aws: Migrator['aws'], poolId: string, ids: readonly string[]): Promise<Everything> {
  const clients = ids.map(async (id) => [id, await clientNow(aws, poolId, id)] as const);
  return { pool: await poolNow(aws, poolId), clients: Object.fromEntries(await Promise.all(clients)) };
}

/** What should be after init. */
function migrated({ pool, clients }: Everything, ours: string, chosen: readonly string[]): Everything {
  const withFlows = Object.entries(clients).map(([id, client]) => {
    const flows = chosen.includes(id) ? flowsAfter(client) : client.ExplicitAuthFlows;
    return [id, { ...client, ExplicitAuthFlows: flows ?? null }] as const;
  });
  return { pool: withTrigger(pool, ours), clients: Object.fromEntries(withFlows) };
}

function differing(wanted: Everything, found: Everything): string[] {
  return [
    ...lost(wanted.pool, found.pool).map((path) => `pool ${path}`),
    ...Object.entries(wanted.clients).flatMap(([id, client]) =>
      lost(client, found.clients[id] ?? {}).map((path) => `client ${id} ${path}`),
    ),
  ];
}
