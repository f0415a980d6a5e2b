import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../core/errors.ts';
import { type JsonObject, objectAt } from '../../core/json.ts';
import { rawResponse, rawResponseOptions } from '../lossless-update/index.ts';
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
 * @throws AWS's own error, untranslated (ResourceNotFoundException if the pool or client doesn't exist).
 */
export async function readClient(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  clientId: string,
): Promise<ClientSnapshot> {
  const answer = rawResponse();
  const command = new DescribeUserPoolClientCommand({ UserPoolId: userPoolId, ClientId: clientId });
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
