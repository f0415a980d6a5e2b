import { expect, test } from 'vitest';
import { json, runCli } from '../support/run-cli.ts';

test('demo --finish: one moves, one is imported, one name is taken, and all of it ends', async () => {
  const result = await runCli(['demo', '--finish', '--json']);
  expect(result.code, result.stderr).toBe(0);
  expect(json(result)).toMatchObject({
    ok: true,
    command: 'demo',
    states: { moved: 1, waiting: 1, taken: 1 },
    import: 'imported',
    imported: 'PasswordResetRequiredException',
    finish: { parts: { clients: 'off', teardown: 'removed' } },
    groups: { ana: ['admins', 'staff'], ben: ['staff'] },
    passwordSignIn: 'InvalidParameterException',
    flows: ['ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'],
    report: expect.stringMatching(/\.html$/),
  });
});

test('it shows the users, the parts, and both sign-ins with SRP', async () => {
  const shown = await runCli(['demo', '--finish']);
  expect(shown.code, shown.stderr).toBe(0);
  const out = shown.stdout.replaceAll(/\s+/g, ' ');
  expect(out).toContain('cognito-migrate users 1 moved, 1 waiting, 1 taken');
  expect(out).toContain('The old password: PasswordResetRequiredException');
  expect(out).toContain('teardown leaves nothing, and writes cognito-migrate-report-');
  expect(out).toContain('ben@example.com with the new password groups staff');
});
