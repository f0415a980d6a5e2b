/** A whole init of somebody else, from beginning to end, in the middle of this one. */
import { join } from 'node:path';
import { expect } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { counting, type Target } from './cases.ts';
import { assertDone, assertOrderly, assertTakenDown, type Reference } from './prove.ts';
import { type ConfigurationName, type ConfiguredAws, openConfiguredAws } from './scene.ts';
import { snapshot } from './snapshot.ts';

/** The same command line with a state file of its own. */
export const withState = (argv: readonly string[], scene: ConfiguredAws, name: string): string[] =>
  argv.map((word) => (word === scene.state ? join(scene.folder, name) : word));

/** Fails unless both end in one consistent set, and this run's own teardown leaves nothing. */
export async function proveNested(
  configuration: ConfigurationName,
  target: Target,
  reference: Reference,
): Promise<void> {
  const scene = await openConfiguredAws(configuration, 'fake');
  const { faults } = scene.sandbox;
  try {
    const isTarget = counting(target);
    faults.onCall('before', () => scene.clock.advance(1)); // no two things are made in the same millisecond
    let other: Promise<void> | undefined;
    faults.onCall('before', async (call) => {
      if (other !== undefined || !isTarget(call)) return;
      other = runCli(withState(scene.init, scene, 'theirs.json'), scene.io).then(assertDone);
      await other;
    });
    const mine = await runCli(scene.init, scene.io);
    assertOrderly(mine);
    expect(other, 'the other init has run').toBeDefined();
    const { ok, conflict, aws } = exitCodes;
    expect([ok.code, conflict.code, aws.code], mine.stderr).toContain(mine.code);
    assertDone(await runCli(scene.init, scene.io));
    expect(snapshot(scene)).toBe(reference.after);
    assertDone(await runCli(scene.teardown, scene.io));
    await assertTakenDown(scene, reference.before, withState(scene.teardown, scene, 'theirs.json'));
  } finally {
    await scene.close();
  }
}
