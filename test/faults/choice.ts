/** Which cases there are for a configuration, and a smaller choice of them. */

import { random } from '../support/interleave.ts';
import {
  type Case,
  type Command,
  changes,
  kills,
  nameOf,
  type Strike,
  strikes,
  type Target,
  targetsOf,
} from './cases.ts';
import { type Reference, undisturbed } from './prove.ts';
import type { ConfigurationName } from './scene.ts';

/** A case, and how the undisturbed run ends that it is held against. */
export interface Held {
  readonly one: Case;
  readonly reference: Reference;
}

const once = strikes.filter(({ lasting }) => lasting === 'once');

/**
 * A read leaves nothing behind: to whoever asks, a failure before it and the same failure after it are one. What comes
 * after a read is its answer, which can be lost, or find nobody alive.
 */
const ofReads = once.filter(({ kind, position }) => position === 'before' || kind === 'lost-response');

/** What leaves most behind, or stops most: for the configurations in which not every call is struck in every way. */
const worst: readonly Strike[] = [
  { kind: 'access-denied', position: 'before', lasting: 'once' },
  { kind: 'lost-response', position: 'after', lasting: 'always' },
];

/**
 * In `plain` every single call is struck in every way. In the others every call that changes something, with the state
 * file there and with it gone afterwards.
 */
export async function casesOf(configuration: ConfigurationName, command: Command): Promise<Held[]> {
  const fake = await undisturbed(configuration, command, 'fake');
  const real = await undisturbed(configuration, command, 'real');
  const held = (
    reference: Reference,
    targets: readonly Target[],
    ways: readonly Strike[],
    losesState = false,
  ) =>
    targets.flatMap((target) =>
      ways.map((way): Held => ({ one: { configuration, command, target, ...way, losesState }, reference })),
    );
  const [inProcess, killed] = [targetsOf(fake.calls), targetsOf(real.calls)];
  const [writes, killedWrites] = [inProcess.filter(changes), killed.filter(changes)];
  if (configuration === 'plain') {
    const reads = inProcess.filter((target) => !changes(target));
    return [...held(fake, reads, ofReads), ...held(fake, writes, strikes), ...held(real, killed, kills)];
  }
  return [
    ...held(fake, writes, worst),
    ...held(real, killedWrites, kills),
    ...held(fake, writes, worst.slice(1), true),
    ...held(real, killedWrites, kills.slice(1), true),
  ];
}

/** So many of the cases, each at most once. */
export function chosen(cases: readonly Held[], count: number, seed: number): Held[] {
  const next = random(seed);
  const drawn = cases.map((held) => ({ held, place: next() })).sort((a, b) => a.place - b.place);
  return drawn.slice(0, count).map(({ held }) => held);
}

export const isKill = ({ one }: Held): boolean => one.kind === 'kill';

export const caseName = ({ one }: Held): string => nameOf(one);
