/** A fault at each call by which a migration joins or leaves a chain. Run again, the end is that of an undisturbed run. */
import { describe, expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import type { Fault } from '../../src/sandbox/faults.ts';
import { changes, type Target, targetName, targetsOf } from '../fault-injection/cases.ts';
import { inThisPart } from '../fault-injection/choice.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import type { CliResult } from '../support/run-cli.ts';
import {
  addUser,
  assertDone,
  type ChainMoment,
  type ChainScene,
  init,
  type Member,
  openMoments,
  openScene,
  orderOf,
  signIn,
  teardown,
} from './scene.ts';

type Kind = Pick<Fault, 'kind' | 'position' | 'times'>;

/** Passing faults, a denial, and calls that never get through or whose answers are all lost. */
const kinds: readonly Kind[] = [
  { kind: 'throttle' },
  { kind: 'internal-error', position: 'after' },
  { kind: 'connection-reset', position: 'after' },
  { kind: 'access-denied' },
  { kind: 'lost-response', times: Number.POSITIVE_INFINITY },
  { kind: 'internal-error', times: Number.POSITIVE_INFINITY },
];

const kindName = ({ kind, position = 'before', times = 1 }: Kind): string =>
  `${kind} ${times === 1 ? 'once' : 'always'}, ${position}`;

interface Command {
  readonly name: string;
  readonly from: ChainMoment;
  readonly left: readonly Member[];
  go(scene: ChainScene): Promise<CliResult>;
}

const [, two, three] = await openMoments();
const commands: readonly Command[] = [
  {
    name: 'init of the third',
    from: two,
    left: ['third', 'second', 'first'],
    go: (scene) => init(scene, 'third'),
  },
  {
    name: 'teardown of the last in the chain',
    from: three,
    left: ['third', 'second'],
    go: (scene) => teardown(scene, 'first'),
  },
  {
    name: 'teardown of the middle one',
    from: three,
    left: ['third', 'first'],
    go: (scene) => teardown(scene, 'second'),
  },
  {
    name: 'teardown of the one with the trigger',
    from: three,
    left: ['second', 'first'],
    go: (scene) => teardown(scene, 'third'),
  },
];

async function undisturbed({ from, left, go }: Command) {
  const scene = await openScene(from);
  try {
    assertDone(await go(scene));
    const reference = { after: snapshot(scene), targets: targetsOf(scene.sandbox.journal.calls) };
    expect(await orderOf(scene)).toEqual(left);
    for (const member of left) {
      const person = await addUser(scene, member);
      expect([member, await signIn(scene, person)]).toEqual([member, 'signed in']);
    }
    return reference;
  } finally {
    await scene.close();
  }
}

const allowed: readonly number[] = [
  exitCodes.ok.code,
  exitCodes.permission.code,
  exitCodes.aws.code,
  exitCodes.refused.code,
];

async function prove({ from, left, go }: Command, after: string, target: Target, kind: Kind): Promise<void> {
  const scene = await openScene(from);
  try {
    const { account: _, ...call } = target;
    const disarm = scene.sandbox.faults.inject({ ...call, ...kind });
    const struck = await go(scene);
    disarm();
    expect(scene.sandbox.journal.calls.some(({ fault }) => fault !== undefined)).toBe(true);
    expect(struck.stdout + struck.stderr).not.toMatch(/This is a bug|^\s+at .*:\d+:\d+\)?$/m);
    expect(allowed, struck.stderr).toContain(struck.code);
    const isGotOver = struck.code === exitCodes.ok.code && !changes(target);
    if (!isGotOver) assertDone(await go(scene));
    // The policy of another migration could not be changed, and the run said so.
    if (/removes the right to call it, which IAM denied/.test(struck.stderr))
      for (const member of left) assertDone(await init(scene, member));
    // The record of an app client could not go to the other migration, and the run said so.
    if (!/but its function can't record it/.test(struck.stderr.replaceAll(/\s+/g, ' ')))
      expect(snapshot(scene)).toBe(after);
    expect(await orderOf(scene)).toEqual(left);
  } finally {
    await scene.close();
  }
}

for (const command of commands) {
  const { after, targets } = await undisturbed(command);
  describe(command.name, () => {
    for (const target of targets) {
      for (const kind of kinds) {
        const name = `${kindName(kind)} · ${targetName(target)}`;
        if (inThisPart(`${command.name} ${name}`)) test(name, () => prove(command, after, target, kind));
      }
    }
  });
}
