/**
 * The promise as properties: whatever pool or client there is, init changes the one setting, and teardown changes it
 * back. What init and teardown are is a parameter, so that the same properties hold for a function or for a whole run.
 */
import fc from 'fast-check';
import { expect } from 'vitest';
import type { JsonObject } from '../../src/sandbox/operation.ts';
import { anyClient } from './clients.ts';
import { leaves, lost, object, without } from './compare.ts';
import { type Caller, localCognito } from './local.ts';
import { anyPool, type PoolCase } from './pools.ts';
import type { Tally } from './tally.ts';

export const ours = 'arn:aws:lambda:eu-west-1:111122223333:function:cognito-migrate';

/** A way of turning the migration of one pool on and off again. `Memory` is what it keeps in between. */
export interface PoolChange<Memory> {
  init(aws: Caller, poolId: string): Promise<Memory>;
  teardown(aws: Caller, poolId: string, memory: Memory): Promise<void>;
}

/** A way of turning the password flow of one client on and off again. */
export interface ClientChange<Memory> {
  init(aws: Caller, poolId: string, clientId: string): Promise<Memory>;
  teardown(aws: Caller, poolId: string, clientId: string, memory: Memory): Promise<void>;
}

/** Makes the pool by the API, as its owner would. */
export async function makePool(aws: Pick<Caller, 'call'>, { create, mfa }: PoolCase): Promise<string> {
  const { UserPool } = await aws.call('CreateUserPool', create);
  const id = String(object(UserPool).Id);
  await aws.call('SetUserPoolMfaConfig', { UserPoolId: id, ...mfa });
  return id;
}

export async function makeClient(
  aws: Pick<Caller, 'call'>,
  poolId: string,
  client: JsonObject,
): Promise<string> {
  const { UserPoolClient } = await aws.call('CreateUserPoolClient', { UserPoolId: poolId, ...client });
  return String(object(UserPoolClient).ClientId);
}

/** Everything that AWS says about a pool, the date of the last change left out. */
export async function poolNow(aws: Pick<Caller, 'call'>, poolId: string): Promise<JsonObject> {
  const { UserPool } = await aws.call('DescribeUserPool', { UserPoolId: poolId });
  const mfa = await aws.call('GetUserPoolMfaConfig', { UserPoolId: poolId });
  return structuredClone({ pool: without(object(UserPool), 'LastModifiedDate'), mfa });
}

/** Everything that AWS says about a client, its secret too; an empty list of flows spelled out as it is documented. */
export async function clientNow(
  aws: Pick<Caller, 'call'>,
  poolId: string,
  clientId: string,
): Promise<JsonObject> {
  const { UserPoolClient } = await aws.call('DescribeUserPoolClient', {
    UserPoolId: poolId,
    ClientId: clientId,
  });
  const client = structuredClone(without(object(UserPoolClient), 'LastModifiedDate'));
  const flows = Array.isArray(client.ExplicitAuthFlows) ? client.ExplicitAuthFlows : [];
  return { ...client, ExplicitAuthFlows: flows.length === 0 ? defaults(client) : flows };
}

function defaults(client: JsonObject): string[] {
  const rotates = object(client.RefreshTokenRotation).Feature === 'ENABLED';
  return [...(rotates ? [] : ['ALLOW_REFRESH_TOKEN_AUTH']), 'ALLOW_USER_SRP_AUTH', 'ALLOW_CUSTOM_AUTH'];
}

/** For any pool: after init only the trigger differs, after teardown nothing. */
export function poolProperty<Memory>(
  change: PoolChange<Memory>,
  tally: Tally,
  aws: Caller = localCognito(),
  pools = anyPool,
) {
  return fc.asyncProperty(pools, async (pool) => {
    const id = await makePool(aws, pool);
    const before = await poolNow(aws, id);
    const memory = await change.init(aws, id);
    const afterInit = lost(withTrigger(before, ours), await poolNow(aws, id));
    await change.teardown(aws, id, memory);
    const afterTeardown = lost(before, await poolNow(aws, id));
    tally.count(leaves(before).size * 2, afterInit.length + afterTeardown.length);
    expect({ afterInit, afterTeardown }).toEqual({ afterInit: [], afterTeardown: [] });
  });
}

/** What should be after init: the trigger set, all else as it was. */
export function withTrigger(all: JsonObject, arn: string): JsonObject {
  const copy = structuredClone(all);
  object(object(copy.pool).LambdaConfig).UserMigration = arn;
  return copy;
}

/** For any client: after init only its flows differ, and as they should; after teardown nothing does. */
export function clientProperty<Memory>(
  change: ClientChange<Memory>,
  tally: Tally,
  aws: Caller = localCognito(),
) {
  const pool = makePool(aws, { create: { PoolName: 'clients' }, mfa: { MfaConfiguration: 'OFF' } });
  return fc.asyncProperty(anyClient, async (client) => {
    const poolId = await pool;
    const id = await makeClient(aws, poolId, client);
    const before = await clientNow(aws, poolId, id);
    const memory = await change.init(aws, poolId, id);
    const afterInit = lost(
      { ...before, ExplicitAuthFlows: flowsAfter(before) },
      await clientNow(aws, poolId, id),
    );
    await change.teardown(aws, poolId, id, memory);
    const afterTeardown = lost(before, await clientNow(aws, poolId, id));
    tally.count(leaves(before).size * 2, afterInit.length + afterTeardown.length);
    await aws.call('DeleteUserPoolClient', { UserPoolId: poolId, ClientId: id });
    expect({ afterInit, afterTeardown }).toEqual({ afterInit: [], afterTeardown: [] });
  });
}

/** What the flows of a client should be after init, written down once more and in another way. */
export function flowsAfter(before: JsonObject): string[] {
  const flows = Array.isArray(before.ExplicitAuthFlows) ? before.ExplicitAuthFlows.map(String) : [];
  if (flows.some((flow) => /^(ALLOW_)?USER_PASSWORD_AUTH$/.test(flow))) return flows;
  const newer = flows.some((flow) => flow.startsWith('ALLOW_'));
  return [...flows, newer ? 'ALLOW_USER_PASSWORD_AUTH' : 'USER_PASSWORD_AUTH'];
}

/** A way of writing back everything that was read before. `Image` is what it read. */
export interface Restore<Image> {
  read(aws: Caller, poolId: string, clientId: string): Promise<Image>;
  restore(aws: Caller, image: Image): Promise<unknown>;
}

/** For any two pools: one that was made into the other is itself again once it is restored. */
export function poolRestoreProperty<Image>(
  change: Restore<Image>,
  tally: Tally,
  aws: Caller = localCognito(),
) {
  return fc.asyncProperty(anyPool, anyPool, async (anyOne, anyOther) => {
    const [pool, other] = structuredClone([anyOne, anyOther]);
    // Neither can be taken back by any call: the older of two names for one setting, and dynamic registration.
    delete object(pool.create.AdminCreateUserConfig).UnusedAccountValidityDays;
    if (pool.create.DcrConfiguration === undefined) delete other.create.DcrConfiguration;
    const id = await makePool(aws, pool);
    const before = await poolNow(aws, id);
    const image = await change.read(aws, id, '');
    const made = await accepted(
      aws.call('UpdateUserPool', { UserPoolId: id, ...without(other.create, ...onlyAtCreation) }),
    );
    if (!made) return;
    await change.restore(aws, image);
    const differences = lost(before, await poolNow(aws, id));
    tally.count(leaves(before).size, differences.length);
    expect(differences).toEqual([]);
  });
}

const onlyAtCreation = ['Schema', 'AliasAttributes', 'UsernameAttributes', 'UsernameConfiguration'];

/** For any two clients: one that was made into the other is itself again once it is restored. */
export function clientRestoreProperty<Image>(
  change: Restore<Image>,
  tally: Tally,
  aws: Caller = localCognito(),
) {
  const pool = makePool(aws, { create: { PoolName: 'clients' }, mfa: { MfaConfiguration: 'OFF' } });
  return fc.asyncProperty(anyClient, anyClient, async (client, other) => {
    const poolId = await pool;
    const id = await makeClient(aws, poolId, client);
    const before = await clientNow(aws, poolId, id);
    const image = await change.read(aws, poolId, id);
    const ids = { UserPoolId: poolId, ClientId: id };
    const made = await accepted(
      aws.call('UpdateUserPoolClient', { ...ids, ...without(other, 'GenerateSecret', 'ClientSecret') }),
    );
    if (made) await change.restore(aws, image);
    const differences = made ? lost(before, await clientNow(aws, poolId, id)) : [];
    await aws.call('DeleteUserPoolClient', ids);
    if (made) tally.count(leaves(before).size, differences.length);
    expect(differences).toEqual([]);
  });
}

/** Whether AWS took it. What it refuses (a secret that is missing, say) is no case for a restore. */
async function accepted(call: Promise<unknown>): Promise<boolean> {
  try {
    await call;
    return true;
  } catch (error) {
    if (error instanceof Error && !(error instanceof TypeError)) return false;
    throw error;
  }
}
