/**
 * Our own app client in the old pool, found by its name. CreateUserPoolClient has no idempotency and lists are the only
 * search, so creation looks before each try and again afterwards: the oldest client of the name is the one, and a run
 * deletes only the one that it made itself.
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
import { requireField, toMigrateError, undefinedIfNotFound } from './errors.ts';
import { retry, sleep, waitLine } from './retry.ts';

/** IDs of all clients of that name. */
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

/** Every client of that name, the oldest first. */
export async function clientsNamed(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  name: string,
): Promise<UserPoolClientType[]> {
  const ids = await idsNamed(idp, UserPoolId, name);
  const found = await Promise.all(ids.map((ClientId) => describe(idp, UserPoolId, ClientId)));
  return found.filter((client) => client !== undefined).sort(byAge);
}

/** Whether a further try may work, or the lost one may have worked after all. */
function isPassing(error: unknown): boolean {
  const code = toMigrateError(error)?.code;
  return code === 'AWS_BUSY' || code === 'AWS_UNREACHABLE';
}

/** Creates the client, or finds the one that a try whose answer was lost has made. Returns its ID. */
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
    const isTie = round < mostRounds && second !== undefined && byDate(oldest, second) === 0;
    if (isMine && (isTie || id !== winner)) {
      const loser = new DeleteUserPoolClientCommand({ UserPoolId: pool, ClientId: id });
      await undefinedIfNotFound(idp.send(loser), 'ResourceNotFoundException');
    }
    if (!isTie) return winner;
    await sleep(200 + Math.random() * 800, aws);
  }
}

/**
 * Two clients of the same millisecond. Neither run may take either for the one: the other may have looked before there
 * were two, or may give up its own at this moment. So everybody who sees a tie withdraws and begins again after a pause of
 * random length. If that does not end it, nobody withdraws any more (their runs were killed): the lowest ID wins.
 */
const mostRounds = 5;

interface Found {
  readonly id: string;
  /** This run has made it, and knows so. */
  readonly isMine: boolean;
}

/** @param looksFirst for one that is there already; each further try does. */
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
  const isWorthATry = (error: unknown): boolean => {
    trouble =
      toMigrateError(error)?.code === 'AWS_BUSY'
        ? 'AWS is too busy to create the app client'
        : 'AWS gives no answer to CreateUserPoolClient';
    return isPassing(error);
  };
  return retry(create, isWorthATry, {
    within,
    first: 500,
    longest: 5_000,
    clock: aws.clock,
    signal: aws.signal,
    onWait: (waited) => onProgress(waitLine(trouble, waited, { within })),
  });
}
