/** `demo`: a user moves, and `users` counts who has moved and who has not. */
import { expect, test } from 'vitest';
import { systemClock } from '../../src/aws/clock.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';
import { statesOf } from './users-support.ts';

test('demo: one user moves, and users says so', async () => {
  const fake = fakeIo();
  // The local AWS of this demo has AWS's delays, which pass in real time.
  const result = await runCli(['demo', '--json'], { ...fake, io: { ...fake.io, clock: systemClock } });
  expect(result.code, result.stderr).toBe(0);
  const document = json(result);
  expect(document).toMatchObject({
    ok: true,
    command: 'demo',
    wrongPassword: expect.stringMatching(/^(UserNotFound|NotAuthorized)Exception$/),
    user: { status: 'CONFIRMED', attributes: { email: 'ana@example.com' } },
  });
  expect(statesOf(document)).toEqual({ moved: 1, waiting: 2 });
  expect(document).toMatchObject({ handedOver: 1, signIns: [{ name: 'web', verdict: 'not-switched' }] });
}, 120_000);
