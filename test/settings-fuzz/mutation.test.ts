/**
 * The proof that the properties have teeth: with any one field missing from a list, and nothing else to carry it, they
 * fail. The only exceptions are named here, with the test that fails for them instead.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type PoolField, poolFields } from '../../src/aws/user-pool/index.ts';
import { clientFields } from '../../src/aws/user-pool-client/index.ts';
import { clientChange, clientRestore, poolChange, poolRestore } from './changes.ts';
import { localCognito } from './local.ts';
import { clientProperty, clientRestoreProperty, poolProperty, poolRestoreProperty } from './properties.ts';
import { patience, report, Tally } from './tally.ts';

/** AWS keeps it when it is left out, so it is never sent: see "DcrConfiguration" in test/aws/user-pool/request.test.ts. */
const neverSent = Object.entries<PoolField>(poolFields).flatMap(([name, { send }]) =>
  send === 'kept' ? [name] : [],
);

const sentPoolFields = Object.keys(poolFields).filter((name) => !neverSent.includes(name));

const operations = ['UpdateUserPool', 'UpdateUserPoolClient'] as const;
const caught: Record<(typeof operations)[number], string[]> = {
  UpdateUserPool: [],
  UpdateUserPoolClient: [],
};
const missed: string[] = [];

afterAll(() => {
  const names = operations.flatMap((operation) => caught[operation]);
  report(
    `${names.length} of ${names.length + missed.length} fields caught: a property fails when its list lacks any one of`,
    missed.length,
  );
  for (const operation of operations) report(`  ${operation}: ${caught[operation].join(', ')}`, 0);
  if (missed.length > 0) report(`  not caught: ${missed.join(', ')}`, 0);
  report(`  ${neverSent.join(', ')}: never sent, since AWS keeps it when it is left out`, 0);
});

function without<T>(fields: Readonly<Record<string, T>>, name: string): Readonly<Record<string, T>> {
  return Object.fromEntries(Object.entries(fields).filter(([key]) => key !== name));
}

/** A local AWS at its strictest: the name of a pool may not be left out. */
function strict() {
  const aws = localCognito();
  aws.settings.omittedPoolName = 'refused';
  return aws;
}

/**
 * Does the property fail with a mutated list, for a configuration that loses nothing with the full one?
 * @param full the same property with the full list: the failure is the missing field's, and nothing else's.
 */
async function fails<T>(mutated: fc.IAsyncProperty<T>, full: fc.IAsyncProperty<T>): Promise<boolean> {
  const result = await fc.check(mutated, { numRuns: 400, endOnFailure: true });
  if (!result.failed || result.counterexamplePath === null) return false;
  const { seed, counterexamplePath: path } = result;
  const control = await fc.check(full, { seed, path, numRuns: 1, endOnFailure: true });
  return !control.failed;
}

function found(operation: (typeof operations)[number], name: string, isFound: boolean): void {
  (isFound ? caught[operation] : missed).push(name);
  expect(isFound).toBe(true);
}

const unseen = new Tally('');

describe('a list that lacks one field loses it', () => {
  test('only DcrConfiguration is never sent', () => expect(neverSent).toEqual(['DcrConfiguration']));

  test.each(sentPoolFields)(
    'UpdateUserPool without %s',
    async (name) => {
      const rules = { fields: without<PoolField>(poolFields, name), carryUnknown: false };
      const changed = (list: typeof rules | undefined) => poolProperty(poolChange(list), unseen, strict());
      const restored = (list: typeof rules | undefined) =>
        poolRestoreProperty(poolRestore(list), unseen, strict());
      found(
        'UpdateUserPool',
        name,
        (await fails(changed(rules), changed(undefined))) ||
          (await fails(restored(rules), restored(undefined))),
      );
    },
    patience,
  );

  test.each(Object.keys(clientFields))(
    'UpdateUserPoolClient without %s',
    async (name) => {
      const rules = { fields: without<true>(clientFields, name), carryUnknown: false };
      const changed = (list: typeof rules | undefined) =>
        clientProperty(clientChange(list), unseen, strict());
      const restored = (list: typeof rules | undefined) =>
        clientRestoreProperty(clientRestore(list), unseen, strict());
      found(
        'UpdateUserPoolClient',
        name,
        (await fails(changed(rules), changed(undefined))) ||
          (await fails(restored(rules), restored(undefined))),
      );
    },
    patience,
  );
});

describe('with all fields in the list, and nothing else to carry them, nothing is lost', () => {
  const rules = { carryUnknown: false };
  const some = { numRuns: 100 };
  test('of pools', () => fc.assert(poolProperty(poolChange(rules), unseen, strict()), some), patience);
  test('of clients', () => fc.assert(clientProperty(clientChange(rules), unseen, strict()), some), patience);
});
