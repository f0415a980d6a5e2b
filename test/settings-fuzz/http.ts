/** Cognito below the SDK, whose model hides what it does not know. */

import type { Sandbox } from '../../src/sandbox/index.ts';
import { keysOf } from '../../src/sandbox/index.ts';
import type { JsonObject } from '../../src/sandbox/operation.ts';
import type { Caller } from './local.ts';

/** Calls of an administrator of the sandbox's own account, as they go over the wire. */
export function overHttp({ url, account }: Pick<Sandbox, 'url' | 'account'>): Pick<Caller, 'call'> {
  return { call: (operation, input) => post(url, account, operation, input) };
}

async function post(url: string, account: string, operation: string, input: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      authorization: `AWS4-HMAC-SHA256 Credential=${keysOf(account).accessKeyId}/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0`,
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}
