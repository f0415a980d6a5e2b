import { afterEach, describe, expect, test, vi } from 'vitest';
import { assertRefused, type Refusal } from '../../src/cli/commands/demo/refusals.ts';
import { CheckError } from '../../src/core/errors.ts';
import { refusal } from '../support/errors.ts';
import { json, runCli } from '../support/run-cli.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('demo --cross-account', () => {
  test('moves a user, shows three refusals by real calls, and repairs', async () => {
    const { code, stdout, stderr } = await runCli(['demo', '--cross-account']);
    expect(code).toBe(0);
    expect(stderr).toMatch(/Account 444455556666, eu-west-1: legacy-users eu-west-1_\w+ has 3 users/);
    expect(stderr).toMatch(/Account 111122223333, us-east-2: customers-2026 us-east-2_\w+ has none/);
    expect(stdout).toMatch(/signed in \(\d+ ms\), and moved$/m);
    expect(stdout.match(/AssumeRole: AccessDenied/g)).toHaveLength(3);
    expect(stdout).toContain('After another init: 2 changes repaired, and ben@example.com signs in.');
    expect(stdout.trimEnd()).toMatch(/\n {2}For your own pools: cognito-migrate init$/);
    expect(stderr).not.toContain('cognito-migrate doctor'); // there is nothing left that it could look at
  });

  test('in JSON too, and leaves the environment as it was, whatever endpoints that asks for', async () => {
    vi.stubEnv('AWS_USE_FIPS_ENDPOINT', 'true');
    vi.stubEnv('AWS_USE_DUALSTACK_ENDPOINT', 'true');
    const before = { ...process.env };
    const result = await runCli(['demo', '--cross-account', '--json']);
    expect(result.code).toBe(0);
    expect(json(result)).toMatchObject({
      ok: true,
      command: 'demo',
      wrongPassword: 'UserNotFoundException',
      user: { status: 'CONFIRMED', attributes: { email: 'ana@example.com' } },
      refusals: [
        { what: 'a wrong external ID', assumeRole: 'AccessDenied', signIn: 'UserLambdaValidationException' },
        { assumeRole: 'AccessDenied', signIn: 'UserLambdaValidationException' },
        { assumeRole: 'AccessDenied' },
      ],
      repairs: [1, 1],
      afterRepair: 'signed in',
    });
    expect(process.env).toEqual(before);
  });

  const refused: Refusal = { what: 'a wrong key', assumeRole: 'AccessDenied', signIn: 'SomeException' };
  test.each<[string, Refusal]>([
    ['the role was assumed', { ...refused, assumeRole: 'OK' }],
    ['the person was signed in', { ...refused, signIn: 'signed in' }],
    ['a caller was let in', { what: 'a wrong key', assumeRole: 'let in' }],
    ['it failed for another reason', { ...refused, assumeRole: 'TimeoutError' }],
  ])('fails when %s', async (_why, letIn) => {
    expect(() => assertRefused([refused, refused])).not.toThrow();
    const error = await refusal(() => assertRefused([refused, letIn]));
    expect(error).toBeInstanceOf(CheckError);
    expect(error).toMatchObject({ code: 'DEMO_NOT_REFUSED', exitCode: 8, found: letIn });
  });
});
