import {
  type CognitoIdentityProviderClient,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import {
  asAnswered,
  onlyOnce,
  onlyOnceOptions,
  type RawJson,
  rawRequest,
  rawRequestOptions,
  replacedOnTheWire,
} from '../lossless-update/index.ts';
import { bothTexts } from './message-texts.ts';
import { inOtherWords } from './update-fallbacks.ts';

/**
 * Sends an UpdateUserPool with this body, once. Where AWS refuses something that a body without loss holds, and that can
 * be said in another way, it is said in that way: a refusal has changed nothing.
 * @throws CheckError where it could be said in another way only with a loss; what AWS answered otherwise.
 */
export async function sendPoolUpdate(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  try {
    await sendOnce(idp, body);
  } catch (error) {
    const other = inOtherWords(error, body);
    if (other === undefined) throw bothTexts(error, body) ?? error;
    await sendPoolUpdate(idp, other);
  }
}

async function sendOnce(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  const command = new UpdateUserPoolCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  command.middlewareStack.add(onlyOnce(), onlyOnceOptions);
  await asAnswered(idp.send(command));
}

/**
 * Sends a SetUserPoolMfaConfig with exactly this body. With the SDK's own retries: it puts a second factor back, which is
 * missing until then.
 */
export async function sendMfaUpdate(idp: CognitoIdentityProviderClient, body: RawJson): Promise<void> {
  const command = new SetUserPoolMfaConfigCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  await idp.send(command);
}
