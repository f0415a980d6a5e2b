import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { poolChange } from './changes.ts';
import { poolProperty } from './properties.ts';
import { patience, runs, Tally } from './tally.ts';

const tally = new Tally('pools');
afterAll(() => tally.report());

test(
  'after init only the trigger of a pool differs, and after teardown nothing',
  () => fc.assert(poolProperty(poolChange(), tally), { numRuns: runs }),
  patience,
);
