import { expect, test } from 'vitest';
import { assertAllRefused } from '../../src/cli/commands/demo/another-name.ts';
import { CheckError } from '../../src/core/errors.ts';
import { refusal } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';

const foretold =
  '1 of 4 users can be found by a verified email address of their own; 2 share it with another user, 1 has not verified it.';

test('demo --another-name: a user moves by the address, and the doctor foretold whom it refuses', async () => {
  const result = await runCli(['demo', '--another-name', '--json']);
  expect(result.code, result.stderr).toBe(0);
  expect(json(result)).toMatchObject({
    ok: true,
    command: 'demo',
    wrongPassword: 'UserNotFoundException',
    user: { status: 'CONFIRMED', attributes: { email: 'ana@example.com', email_verified: 'true' } },
    foretold,
    refusals: [
      { typed: 'ben@example.com', signIn: 'UserNotFoundException' },
      { typed: 'family@example.com', signIn: 'UserNotFoundException' },
    ],
  });
});

test('it shows the plan, the count, and the refusals', async () => {
  const shown = await runCli(['demo', '--another-name']);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stderr).toContain('who sign in with usernames');
  expect(shown.stderr).toContain('[CM117]');
  const out = shown.stdout.replaceAll(/\s+/g, ' '); // however wide the window is
  expect(out).toContain(foretold);
  expect(out).toMatch(/family@example\.com \(chi and dan have both verified it\): UserNotFoundException/);
});

test.each(['signed in', 'UserLambdaValidationException'])(
  'it fails where an address that nobody owns is answered with %s',
  async (signIn) => {
    const one = { typed: 'x@example.com', why: 'nobody has it', signIn: 'UserNotFoundException' };
    expect(() => assertAllRefused([one])).not.toThrow();
    const error = await refusal(() => assertAllRefused([one, { ...one, signIn }]));
    expect(error).toBeInstanceOf(CheckError);
    expect(error).toMatchObject({ code: 'DEMO_NOT_REFUSED', exitCode: 8 });
  },
);
