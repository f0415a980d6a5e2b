import { expect, test } from 'vitest';
import { identityJs } from './identity-js.ts';
import { expectedRows, journeyOf, tableOf } from './journey.ts';

test('amazon-cognito-identity-js moves users, and signs them in by SRP', async ({ annotate }) => {
  const journey = await journeyOf(identityJs);
  await annotate(tableOf(journey));
  expect(journey.rows).toEqual(expectedRows);
}, 120_000);
