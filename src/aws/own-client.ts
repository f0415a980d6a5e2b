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
import type { Aws } from './clients.ts';
import { answered, translate, unlessMissing } from './errors.ts';
import { patiently } from './retry.ts';

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
  const found = await unlessMissing(
    idp.send(new DescribeUserPoolClientCommand({ UserPoolId, ClientId })),
    'ResourceNotFoundException',
  );
  return found?.UserPoolClient;
}

const byAge = (a: UserPoolClientType, b: UserPoolClientType): number =>
  Number(a.CreationDate) - Number(b.CreationDate) || (a.ClientId ?? '').localeCompare(b.ClientId ?? '');

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
const isPassing = (error: unknown): boolean =>
  ['AWS_BUSY', 'AWS_UNREACHABLE'].includes(translate(error)?.code ?? '');

/** Creates the client, or finds the one that a try whose answer was lost has made. Returns its ID. */
export async function createOwnClient(aws: Aws, input: CreateUserPoolClientCommandInput): Promise<string> {
  const { idp, idpOnce } = aws.old;
  const name = answered(input.ClientName, 'a client name');
  const pool = answered(input.UserPoolId, 'a pool');
  let tries = 0;
  let mine: string | undefined;
  const create = async (): Promise<string> => {
    tries += 1;
    const [oldest] = tries === 1 ? [] : await clientsNamed(idp, pool, name);
    if (oldest?.ClientId !== undefined) return oldest.ClientId;
    const { UserPoolClient } = await idpOnce.send(new CreateUserPoolClientCommand(input));
    mine = answered(UserPoolClient?.ClientId, "the app client's ID");
    return mine;
  };
  const found = await patiently(create, isPassing, {
    within: 60_000,
    first: 500,
    longest: 5_000,
    clock: aws.clock,
    signal: aws.signal,
    waiting: () => undefined,
  });
  if ((await idsNamed(idp, pool, name)).length < 2) return found;
  const [oldest] = await clientsNamed(idp, pool, name);
  const winner = oldest?.ClientId ?? found;
  if (mine !== undefined && mine !== winner) {
    const loser = new DeleteUserPoolClientCommand({ UserPoolId: pool, ClientId: mine });
    await unlessMissing(idp.send(loser), 'ResourceNotFoundException');
  }
  return winner;
}
