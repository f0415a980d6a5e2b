/**
 * The proof that the properties have teeth: with any one field missing from a list, and nothing else to carry it, they
 * fail. The only exceptions are named here, with the test that fails for them instead.
 */
import fc from 'fast-check';
import { afterAll, describe, expect, test } from 'vitest';
import { type PoolField, poolFields } from '../../src/aws/user-pool/index.ts';
import { clientFields } from '../../src/aws/user-pool-client/index.ts';
import {
  clientChange,
  clientRestore,
  type Mutant,
  poolChange,
  poolRestore,
  withoutClientField,
  withoutPoolField,
} from './changes.ts';
import { type Local, localCognito } from './local.ts';
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

/** A local AWS at its strictest: the name of a pool may not be left out. */
function strict(): Local {
  const aws = localCognito();
  aws.settings.omittedPoolName = 'refused';
  return aws;
}

/** Does the property fail with the mutant, for a configuration that loses nothing without the mutation? */
async function fails<T>(property: () => fc.IAsyncProperty<T>, mutant: Mutant): Promise<boolean> {
  const result = await mutant(() => fc.check(property(), { numRuns: 400, endOnFailure: true }));
  if (!result.failed || result.counterexamplePath === null) return false;
  const { seed, counterexamplePath: path } = result;
  const control = await fc.check(property(), { seed, path, numRuns: 1, endOnFailure: true });
  return !control.failed;
}

function found(operation: (typeof operations)[number], name: string, isFound: boolean): void {
  (isFound ? caught[operation] : missed).push(name);
  expect(isFound).toBe(true);
}

const unseen = new Tally('');

describe('a list that lacks one field loses it', () => {
  test('only DcrConfiguration is never sent', () => expect(neverSent).toEqual(['DcrConfiguration']));

  const changedPool = () => poolProperty(poolChange(), unseen, strict());
  const restoredPool = () => poolRestoreProperty(poolRestore(), unseen, strict());
  test.each(sentPoolFields)(
    'UpdateUserPool without %s',
    async (name) => {
      const mutant = withoutPoolField(name);
      const isFound = (await fails(changedPool, mutant)) || (await fails(restoredPool, mutant));
      found('UpdateUserPool', name, isFound);
    },
    patience,
  );

  const changedClient = () => clientProperty(clientChange(), unseen, strict());
  const restoredClient = () => clientRestoreProperty(clientRestore(), unseen, strict());
  test.each(Object.keys(clientFields))(
    'UpdateUserPoolClient without %s',
    async (name) => {
      const mutant = withoutClientField(name);
      const isFound = (await fails(changedClient, mutant)) || (await fails(restoredClient, mutant));
      found('UpdateUserPoolClient', name, isFound);
    },
    patience,
  );
});

describe('what is sent is in the lists: nothing is lost, and nothing had to be carried as unknown', () => {
  const some = { numRuns: 100 };
  const sentBy = ({ sent }: Local, operation: (typeof operations)[number]) => [
    ...(sent.get(operation) ?? []),
  ];

  test(
    'of pools',
    async () => {
      const aws = strict();
      await fc.assert(poolProperty(poolChange(), unseen, aws), some);
      expect(sentBy(aws, 'UpdateUserPool')).toContain('UserPoolId');
      expect(sentBy(aws, 'UpdateUserPool').filter((name) => !sentPoolFields.includes(name))).toEqual([]);
    },
    patience,
  );

  test(
    'of clients',
    async () => {
      const aws = strict();
      await fc.assert(clientProperty(clientChange(), unseen, aws), some);
      expect(sentBy(aws, 'UpdateUserPoolClient')).toContain('ClientId');
      expect(
        sentBy(aws, 'UpdateUserPoolClient').filter((name) => !Object.hasOwn(clientFields, name)),
      ).toEqual([]);
    },
    patience,
  );
});
