/** A choice of all faults, another one every time; FAULTS_SEED chooses the same again. All of them: npm run test:faults. */
import { env, stdout } from 'node:process';
import { describe, expect, test } from 'vitest';
import { random } from '../support/interleave.ts';
import { type Command, commands } from './cases.ts';
import { caseName, chosen, faultsOf, type Held, killsOf } from './choice.ts';
import { prove } from './prove.ts';
import type { ConfigurationName } from './scene.ts';

const seed = Number(env.FAULTS_SEED ?? Math.floor(Math.random() * 1e9));
stdout.write(`faults: FAULTS_SEED=${seed} chooses these cases again\n`);

const next = random(seed);
const anyOf = <T>(items: readonly [T, ...T[]]): T => items[Math.floor(next() * items.length)] ?? items[0];

/** Not every command with every configuration: for each there is an undisturbed run to be made first. */
const lesser: ConfigurationName = anyOf(['rich', 'replaced', 'watched', 'grouped', 'guarded']);
const faults: readonly [ConfigurationName, readonly Command[], number][] = [
  ['plain', commands, 50],
  ['accounts', [anyOf(commands)], 20],
  [lesser, [anyOf(commands)], 10],
];
const killed: readonly [ConfigurationName, readonly Command[], number][] = [
  ['plain', [anyOf(commands)], 10],
  ['accounts', [anyOf(commands)], 10],
  [lesser, [anyOf(commands)], 5],
];

const cases: Held[] = [];
for (const [casesOf, choices] of [
  [faultsOf, faults],
  [killsOf, killed],
] as const) {
  for (const [configuration, some, count] of choices) {
    const all: Held[] = [];
    for (const command of some) all.push(...(await casesOf(configuration, command)));
    cases.push(...chosen(all, count, seed));
  }
}

describe(`faults, seed ${seed}`, () => {
  test('there are enough of them, each once, in one account and across two', () => {
    expect(cases.length).toBeGreaterThanOrEqual(100);
    expect(new Set(cases.map(caseName)).size).toBe(cases.length);
    expect(cases.filter(({ one }) => one.configuration === 'accounts').length).toBeGreaterThanOrEqual(10);
  });
  for (const held of cases) test(caseName(held), () => prove(held.one, held.reference), 60_000);
});
