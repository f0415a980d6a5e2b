import { expect, test } from 'vitest';
import { json, runCli } from '../support/run-cli.ts';

const refused = 'PreSignUp failed with error This name is already in use. Please sign in, or choose another.';

test('demo --guard: a stranger gets no name of the old pool, someone new does, and a user moves', async () => {
  const result = await runCli(['demo', '--guard', '--json']);
  expect(result.code, result.stderr).toBe(0);
  expect(json(result)).toMatchObject({
    ok: true,
    command: 'demo',
    refusals: [
      { typed: 'ana@example.com', answer: refused },
      { typed: 'ANA@Example.com', answer: refused },
    ],
    signUp: { typed: 'new@example.com', answer: 'signed up' },
    moved: { status: 'CONFIRMED', attributes: { 'custom:old_sub': expect.any(String) } },
    counted: 2,
  });
});

test('it shows each answer, and how many sign-ups status counts as refused', async () => {
  const shown = await runCli(['demo', '--guard']);
  expect(shown.code, shown.stderr).toBe(0);
  const out = shown.stdout.replaceAll(/\s+/g, ' ');
  expect(out).toContain(`ANA@Example.com ${refused}`);
  expect(out).toContain('new@example.com signs up: signed up');
  expect(out).toContain('ana@example.com signs in with the old password, and moves: CONFIRMED');
  expect(out).toContain('cognito-migrate status counts 2 refused sign-ups, and no names');
});
