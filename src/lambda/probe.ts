import { randomBytes, randomUUID } from 'node:crypto';
import { addressFilter } from './address-holders.ts';
import type { BothPools } from './both-pools.ts';
import type { NextFunction } from './chain.ts';
import { type Fault, isUnknownServerError } from './decide.ts';
import type { Environment } from './environment.ts';
import type { Clock, OldPoolPort } from './migrate.ts';
import { withinBudget } from './pool-calls.ts';
import type { AfterMove } from './settings.ts';
import { vouchesForUsernames } from './vouched.ts';

/** Error names and nothing else. Even messages are left out, because they name roles and resources. */
export interface ProbeResult {
  readonly adminGetUser: string;
  readonly adminInitiateAuth: string;
  /** Only if a rule searches for users (`--map username=email`, `--find-by`), or will. */
  readonly listUsers?: string;
  /** Only if the old pool is in another account. */
  readonly assumeRole?: string;
  /** Only if the settings ask for work after the move. */
  readonly afterMove?: AfterMoveProbe;
  /** Whether the function may call the next one. Only in a chain. */
  readonly next?: string;
}

/**
 * The rights of the work after a move. OK is the good answer of the first two.
 * UserNotFoundException is the good answer of the others.
 */
export interface AfterMoveProbe {
  /** Lambda only checks whether the function may start itself. */
  readonly invoke: string;
  /** The search for an old user by their `sub`. */
  readonly listUsers: string;
  /** In the new pool. */
  readonly adminGetUser: string;
  /** In the old pool. */
  readonly adminListGroupsForUser?: string;
  /** In the new pool. */
  readonly adminAddUserToGroup?: string;
  /** In the old pool. */
  readonly adminDisableUser?: string;
  /** In the old pool. */
  readonly adminUpdateUserAttributes?: string;
}

/** What a test call reaches. */
interface Reached {
  readonly pool: OldPoolPort;
  readonly environment: Pick<Environment, 'settings' | 'role'>;
  readonly both?: BothPools;
  readonly next?: NextFunction;
}

/** The name for an app client that has a secret, which the function doesn't know. */
const WITH_SECRET = 'ClientHasSecret';

/** The name for a server failure with an unknown name. init would treat that name as a lasting failure. */
const SERVER_FAILED = 'ServiceUnavailable';

/**
 * Tests whether the function reaches the old pool, before any user depends on it.
 * Makes every call for a user who doesn't exist. UserNotFoundException is the good answer. So is
 * NotAuthorizedException from a client that hides who exists.
 * @param searches True: also try ListUsers if no rule needs it yet.
 */
export async function probe(
  { pool, environment, both, next }: Reached,
  deadline: number,
  searches: boolean,
  clock: Clock,
  functionArn?: string,
): Promise<ProbeResult> {
  const { settings, role } = environment;
  const { map, findBy, afterMove } = settings;
  const name = `cognito-migrate-probe-${randomUUID()}`;
  // One after the other: parallel calls would need two connections, and the first call also fetches the
  // credentials.
  const user = await pool.getUser(name, deadline);
  const auth = await pool.signIn(name, `${randomBytes(18).toString('base64url')}aA1!`, deadline);
  const address = `${name}@example.invalid`;
  const holders =
    findBy !== undefined || searches
      ? await pool.findUsers(addressFilter('email', address), 'operator', deadline)
      : vouchesForUsernames(map)
        ? await pool.holdersOf(address, 'operator', deadline)
        : undefined;
  const after =
    both && afterMove && (await probeAfterMove(name, both, afterMove, functionArn, deadline, clock));
  return {
    adminGetUser: nameOf(user),
    adminInitiateAuth: nameOf(auth),
    ...(holders !== undefined && { listUsers: nameOf(holders) }),
    ...(role !== undefined && { assumeRole: assumeRoleOf(user) ?? assumeRoleOf(auth) ?? 'OK' }),
    ...(after && { afterMove: after }),
    ...(next && { next: nameOf(await next.check(deadline)) }),
  };
}

/** Makes every call of the work after a move for the same user, who exists in neither pool. */
async function probeAfterMove(
  name: string,
  both: BothPools,
  { groups, moveOnce }: AfterMove,
  functionArn: string | undefined,
  deadline: number,
  clock: Clock,
): Promise<AfterMoveProbe> {
  const attempt = async (call: (signal: AbortSignal) => Promise<unknown>): Promise<string> => {
    const done = await withinBudget(deadline - clock.now(), async (signal) => {
      await call(signal);
      return { kind: 'done' };
    });
    return 'awsError' in done && done.awsError !== undefined ? (assumeRoleOf(done) ?? 'OK') : nameOf(done);
  };
  const [group] = Object.values(groups ?? {});
  return {
    invoke: await attempt((signal) => both.start(name, functionArn, signal, true)),
    listUsers: await attempt((signal) => both.findOldUser(randomUUID(), signal)),
    adminGetUser: await attempt((signal) => both.getNewUser(name, signal)),
    ...(group !== undefined && {
      adminListGroupsForUser: await attempt((signal) => both.groupsOfOldUser(name, signal)),
      adminAddUserToGroup: await attempt((signal) => both.addToGroup(name, group, signal)),
    }),
    ...(moveOnce === 'disable' && {
      adminDisableUser: await attempt((signal) => both.disableOldUser(name, signal)),
    }),
    ...(moveOnce === 'mark' && {
      adminUpdateUserAttributes: await attempt((signal) => both.markOldUser(name, clock.now(), signal)),
    }),
  };
}

/**
 * The name of an answer.
 * Cognito gives a missing client secret the same name as a wrong password. Only the message distinguishes
 * them.
 */
function nameOf(answer: { readonly kind: string } | Fault): string {
  if (!('message' in answer)) return 'OK';
  if (isUnknownServerError(answer)) return SERVER_FAILED;
  return answer.name === 'NotAuthorizedException' && /secret/i.test(answer.message)
    ? WITH_SECRET
    : answer.name;
}

function assumeRoleOf(answer: { readonly kind: string } | Fault): string | undefined {
  if (!('awsError' in answer)) return undefined;
  return isUnknownServerError(answer) ? SERVER_FAILED : answer.awsError;
}
