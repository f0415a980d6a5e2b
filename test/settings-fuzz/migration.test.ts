import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { engineMigrator } from './engine.ts';
import { migrationProperty, type Tallies } from './migrations.ts';
import { programMigrator } from './program.ts';
import { configurations, patience, programRuns, runs, Tally } from './tally.ts';

function talliesOf(who: string): Tallies {
  return {
    pools: new Tally(`pools, set up and taken down by ${who}`),
    clients: new Tally('app clients of these pools'),
    foreignTriggers: new Tally('of these pools had a trigger of somebody else, replaced and put back'),
    lostStateFiles: new Tally('of these pools were taken down without their state file'),
  };
}

const byEngine = talliesOf('the engine and the steps');
const byProgram = talliesOf('the whole program (init --yes, teardown --yes)');
afterAll(() => {
  for (const tallies of [byEngine, byProgram])
    for (const tally of [tallies.pools, tallies.clients, tallies.foreignTriggers, tallies.lostStateFiles])
      tally.report();
});

test(
  `after init only the trigger and the flows differ, after teardown nothing: ${configurations(runs)}`,
  async () => fc.assert(migrationProperty(await engineMigrator(), byEngine), { numRuns: runs }),
  patience,
);

test(
  `the same by init and teardown as they are called: ${configurations(programRuns)}`,
  async () => fc.assert(migrationProperty(await programMigrator(), byProgram), { numRuns: programRuns }),
  patience,
);
