import {
  type CognitoIdentityProviderClient,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  onlyOnce,
  onlyOnceOptions,
  type RawJson,
  rawRequest,
  rawRequestOptions,
  replacedOnTheWire,
} from '../raw-json/index.ts';

/** Sends an UpdateUserPool with exactly this body, once. */
export async function sendPoolUpdate(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  const command = new UpdateUserPoolCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  command.middlewareStack.add(onlyOnce(), onlyOnceOptions);
  await idp.send(command);
}

/** Sends a SetUserPoolMfaConfig with exactly this body, once. */
export async function sendMfaUpdate(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  const command = new SetUserPoolMfaConfigCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  command.middlewareStack.add(onlyOnce(), onlyOnceOptions);
  await idp.send(command);
}
