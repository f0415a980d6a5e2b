/** Runs a whole self-test, and expects every promise to hold and nothing to be left. */
import { expect } from 'vitest';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { json } from '../support/run-cli.ts';
import { openPlace, type PlaceName, placeNames } from './places.ts';
import { holds } from './support.ts';
import type { World } from './worlds.ts';

/** Checks that did not hold, or could not be tried at all. */
function bad(checks: unknown): readonly unknown[] {
  if (!Array.isArray(checks)) throw new Error('no checks');
  return checks.filter(({ kind, outcome }) =>
    kind === 'promise' ? outcome !== 'same' : outcome === 'error' || outcome === 'skipped',
  );
}

export async function expectToHold(world: World, where: PlaceName = placeNames[0]): Promise<void> {
  const { aws, words, places, roleSettings } = await openPlace(where);
  const { sandbox, run } = aws;
  Object.assign(cognitoSettings(sandbox.world), world);
  const before = holds(sandbox);
  sandbox.journal.clear();
  const result = await run(...words, '--yes', '--json');
  expect({ code: result.code, bad: bad(json(result).checks) }).toEqual({ code: 0, bad: [] });
  const made = sandbox.journal.calls.filter(({ operation }) => operation === 'CreateUserPool');
  expect([...new Set(made.map(({ account, region }) => `${account} ${region}`))].toSorted()).toEqual(
    places.toSorted(),
  );
  expect(holds(sandbox)).toEqual(before);
  const roles = sandbox.journal.calls.filter(({ operation }) => operation === 'CreateRole');
  for (const { input } of roles) expect(input).toMatchObject(roleSettings);
}
