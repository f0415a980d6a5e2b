import fc from 'fast-check';
import { afterAll, test } from 'vitest';
import { clientRestore, poolRestore } from './changes.ts';
import { clientRestoreProperty, poolRestoreProperty } from './properties.ts';
import { fewerRuns, patience, Tally } from './tally.ts';

const pools = new Tally('pools restored from their before-image');
const clients = new Tally('app clients restored from their before-image');
afterAll(() => {
  pools.report();
  clients.report();
});

test(
  'a pool that was made into any other is itself again once it is restored',
  () => fc.assert(poolRestoreProperty(poolRestore(), pools), { numRuns: fewerRuns }),
  patience,
);

test(
  'a client that was made into any other is itself again once it is restored',
  () => fc.assert(clientRestoreProperty(clientRestore(), clients), { numRuns: fewerRuns }),
  patience,
);
