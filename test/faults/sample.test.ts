/** A choice of all faults, another one every time; FAULTS_SEED chooses the same again. All of them: npm run test:faults. */
import { env, stdout } from 'node:process';
import { describe, expect, test } from 'vitest';
import { commands } from './cases.ts';
import { caseName, casesOf, chosen, type Held, isKill } from './choice.ts';
import { prove } from './prove.ts';

const seed = Number(env.FAULTS_SEED ?? Math.floor(Math.random() * 1e9));
stdout.write(`faults: FAULTS_SEED=${seed} chooses these cases again\n`);

const all: Held[] = [];
for (const command of commands) {
  all.push(...(await casesOf('plain', command)));
  all.push(...(await casesOf(command === 'teardown' ? 'replaced' : 'rich', command)));
}
const inProcess = all.filter((held) => !isKill(held));
const kills = all.filter(isKill);
const cases = [...chosen(inProcess, 80, seed), ...chosen(kills, 25, seed)];

describe(`faults, seed ${seed}`, () => {
  test('there are enough of them', () => {
    expect(cases.length).toBeGreaterThanOrEqual(100);
    expect(new Set(all.map(caseName)).size).toBe(all.length);
  });
  for (const held of cases) test(caseName(held), () => prove(held.one, held.reference), 60_000);
});
