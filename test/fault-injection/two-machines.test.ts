/** Two people on two machines begin the same migration at the same moment: one consistent set, whoever is faster. */
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { loadState } from '../../src/core/state.ts';
import { interleave } from '../support/interleave.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { targetName, targetsOf } from './cases.ts';
import { proveNested, withState } from './nested.ts';
import { assertDone, assertOrderly, assertTakenDown, undisturbed } from './prove.ts';
import { type ConfiguredAws, openConfiguredAws } from './scene.ts';
import { snapshot } from './snapshot.ts';

/** No two things are made in the same millisecond. */
const inAnyOrder = ({ sandbox, clock }: ConfiguredAws, seed: number): void =>
  interleave(sandbox, seed, () => clock.advance(1));

const { ok, conflict, aws, refused } = exitCodes;

test.each([1, 2, 3, 4, 5, 6, 7, 8])('two inits at the same time, order %i', async (seed) => {
  const reference = await undisturbed('rich', 'init', 'fake');
  const scene = await openConfiguredAws('rich', 'fake');
  try {
    inAnyOrder(scene, seed);
    const mine = withState(scene.init, scene, 'mine.json');
    const theirs = withState(scene.init, scene, 'theirs.json');
    const both: CliResult[] = await Promise.all([runCli(mine, scene.io), runCli(theirs, scene.io)]);
    for (const ended of both) {
      assertOrderly(ended);
      // The slower one may find the pool changed under its hands, or the function busy, and says so.
      expect([ok.code, conflict.code, aws.code, refused.code], ended.stderr).toContain(ended.code);
    }
    expect(both.map(({ code }) => code)).toContain(ok.code);

    assertDone(await runCli(mine, scene.io));
    assertDone(await runCli(theirs, scene.io));
    expect(snapshot(scene)).toBe(reference.after);
    const [one, other] = [
      await loadState(join(scene.folder, 'mine.json')),
      await loadState(join(scene.folder, 'theirs.json')),
    ];
    expect(one?.variables).toEqual(other?.variables);

    assertDone(await runCli(withState(scene.teardown, scene, 'mine.json'), scene.io));
    await assertTakenDown(scene, reference.before, withState(scene.teardown, scene, 'theirs.json'));
  } finally {
    await scene.close();
  }
});

test.each([1, 2, 3])('two teardowns at the same time, order %i', async (seed) => {
  const scene = await openConfiguredAws('rich', 'fake');
  try {
    const before = snapshot(scene);
    assertDone(await runCli(scene.init, scene.io));
    inAnyOrder(scene, seed);
    const both = await Promise.all([
      runCli(scene.teardown, scene.io),
      runCli(withState(scene.teardown, scene, 'theirs.json'), scene.io),
    ]);
    for (const ended of both) {
      assertOrderly(ended);
      expect([ok.code, conflict.code, aws.code], ended.stderr).toContain(ended.code);
    }
    assertDone(await runCli(withState(scene.teardown, scene, 'theirs.json'), scene.io));
    await assertTakenDown(scene, before);
  } finally {
    await scene.close();
  }
});

/** Calls between whose read and write somebody else can be faster: those of the two dangerous updates, and creations. */
const places = {
  rich: ['TagResource', 'UpdateUserPoolClient', 'UpdateUserPool', 'CreateUserPoolClient', 'CreateFunction'],
  /** And the role with the external ID, which both would make up. */
  accounts: ['CreateRole', 'PutRolePolicy', 'CreateUserPoolClient'],
} as const;

describe.each(['rich', 'accounts'] as const)(
  'an init in the middle of another, %s',
  async (configuration) => {
    const reference = await undisturbed(configuration, 'init', 'fake');
    const operations: readonly string[] = places[configuration];
    const targets = targetsOf(reference.calls).filter(({ operation }) => operations.includes(operation));
    for (const target of targets) {
      test(targetName(target), () => proveNested(configuration, target, reference));
    }
  },
);
