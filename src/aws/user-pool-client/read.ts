import {
  type CognitoIdentityProviderClient,
  DescribeUserPoolClientCommand,
  type UserPoolClientType,
} from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../core/errors.ts';
import { objectAt, type RawJson, rawResponse, rawResponseOptions } from '../lossless-update/index.ts';
import { clientFields, readOnlyClientFields } from './fields.ts';

/** What can be kept in a state file and written back: the whole configuration of an app client, without its secret. */
export interface ClientImage {
  /** The UserPoolClient of DescribeUserPoolClient's answer, unknown keys too; no secret. */
  readonly raw: RawJson;
}

/** Everything DescribeUserPoolClient says about an app client, without its secret. */
export interface ClientSnapshot extends ClientImage {
  /** The same as `raw`, as far as the SDK knows its fields. */
  readonly client: Omit<UserPoolClientType, 'ClientSecret'>;
  /** Names of fields that this program does not know, left out of `raw` since they may hold a secret. */
  readonly withheld: readonly string[];
}

/**
 * Reads an app client. Its secret is dropped here and never leaves this function.
 * @throws what AWS answered, untranslated (ResourceNotFoundException when there is no such pool or client).
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

/** Nothing that is, or by its name may be, a secret goes into a snapshot: snapshots end up in the state file. */
function withoutSecrets(described: RawJson): { raw: RawJson; withheld: string[] } {
  const isKnown = (key: string) =>
    Object.hasOwn(clientFields, key) || Object.hasOwn(readOnlyClientFields, key);
  const withheld = Object.keys(described).filter((key) => !isKnown(key) && /secret/i.test(key));
  const dropped = new Set(['ClientSecret', ...withheld]);
  return {
    raw: Object.fromEntries(Object.entries(described).filter(([key]) => !dropped.has(key))),
    withheld,
  };
}
