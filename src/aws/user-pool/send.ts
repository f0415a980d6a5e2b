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
import { withoutReservedTags } from './request.ts';

/** Sends an UpdateUserPool with this body, once; once more without AWS's own tags if it is refused because of them. */
export async function sendPoolUpdate(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  try {
    await sendOnce(idp, body);
  } catch (error) {
    const trimmed = isTagRefusal(error) ? withoutReservedTags(body) : undefined;
    if (trimmed === undefined) throw error;
    await sendOnce(idp, trimmed);
  }
}

async function sendOnce(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  const command = new UpdateUserPoolCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  command.middlewareStack.add(onlyOnce(), onlyOnceOptions);
  await idp.send(command);
}

function isTagRefusal(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  return (
    error.name === 'UserPoolTaggingException' ||
    (error.name.startsWith('Invalid') && /\btags?\b/i.test(error.message))
  );
}

/** Sends a SetUserPoolMfaConfig with exactly this body, once. */
export async function sendMfaUpdate(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  const command = new SetUserPoolMfaConfigCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  command.middlewareStack.add(onlyOnce(), onlyOnceOptions);
  await idp.send(command);
}
