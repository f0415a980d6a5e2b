/** The state file is a cache: with it gone, everything is found again in AWS, undo records included. */
import { readdir, rm } from 'node:fs/promises';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import { earlierTrigger } from '../faults/configurations.ts';
import { run } from '../faults/program.ts';
import { assertDone, assertTakenDown } from '../faults/prove.ts';
import { openScene } from '../faults/scene.ts';
import { snapshot } from '../faults/snapshot.ts';
import { installed, status, unhealthy } from './support.ts';

test.each(['plain', 'rich', 'replaced'] as const)('%s: status finds everything', async (name) => {
  const of = await installed(name);
  const known = await loadState(of.state);
  await rm(of.state);
  const { code, document } = await status(of);
  expect(code).toBe(exitCodes.ok.code);
  expect(unhealthy(document)).toEqual({});
  expect(document.variables).toMatchObject({
    ROLE_ARN: known?.variables.ROLE_ARN,
    OLD_CLIENT_ID: known?.variables.OLD_CLIENT_ID,
    LAMBDA_ARN: known?.variables.LAMBDA_ARN,
  });
});

test.each(['plain', 'rich', 'replaced'] as const)(
  '%s: init changes nothing and writes the file anew',
  async (name) => {
    const of = await installed(name);
    const [before, known] = [snapshot(of), await loadState(of.state)];
    await rm(of.state);
    assertDone(await run(of, of.init));
    expect(of.sandbox.journal.writes()).toEqual([]);
    expect(snapshot(of)).toBe(before);
    const found = await loadState(of.state);
    expect(found?.variables).toEqual(known?.variables);
    expect(Object.keys(found?.steps ?? {}).sort()).toEqual(Object.keys(known?.steps ?? {}).sort());
  },
);

test.each(['plain', 'rich', 'replaced'] as const)(
  '%s: teardown puts flows and trigger back',
  async (name) => {
    const reference = await openScene(name, 'fake');
    const before = snapshot(reference);
    await reference.close();
    const of = await installed(name);
    await rm(of.state);
    await assertTakenDown(of, before);
    if (name === 'replaced') expect(before).toContain(earlierTrigger);
  },
);

const flags = [
  ['--name', 'move-users', ['--name', 'move-users', '--role-path', '/apps/']],
  ['--role-path', '/apps/', ['--role-path', '/apps/']],
] as const;
const asked = (['teardown', 'init', 'status'] as const).flatMap((command) =>
  flags.map(([flag, value, left]) => [command, flag, value, left] as const),
);

test.each(asked)('%s without the %s it was made with says so, and touches nothing', async (...of) => {
  const [command, flag, value, left] = of;
  const made = await installed('replaced');
  await rm(made.state);
  const before = snapshot(made);
  const leftOut = new Set<string>(left);
  const ended = await run(
    made,
    made[command].filter((word) => !leftOut.has(word)),
  );
  expect(ended.code).toBe(exitCodes.usage.code);
  expect(ended.stderr).toContain(`${flag} ${value}`);
  expect(made.sandbox.journal.writes()).toEqual([]);
  expect(snapshot(made)).toBe(before);
  expect(await readdir(made.folder)).toEqual([]);
});
