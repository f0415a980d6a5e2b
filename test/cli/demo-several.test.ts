import { expect, test } from 'vitest';
import { json, runCli } from '../support/run-cli.ts';

test('demo --several: users of both old pools move, and one migration leaves without the other', async () => {
  const result = await runCli(['demo', '--several', '--json']);
  expect(result.code, result.stderr).toBe(0);
  expect(json(result)).toMatchObject({
    ok: true,
    command: 'demo',
    moved: { ana: 'CONFIRMED', dee: 'CONFIRMED' },
    chain: { migrations: [{ own: false }, { own: true }] },
    afterwards: { eli: 'CONFIRMED', ben: expect.stringMatching(/^(NotAuthorized|UserNotFound)Exception$/) },
  });
});

test('it shows who is asked first, and what a teardown leaves', async () => {
  const shown = await runCli(['demo', '--several']);
  expect(shown.code, shown.stderr).toBe(0);
  const out = shown.stdout.replaceAll(/\s+/g, ' ');
  expect(out).toContain('dee@partner.example of partners, asked first: CONFIRMED');
  expect(out).toContain('ana@example.com of legacy-users, asked next: CONFIRMED');
  expect(out).toContain('eli@partner.example of partners still moves: CONFIRMED');
});
