/** The retries of the AWS SDK: their time limit, their end by Ctrl-C, and the message about an endpoint without answers. */
import { once } from 'node:events';
import { createServer, type Socket } from 'node:net';
import { expect, onTestFinished, test } from 'vitest';
import { openAccess, whoAmI } from '../../src/aws/clients.ts';
import type { Clock } from '../../src/aws/clock.ts';
import { toMigrateError } from '../../src/aws/errors.ts';
import { clockedRetries } from '../../src/aws/retry-strategy.ts';
import { Accounts } from '../../src/cli/session/access.ts';
import { keyOf, startSandbox } from '../sandbox/support.ts';
import { fakeClock } from '../support/clock.ts';

class Silence extends Error {
  override readonly name = 'TimeoutError';
  override readonly cause = new Error('no answer');
}

/** How long it takes until no further attempt is made, when each one is this long, in seconds. */
async function givesUpAfter(attempt: number): Promise<number> {
  const clock = fakeClock();
  const start = clock.now();
  const retries = clockedRetries(clock, new AbortController().signal, 5);
  let token = await retries.acquireInitialRetryToken('');
  for (;;) {
    clock.advance(attempt * 1000);
    try {
      token = await retries.refreshRetryTokenForRetry(token, {
        errorType: 'TRANSIENT',
        error: new Silence(),
      });
    } catch {
      return (clock.now() - start) / 1000;
    }
  }
}

test('silence is borne for a minute at most, however long one attempt is', async () => {
  for (const attempt of [5, 11, 20, 28]) expect(await givesUpAfter(attempt)).toBeLessThanOrEqual(60);
  expect(await givesUpAfter(28)).toBeGreaterThan(55);
});

test('it is told with its seconds, and without any text of the SDK', async () => {
  const sockets: Socket[] = [];
  const server = createServer((socket) => sockets.push(socket));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  onTestFinished(() => {
    for (const socket of sockets) socket.destroy();
    server.close();
  });
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  const side = new Accounts({
    endpoint: `http://127.0.0.1:${port}`,
    mfaCode: () => Promise.reject(new Error('no code')),
    emit: () => undefined,
    clock: fakeClock(),
    signal: new AbortController().signal,
    userAgent: 'test',
    requestTimeout: 200,
  }).open()('eu-west-1');
  const error: unknown = await whoAmI(side).catch((thrown: unknown) => thrown);
  const known = toMigrateError(error);
  expect(known).toMatchObject({ code: 'AWS_UNREACHABLE', exitCode: 7 });
  expect(known?.message).toBe('AWS cannot be reached: 127.0.0.1 gives no answer within 0.2 s, in 5 attempts');
  expect(JSON.stringify(known)).not.toMatch(/smithy|requestTimeout|node-http-handler/);
});

test('Ctrl-C during a pause ends the retries: no further attempt, and the failure means cancelled', async () => {
  const controller = new AbortController();
  const clock: Clock = {
    ...fakeClock(),
    sleep: async () => {
      controller.abort();
    },
  };
  const sandbox = await startSandbox();
  sandbox.faults.inject({
    kind: 'throttle',
    service: 'sts',
    operation: 'GetCallerIdentity',
    times: 100,
  });
  const side = openAccess(
    {
      endpoint: sandbox.url,
      mfaCode: () => Promise.reject(new Error('no code')),
      emit: () => undefined,
      clock,
      signal: controller.signal,
      userAgent: 'test',
      requestTimeout: 28_000,
    },
    () => async () => keyOf('111122223333'),
  )('eu-west-1');
  const error: unknown = await whoAmI(side).catch((thrown: unknown) => thrown);
  expect(toMigrateError(error)).toMatchObject({ code: 'CANCELLED', exitCode: 130 });
  expect(sandbox.journal.calls).toHaveLength(1);
});
