/** Which cases there are for a configuration, and a smaller choice of them. */

import { createHash } from 'node:crypto';
import { env } from 'node:process';
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
  targetName,
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

/** One account and two: there every single call is struck in every way, in the others every call that changes something. */
const isWhole = (configuration: ConfigurationName): boolean =>
  configuration === 'plain' || configuration === 'accounts';

/** Faults of AWS. In the lesser configurations in the worst ways: with the state file there, and with it gone afterwards. */
export async function faultsOf(configuration: ConfigurationName, command: Command): Promise<Held[]> {
  const reference = await undisturbed(configuration, command, 'fake');
  const held = holding(configuration, command, reference);
  const targets = targetsOf(reference.calls);
  const writes = targets.filter(changes);
  return isWhole(configuration)
    ? [...held(targets.filter(isRead), ofReads), ...held(writes, strikes)]
    : [...held(writes, worst), ...held(writes, worst.slice(1), true)];
}

/**
 * The process killed before and after a call. A process of its own has the real time, and on a busy machine reads once more
 * what it has read too long ago: only calls that a run without real time makes too are sure to come.
 */
export async function killsOf(configuration: ConfigurationName, command: Command): Promise<Held[]> {
  const reference = await undisturbed(configuration, command, 'real');
  const held = holding(configuration, command, reference);
  const timeless = await undisturbed(configuration, command, 'fake');
  const sure = new Set(targetsOf(timeless.calls).map(targetName));
  const targets = targetsOf(reference.calls).filter((target) => sure.has(targetName(target)));
  const writes = targets.filter(changes);
  return isWhole(configuration)
    ? held(targets, kills)
    : [...held(writes, kills), ...held(writes, kills.slice(1), true)];
}

const isRead = (target: Target): boolean => !changes(target);

const holding =
  (configuration: ConfigurationName, command: Command, reference: Reference) =>
  (targets: readonly Target[], ways: readonly Strike[], losesState = false): Held[] =>
    targets.flatMap((target) =>
      ways.map((way): Held => ({ one: { configuration, command, target, ...way, losesState }, reference })),
    );

/** So many of the cases, each at most once. */
export function chosen(cases: readonly Held[], count: number, seed: number): Held[] {
  const next = random(seed);
  const drawn = cases.map((held) => ({ held, place: next() })).sort((a, b) => a.place - b.place);
  return drawn.slice(0, count).map(({ held }) => held);
}

/**
 * FAULTS_PART=3 runs a third of the cases, and FAULTS_SEED chooses the third. The choice depends on the name of the case only,
 * not on its file or place.
 */
export function inThisPart(name: string): boolean {
  const parts = Number(env.FAULTS_PART ?? 1);
  const text = `${env.FAULTS_SEED ?? 0} ${name}`;
  return createHash('sha256').update(text).digest().readUInt32BE() % parts === 0;
}

export const caseName = ({ one }: Held): string => nameOf(one);
