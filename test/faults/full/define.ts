/** Every case of a command in a configuration, as a test. */
import { describe, test } from 'vitest';
import type { Command } from '../cases.ts';
import { caseName, casesOf, type Held, isKill } from '../choice.ts';
import { prove } from '../prove.ts';
import type { ConfigurationName } from '../scene.ts';

/** A file each for what is in this process and what is in others, so that two processors share the work. */
export async function defineCases(
  configurations: readonly ConfigurationName[],
  command: Command,
  which: (held: Held) => boolean,
): Promise<void> {
  for (const configuration of configurations) {
    const cases = (await casesOf(configuration, command)).filter(which);
    describe(`${configuration} ${command}`, () => {
      for (const held of cases) test(caseName(held), () => prove(held.one, held.reference));
    });
  }
}

export const inProcess = (held: Held): boolean => !isKill(held);
export { isKill };
