/** Finds the pool or client that a call names, and checks the caller's permission. */

import type { Call } from '../../operation.ts';
import type { World } from '../../world.ts';
import { invalidMember, noSuchClient, noSuchPool } from './errors.ts';
import { optObj, str } from './input.ts';
import { isPoolId } from './pool-id.ts';
import { type Client, type CognitoState, cognitoKind, type Pool } from './state.ts';
import { requestTags, resourceTags } from './tag-context.ts';

export function cognitoState(call: Call): CognitoState {
  return call.world.state(cognitoKind, call.account, call.region);
}

export function nextSeq(call: Call): number {
  const state = cognitoState(call);
  state.seq += 1;
  return state.seq;
}

export function poolArn(call: Call, poolId: string): string {
  return `arn:${call.partition}:cognito-idp:${call.region}:${call.account}:userpool/${poolId}`;
}

/** The pool that a signed call names. The caller must be allowed to run the call's action on it. */
export function authorizedPool(call: Call): Pool {
  const poolId = str(call.input, 'UserPoolId');
  if (!isPoolId(poolId)) {
    throw invalidMember(
      poolId,
      'userPoolId',
      'Member must satisfy regular expression pattern: [\\w-]+_[0-9a-zA-Z]+',
    );
  }
  const pool = cognitoState(call).pools.get(poolId);
  const tags = optObj(call.input, 'UserPoolTags') ?? {};
  const context = { ...resourceTags(pool), ...requestTags(tags) };
  call.authorize(`cognito-idp:${call.operation}`, poolArn(call, poolId), context);
  if (pool === undefined) throw noSuchPool(poolId);
  return pool;
}

/** The client that a signed call names, in the pool that it names. */
export function clientOf(pool: Pool, clientId: string): Client {
  const client = pool.clients.get(clientId);
  if (client === undefined) throw noSuchClient(clientId);
  return client;
}

export interface Located {
  readonly pool: Pool;
  readonly client: Client;
}

/** The pool of a client. Anonymous calls find their account, Region, and pool this way. */
export function locateClient(world: World, clientId: string): Located | undefined {
  for (const { state } of world.states(cognitoKind)) {
    for (const pool of state.pools.values()) {
      const client = pool.clients.get(clientId);
      if (client !== undefined) return { pool, client };
    }
  }
  return undefined;
}

/** The client and pool of an anonymous call, which names only the client. */
export function calledClient(call: Call): Located {
  const clientId = str(call.input, 'ClientId');
  const located = locateClient(call.world, clientId);
  if (located === undefined) throw noSuchClient(clientId);
  return located;
}
