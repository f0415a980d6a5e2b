/** The same properties over HTTP, with the SDK's own handler and its streams, on the whole local AWS. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { clockedRetries } from '../../src/aws/sdk-retries.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { createSandbox, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import type { JsonObject } from '../../src/sandbox/operation.ts';
import { clientChange, clientRestore, poolChange, poolRestore } from './changes.ts';
import type { Caller } from './local.ts';
import {
  clientProperty,
  clientRestoreProperty,
  type PoolChange,
  poolProperty,
  poolRestoreProperty,
} from './properties.ts';
import { patience, Tally } from './tally.ts';

const tally = new Tally('pools and app clients over HTTP');
let sandbox: Sandbox;
let aws: Caller;

beforeAll(async () => {
  sandbox = await createSandbox({ delays: noDelays, account: '123456789012' });
  const idp = new CognitoIdentityProviderClient({
    region: 'eu-west-1',
    endpoint: sandbox.url,
    credentials: { accessKeyId: '123456789012', secretAccessKey: 'not-a-secret' },
    // The program's own retries, without their pauses.
    retryStrategy: clockedRetries(
      { now: Date.now, sleep: () => Promise.resolve() },
      new AbortController().signal,
      5,
    ),
  });
  aws = { idp, call: (operation, input) => post(sandbox.url, operation, input) };
});

afterAll(async () => {
  tally.report();
  await sandbox.close();
});

/** Below the SDK, whose model hides what it does not know. */
async function post(url: string, operation: string, input: JsonObject): Promise<JsonObject> {
  const response = await fetch(url, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSCognitoIdentityProviderService.${operation}`,
      authorization:
        'AWS4-HMAC-SHA256 Credential=123456789012/20260101/eu-west-1/cognito-idp/aws4_request, SignedHeaders=host, Signature=0',
    },
    body: JSON.stringify(input),
  });
  const text = await response.text();
  if (!response.ok) throw new Error(text);
  return JSON.parse(text);
}

const few = { numRuns: 40 };

test('pools', () => fc.assert(poolProperty(poolChange(), tally, aws), few), patience);
test('app clients', () => fc.assert(clientProperty(clientChange(), tally, aws), few), patience);
test('pools restored', () => fc.assert(poolRestoreProperty(poolRestore(), tally, aws), few), patience);
test(
  'app clients restored',
  () => fc.assert(clientRestoreProperty(clientRestore(), tally, aws), few),
  patience,
);

const failures: readonly Fault[] = [
  { kind: 'throttle' },
  { kind: 'throttle', position: 'after' },
  { kind: 'internal-error' },
  { kind: 'internal-error', position: 'after' },
  { kind: 'connection-reset' },
  { kind: 'connection-reset', position: 'after' },
  { kind: 'lost-response' },
];

/** The change, with the first update of each call of `init` and `teardown` failing in that way. */
function failing<Change extends PoolChange<string | undefined>>(
  change: Change,
  fault: Fault,
): PoolChange<string | undefined> {
  const arm = () => sandbox.faults.add({ ...fault, operation: 'UpdateUserPool' });
  return {
    init: (...args) => {
      arm();
      return change.init(...args);
    },
    teardown: (...args) => {
      arm();
      return change.teardown(...args);
    },
  };
}

test.each(failures)(
  'pools, with an update that fails: $kind $position',
  async (fault) => {
    sandbox.faults.clear();
    await fc.assert(poolProperty(failing(poolChange(), fault), tally, aws), { numRuns: 10 });
    sandbox.faults.clear();
  },
  patience,
);
