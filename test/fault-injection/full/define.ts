/** Cases as tests: each command in some configurations. */
import { describe, test } from 'vitest';
import type { Command } from '../cases.ts';
import { caseName, type faultsOf, inThisPart } from '../choice.ts';
import { prove } from '../prove.ts';
import type { ConfigurationName } from '../scene.ts';

/** @param casesOf the faults or the kills. */
export async function defineCases(
  configurations: readonly ConfigurationName[],
  commands: readonly Command[],
  casesOf: typeof faultsOf,
): Promise<void> {
  for (const configuration of configurations) {
    for (const command of commands) {
      const cases = (await casesOf(configuration, command)).filter((held) => inThisPart(caseName(held)));
      describe(`${configuration} ${command}`, () => {
        for (const held of cases) test(caseName(held), () => prove(held.one, held.reference));
      });
    }
  }
}
