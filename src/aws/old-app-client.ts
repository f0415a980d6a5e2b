/**
 * Our own app client in the old pool, found by its name.
 * CreateUserPoolClient isn't idempotent, and a search can only list all clients. So creation looks for the
 * client before each retry and again afterwards. The oldest client of the name wins. A run deletes only the
 * client that it created itself.
 */
import {
  type CognitoIdentityProviderClient,
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  DeleteUserPoolClientCommand,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import type { OnProgress } from '../core/step.ts';
import type { Aws } from './clients.ts';
import { isTransient, requireField, toMigrateError, undefinedIfNotFound } from './errors.ts';
import { retry, sleep, waitLine } from './retry.ts';

/** IDs of all clients with that name. */
async function idsNamed(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  name: string,
): Promise<string[]> {
  const ids: string[] = [];
  for await (const page of paginateListUserPoolClients({ client: idp, pageSize: 60 }, { UserPoolId })) {
    for (const { ClientName, ClientId } of page.UserPoolClients ?? []) {
      if (ClientName === name && ClientId !== undefined) ids.push(ClientId);
    }
  }
  return ids;
}

async function describe(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  ClientId: string,
): Promise<UserPoolClientType | undefined> {
  const found = await undefinedIfNotFound(
    idp.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
    'ResourceNotFoundException',
  );
  return found?.UserPoolClient;
}

const byDate = (a: UserPoolClientType | undefined, b: UserPoolClientType): number =>
  Number(a?.CreationDate) - Number(b.CreationDate);

const byAge = (a: UserPoolClientType, b: UserPoolClientType): number =>
  byDate(a, b) || ((a.ClientId ?? '') < (b.ClientId ?? '') ? -1 : 1);

/** All clients with that name, oldest first. */
export async function clientsNamed(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  name: string,
): Promise<UserPoolClientType[]> {
  const ids = await idsNamed(idp, UserPoolId, name);
  const found = await Promise.all(ids.map((ClientId) => describe(idp, UserPoolId, ClientId)));
  return found.filter((client) => client !== undefined).sort(byAge);
}

/** Creates the client, or finds the one that an attempt with a lost answer created. Returns its ID. */
export async function createOwnClient(
  aws: Aws,
  input: CreateUserPoolClientCommandInput,
  onProgress: OnProgress,
): Promise<string> {
  const { idp } = aws.old;
  const name = requireField(input.ClientName, 'a client name');
  const pool = requireField(input.UserPoolId, 'a pool');
  for (let round = 1; ; round++) {
    const { id, isMine } = await findOrCreate(aws, input, round > 1, onProgress);
    if ((await idsNamed(idp, pool, name)).length < 2) return id;
    const [oldest, second] = await clientsNamed(idp, pool, name);
    const winner = oldest?.ClientId ?? id;
    const isTie = round < maxRounds && second !== undefined && byDate(oldest, second) === 0;
    if (isMine && (isTie || id !== winner)) {
      const loser = new DeleteUserPoolClientCommand({ UserPoolId: pool, ClientId: id });
      await undefinedIfNotFound(idp.send(loser), 'ResourceNotFoundException');
    }
    if (!isTie) return winner;
    await sleep(200 + Math.random() * 800, aws);
  }
}

/**
 * Limit for ties: two clients that were created in the same millisecond.
 * Neither run may choose one of them. The other run may have looked before both existed, or may be deleting
 * its own client right now. So each run that sees a tie deletes its own client, and starts over after a
 * random pause. If that doesn't end the tie, the runs that created the clients were killed. Then nobody
 * deletes a client, and the lowest ID wins.
 */
const maxRounds = 5;

interface Found {
  readonly id: string;
  /** Whether this run created the client and knows it. */
  readonly isMine: boolean;
}

/** @param looksFirst Whether to look for an existing client first. Each retry does. */
async function findOrCreate(
  aws: Aws,
  input: CreateUserPoolClientCommandInput,
  looksFirst: boolean,
  onProgress: OnProgress,
): Promise<Found> {
  const { idp, idpOnce } = aws.old;
  const name = requireField(input.ClientName, 'a client name');
  const pool = requireField(input.UserPoolId, 'a pool');
  let tries = looksFirst ? 1 : 0;
  const within = 60_000;
  let trouble = '';
  const create = async (): Promise<Found> => {
    tries += 1;
    const [oldest] = tries === 1 ? [] : await clientsNamed(idp, pool, name);
    if (oldest?.ClientId !== undefined) return { id: oldest.ClientId, isMine: false };
    const { UserPoolClient } = await idpOnce.send(new CreateUserPoolClientCommand(input));
    return { id: requireField(UserPoolClient?.ClientId, "the app client's ID"), isMine: true };
  };
  const shouldRetry = (error: unknown): boolean => {
    trouble =
      toMigrateError(error)?.code === 'AWS_BUSY'
        ? 'AWS is too busy to create the app client'
        : 'AWS gives no answer to CreateUserPoolClient';
    return isTransient(error);
  };
  return retry(create, shouldRetry, {
    within,
    first: 500,
    longest: 5_000,
    clock: aws.clock,
    signal: aws.signal,
    onWait: (waited) => onProgress(waitLine(trouble, waited, { within })),
  });
}
