import { expect, test } from 'vitest';
import { amplify } from './amplify.mjs';
import { expectedRows, journeyOf, tableOf } from './journey.ts';

test('Amplify v6 moves users, and signs them in by SRP', async ({ annotate }) => {
  const journey = await journeyOf(amplify);
  await annotate(tableOf(journey));
  expect(journey.rows).toEqual(expectedRows);
}, 120_000);
