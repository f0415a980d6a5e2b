import {
  type CognitoIdentityProviderClient,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { type JsonObject, stringAt } from '../../core/json.ts';
import {
  asAnswered,
  onlyOnce,
  onlyOnceOptions,
  rawRequest,
  rawRequestOptions,
  replacedOnTheWire,
} from '../lossless-update/index.ts';
import { unlessImporting } from './import-jobs.ts';
import { bothTexts, inOtherWords } from './update-fallbacks.ts';

/**
 * Sends an UpdateUserPool with this body, once.
 * If AWS refuses a part of the body that has an equivalent form, sends that form instead. A refusal has
 * changed nothing.
 * @throws CheckError if every other form would lose something. Otherwise, AWS's own error.
 */
export async function sendPoolUpdate(idp: CognitoIdentityProviderClient, body: JsonObject): Promise<void> {
  try {
    await sendOnce(idp, body);
  } catch (error) {
    const other = inOtherWords(error, body);
    if (other === undefined) throw bothTexts(error, body) ?? error;
    await sendPoolUpdate(idp, other);
  }
}

async function sendOnce(idp: CognitoIdentityProviderClient, body: JsonObject): Promise<void> {
  const command = new UpdateUserPoolCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  command.middlewareStack.add(onlyOnce(), onlyOnceOptions);
  const id = stringAt(body, 'UserPoolId') ?? '';
  await unlessImporting(idp, id, () => asAnswered(idp.send(command)));
}

/**
 * Sends a SetUserPoolMfaConfig with exactly this body.
 * Uses the SDK's own retries, because it puts back a second factor that is missing until then.
 */
export async function sendMfaUpdate(idp: CognitoIdentityProviderClient, body: JsonObject): Promise<void> {
  const command = new SetUserPoolMfaConfigCommand({ UserPoolId: replacedOnTheWire });
  command.middlewareStack.add(rawRequest(body), rawRequestOptions);
  await idp.send(command);
}
