import { expect, test } from 'vitest';
import { json, runCli } from '../support/run-cli.ts';

test('demo --groups: the second token has the groups, and one that was taken away stays away', async () => {
  const result = await runCli(['demo', '--groups', '--json']);
  expect(result.code, result.stderr).toBe(0);
  expect(json(result)).toMatchObject({
    ok: true,
    command: 'demo',
    oldGroups: ['admins', 'beta'],
    firstToken: [],
    secondToken: ['admins', 'beta'],
    afterRemoval: ['beta'],
    afterDeletion: 'UserNotFoundException',
    withTrigger: { oldGroups: ['staff'], firstToken: ['staff'] },
  });
});

test('it shows the plan and the tokens', async () => {
  const shown = await runCli(['demo', '--groups']);
  expect(shown.code, shown.stderr).toBe(0);
  expect(shown.stderr).toMatch(/\+ group\s+staff in customers/);
  const out = shown.stdout.replaceAll(/\s+/g, ' ');
  expect(out).toContain('groups in the first token none');
  expect(out).toContain('groups in the second token admins, beta');
  expect(out).toContain('groups in the first token staff');
});
