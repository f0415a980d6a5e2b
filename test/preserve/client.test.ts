import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { clientChange } from './changes.ts';
import { clientProperty } from './properties.ts';
import { patience, runs, Tally } from './tally.ts';

const tally = new Tally('app clients');
afterAll(() => tally.report());

test(
  'after init only the password flow of an app client differs, and after teardown nothing',
  () => fc.assert(clientProperty(clientChange(), tally), { numRuns: runs }),
  patience,
);
