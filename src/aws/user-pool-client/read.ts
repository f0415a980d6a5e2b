import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  paginateListUserPoolClients,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../core/errors.ts';
import { type JsonObject, objectAt } from '../../core/json.ts';
import { printable } from '../../core/printable.ts';
import { rawResponse, rawResponseOptions } from '../lossless-update/index.ts';
import { oneOfSeries } from '../quota-pace.ts';
import { clientFields, readOnlyClientFields } from './fields.ts';

/**
 * The whole configuration of an app client, without its secret.
 * Can be saved in a state file and written back.
 */
export interface RawClient {
  /** The UserPoolClient of DescribeUserPoolClient's answer, including unknown keys. Holds no secret. */
  readonly raw: JsonObject;
}

/** Everything that DescribeUserPoolClient returns about an app client, without its secret. */
export interface ClientSnapshot extends RawClient {
  /** The same as `raw`, limited to the fields that the SDK knows. */
  readonly client: Omit<UserPoolClientType, 'ClientSecret'>;
  /** Names of fields that this program doesn't know. `raw` omits them, because they may hold a secret. */
  readonly withheld: readonly string[];
}

/**
 * Reads an app client. Drops its secret, which never leaves this function.
 * @param series how many app clients the caller reads. Many are read at the pace of the quota.
 * @throws AWS's own error, untranslated (ResourceNotFoundException if the pool or client doesn't exist).
 */
export async function readClient(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  clientId: string,
  series = 1,
): Promise<ClientSnapshot> {
  const answer = rawResponse();
  const input = { UserPoolId: userPoolId, ClientId: clientId };
  const command = oneOfSeries(new DescribeUserPoolClientCommand(input), series);
  command.middlewareStack.add(answer.middleware, rawResponseOptions);
  const { UserPoolClient: parsed } = await idp.send(command);
  const described = objectAt(answer.json(), 'UserPoolClient');
  if (parsed === undefined || described === undefined) {
    throw new AwsError(`DescribeUserPoolClient answered without the client ${clientId}.`, {
      code: 'EMPTY_ANSWER',
    });
  }
  const { ClientSecret: _secret, ...client } = parsed;
  return { client, ...withoutSecrets(described) };
}

/**
 * Keeps everything out of a snapshot that is a secret, or may be one by its name.
 * Snapshots end up in the state file.
 */
function withoutSecrets(described: JsonObject): { raw: JsonObject; withheld: string[] } {
  const isKnown = (key: string) =>
    Object.hasOwn(clientFields, key) || Object.hasOwn(readOnlyClientFields, key);
  const withheld = Object.keys(described).filter((key) => !isKnown(key) && /secret/i.test(key));
  const dropped = new Set(['ClientSecret', ...withheld]);
  return {
    raw: Object.fromEntries(Object.entries(described).filter(([key]) => !dropped.has(key))),
    withheld,
  };
}

export interface NamedClient {
  readonly id: string;
  /** For people: without control characters, which names of pools and clients may have. */
  readonly name: string;
}

/**
 * The app clients of a pool, page by page. A pool may have 1,000.
 * AWS returns 60 at a time, and only their names.
 */
export async function* clientPages(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): AsyncGenerator<readonly NamedClient[]> {
  for await (const page of paginateListUserPoolClients({ client: idp, pageSize: 60 }, { UserPoolId }))
    yield (page.UserPoolClients ?? []).flatMap(({ ClientId, ClientName = ClientId }) =>
      ClientId === undefined ? [] : [{ id: ClientId, name: printable(ClientName ?? ClientId) }],
    );
}
