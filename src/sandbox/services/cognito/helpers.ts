/** Test helpers without an AWS API: "sent" codes, federated users, fields as old pools carry them. */
import type { JsonObject } from '../../operation.ts';
import type { World } from '../../world.ts';
import { GeneratedUsers, type NumberedOptions, numberedUsers, type UserKind } from './generated-users.ts';
import { newSalt, storedPassword } from './passwords.ts';
import { usernameAttributes } from './pool-config.ts';
import { cognitoKind, type Delivery, type Pool, type User } from './state.ts';
import { fireTrigger } from './triggers.ts';
import { createUser, existingUser, findUser } from './user-store.ts';

/** The pool with this ID, in any account. */
export function poolById(world: World, poolId: string): Pool {
  for (const { state } of world.states(cognitoKind)) {
    const pool = state.pools.get(poolId);
    if (pool !== undefined) return pool;
  }
  throw new Error(`The local AWS has no user pool ${poolId}.`);
}

/** Messages that AWS would have sent to users of a pool, oldest first. */
export function deliveries(world: World, poolId: string): readonly Delivery[] {
  return poolById(world, poolId).deliveries;
}

/** The last code or temporary password sent to a user for a purpose. */
export function lastSecret(
  world: World,
  poolId: string,
  username: string,
  purpose: Delivery['purpose'],
): string | undefined {
  const pool = poolById(world, poolId);
  const user = existingUser(pool, username);
  return pool.deliveries.findLast(
    (delivery) => delivery.username === user.username && delivery.purpose === purpose,
  )?.secret;
}

/** Adds a user who signed in through an identity provider: EXTERNAL_PROVIDER, no password. */
export function addFederatedUser(
  world: World,
  poolId: string,
  provider: string,
  subject: string,
  attributes: Readonly<Record<string, string>> = {},
): User {
  const pool = poolById(world, poolId);
  const identities = JSON.stringify([
    {
      userId: subject,
      providerName: provider,
      providerType: 'OIDC',
      primary: true,
      dateCreated: world.now(),
    },
  ]);
  const user = createUser(world, pool, {
    name: `${provider}_${subject}`,
    attributes: new Map([...Object.entries(attributes), ['identities', identities]]),
    status: 'EXTERNAL_PROVIDER',
  });
  return user;
}

/**
 * Signs a user in through an identity provider, as far as their user in the pool goes.
 * The first time fires pre sign-up. Its error stops the sign-in, and its answer is ignored, because these users
 * are confirmed anyway (Developer Guide, "Pre sign-up Lambda trigger").
 */
export async function signInFederated(
  world: World,
  poolId: string,
  provider: string,
  subject: string,
  attributes: Readonly<Record<string, string>> = {},
): Promise<User> {
  const pool = poolById(world, poolId);
  const userName = `${provider}_${subject}`;
  const found = findUser(pool, userName);
  if (found !== undefined) return found;
  await fireTrigger(world, pool, undefined, 'PreSignUp', {
    source: 'PreSignUp_ExternalProvider',
    userName,
    request: { userAttributes: { ...attributes }, validationData: {} },
    response: { autoConfirmUser: false, autoVerifyEmail: false, autoVerifyPhone: false },
  });
  return addFederatedUser(world, poolId, provider, subject, attributes);
}

/**
 * Fills an empty pool with users from `user-0000000` on, all with the same password.
 * They are computed from their number and use no memory until they change.
 * @param kinds Kinds of users, which take turns by number. A kind can occur several times.
 * @param more Further attributes of a user, from their number and `sub`.
 */
export function generateUsers(
  world: World,
  poolId: string,
  count: number,
  password: string,
  kinds: readonly UserKind[] = [],
  more?: NumberedOptions['more'],
): void {
  const pool = poolById(world, poolId);
  const salt = newSalt(world);
  const generation = numberedUsers(count, {
    isAddressTheName: usernameAttributes(pool).length > 0,
    created: world.now(),
    kinds,
    ...(more === undefined ? {} : { more }),
    password: (username) => storedPassword(pool, username, salt, password),
  });
  pool.users.generate(new GeneratedUsers(generation));
}

/** Adds members to a pool's configuration without checks, as in pools created under older rules. */
export function plantPoolFields(world: World, poolId: string, fields: JsonObject): void {
  const pool = poolById(world, poolId);
  pool.config = { ...pool.config, ...fields };
}

/** Marks a client as registered dynamically (ClientType DCR). No operation here can create one. */
export function markDynamicallyRegistered(world: World, poolId: string, clientId: string): void {
  const pool = poolById(world, poolId);
  const client = pool.clients.get(clientId);
  if (client === undefined) throw new Error(`The local AWS has no client ${clientId}.`);
  pool.clients.set(clientId, { ...client, type: 'DCR' });
}
