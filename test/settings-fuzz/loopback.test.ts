/** Restores and failures over HTTP, with the SDK's own handler and its streams, on the whole local AWS. */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import fc from 'fast-check';
import { afterAll, beforeAll, test } from 'vitest';
import { clockedRetries } from '../../src/aws/retry-strategy.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { createSandbox, keysOf, noDelays, type Sandbox } from '../../src/sandbox/index.ts';
import { clientRestore, poolChange, poolRestore } from './changes.ts';
import { overHttp } from './http.ts';
import { account, type Caller, region } from './local.ts';
import { clientRestoreProperty, type PoolChange, poolProperty, poolRestoreProperty } from './properties.ts';
import { patience, Tally } from './tally.ts';

const tally = new Tally('pools and app clients restored, or updated through failures, over HTTP');
let sandbox: Sandbox;
let aws: Caller;

beforeAll(async () => {
  sandbox = await createSandbox({ delays: noDelays, account });
  const idp = new CognitoIdentityProviderClient({
    region,
    endpoint: sandbox.url,
    credentials: keysOf(account),
    // The program's own retries, without their pauses.
    retryStrategy: clockedRetries(
      { now: Date.now, sleep: () => Promise.resolve() },
      new AbortController().signal,
      5,
    ),
  });
  aws = { idp, ...overHttp(sandbox) };
});

afterAll(async () => {
  tally.report();
  await sandbox.close();
});

const few = { numRuns: 40 };

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
