/** Two runs that make the old client in the same millisecond, which is as exact as AWS tells its age. */
import { setTimeout as wait } from 'node:timers/promises';
import { ListUserPoolClientsCommand } from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { createOwnClient } from '../../src/aws/old-app-client.ts';
import { type Migration, startMigration } from '../steps/support.ts';
import { interleave } from '../support/interleave.ts';

const ClientName = 'cognito-migrate-eu-west-1_NewPool01';

const create = ({ aws, oldPool }: Migration): Promise<string> =>
  createOwnClient(aws, { UserPoolId: oldPool, ClientName }, () => undefined);

/** The same, but two of them really take turns: their pauses are of different lengths, a twentieth of what they say. */
function createInTurn(migration: Migration): Promise<string> {
  const { clock } = migration.aws;
  const sleep = async (ms: number, signal: AbortSignal): Promise<void> => {
    await wait(ms / 20);
    await clock.sleep(ms, signal);
  };
  return create({ ...migration, aws: { ...migration.aws, clock: { now: clock.now, sleep } } });
}

async function left({ sdk, oldPool }: Migration): Promise<(string | undefined)[]> {
  const { UserPoolClients } = await sdk.idp.send(new ListUserPoolClientsCommand({ UserPoolId: oldPool }));
  return (UserPoolClients ?? []).map(({ ClientId }) => ClientId);
}

/** The clock stands still but for the pauses that the runs make themselves. */
describe('while the clock stands still', () => {
  test.each(Array.from({ length: 12 }, (_, index) => index + 1))(
    'two runs end with one client, order %i',
    async (seed) => {
      const migration = await startMigration();
      interleave(migration.sandbox, seed);
      const both = await Promise.all([createInTurn(migration), createInTurn(migration)]);
      expect(both[0]).toBe(both[1]);
      expect(await left(migration)).toEqual([both[0]]);
    },
  );

  test('two that never get out of step are told apart by their IDs', async () => {
    const migration = await startMigration();
    interleave(migration.sandbox, 1);
    const both = await Promise.all([create(migration), create(migration)]);
    expect(both[0]).toBe(both[1]);
    expect(await left(migration)).toEqual([both[0]]);
  });

  test('one that has looked before there were two keeps its client, whatever the ID of the other', async () => {
    const migration = await startMigration();
    const first = await create(migration);
    for (let others = 1; others <= 8; others++) {
      expect(await create(migration)).toBe(first);
      expect(await left(migration)).toEqual([first]);
    }
  });

  test('Ctrl-C ends the pause', async () => {
    const migration = await startMigration();
    await create(migration);
    migration.sandbox.faults.onCall('after', ({ operation }) => {
      if (operation === 'DeleteUserPoolClient') migration.abort();
    });
    await expect(create(migration)).rejects.toMatchObject({ code: 'CANCELLED' });
    expect(await left(migration)).toHaveLength(1);
  });

  test('two that killed runs have left are told apart by their IDs', async () => {
    const migration = await startMigration();
    const two = [
      await migration.addClient(migration.oldPool, ClientName),
      await migration.addClient(migration.oldPool, ClientName),
    ].sort();
    expect(await create(migration)).toBe(two[0]);
    expect((await left(migration)).sort()).toEqual(two);
  });
});
