import {
  CreateUserPoolClientCommand,
  ListUserPoolClientsCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { cognitoSettings } from '../../src/sandbox/services/cognito/settings.ts';
import { oldClientName } from '../../src/steps/names.ts';
import { refusalOf } from '../support/errors.ts';
import { inputOf, writesOf } from '../support/local-aws.ts';
import { type Migration, outputOf, startMigration } from './support.ts';

const ours = async ({ sdk, oldPool, inputs }: Migration): Promise<string[]> => {
  const { UserPoolClients } = await sdk.idp.send(
    new ListUserPoolClientsCommand({ UserPoolId: oldPool, MaxResults: 60 }),
  );
  return (UserPoolClients ?? []).flatMap(({ ClientName, ClientId }) =>
    ClientName === oldClientName(inputs) && ClientId !== undefined ? [ClientId] : [],
  );
};

describe('our app client in the old pool', () => {
  test('can only be used by IAM-signed callers, has no secret, no OAuth, the shortest lifetimes', async () => {
    const migration = await startMigration();
    const id = outputOf(await migration.apply(), 'OLD_CLIENT_ID');
    const client = await migration.client(migration.oldPool, id);
    expect(client).toMatchObject({
      ClientName: `cognito-migrate-${migration.newPool}`,
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
      AccessTokenValidity: 5,
      IdTokenValidity: 5,
      RefreshTokenValidity: 60,
      TokenValidityUnits: { AccessToken: 'minutes', IdToken: 'minutes', RefreshToken: 'minutes' },
      PreventUserExistenceErrors: 'LEGACY',
      AllowedOAuthFlowsUserPoolClient: false,
    });
    expect(client.ClientSecret).toBeUndefined();
    expect(client.AllowedOAuthFlows ?? []).toEqual([]);
  });

  test('gets the refresh flow only where AWS insists on it, and keeps it then', async () => {
    const migration = await startMigration();
    cognitoSettings(migration.sandbox.world).requireRefreshFlow = true;
    const id = outputOf(await migration.apply({ NEW_CLIENT_IDS: [] }), 'OLD_CLIENT_ID');
    const flows = migration.sandbox.journal.calls
      .filter(({ operation }) => operation === 'CreateUserPoolClient')
      .map(({ input, result }) => [input.ExplicitAuthFlows, result]);
    expect(flows).toEqual([
      [['ALLOW_ADMIN_USER_PASSWORD_AUTH'], 'InvalidParameterException'],
      [['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'], 'ok'],
    ]);
    expect(await migration.repair({ NEW_CLIENT_IDS: [] })).toEqual([]);
    expect((await migration.client(migration.oldPool, id)).ExplicitAuthFlows).toHaveLength(2);
  });

  test.each([
    ['flows', { ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'] }],
    ['lifetimes', { ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'], AccessTokenValidity: 24 }],
    ['existence errors', { PreventUserExistenceErrors: 'ENABLED' }],
  ] as const)('whose %s drifted is repaired with one write', async (_what, change) => {
    const migration = await startMigration();
    const ClientId = outputOf(await migration.apply(), 'OLD_CLIENT_ID');
    const before = await migration.client(migration.oldPool, ClientId);
    const { ExplicitAuthFlows, ...more } = { ExplicitAuthFlows: undefined, ...change };
    await migration.sdk.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: migration.oldPool,
        ClientId,
        ClientName: oldClientName(migration.inputs),
        ...(ExplicitAuthFlows === undefined ? {} : { ExplicitAuthFlows: [...ExplicitAuthFlows] }),
        ...more,
      }),
    );
    expect(await migration.repair()).toEqual(['cognito-idp:UpdateUserPoolClient']);
    const { LastModifiedDate: _one, ...after } = await migration.client(migration.oldPool, ClientId);
    const { LastModifiedDate: _other, ...was } = before;
    expect({
      ...after,
      ExplicitAuthFlows: after.ExplicitAuthFlows?.includes('ALLOW_ADMIN_USER_PASSWORD_AUTH'),
    }).toEqual({
      ...was,
      ExplicitAuthFlows: true,
    });
    expect(await migration.repair()).toEqual([]);
  });

  test('of two of our name the older one is used; both are removed', async () => {
    const migration = await startMigration();
    const older = await migration.addClient(migration.oldPool, oldClientName(migration.inputs));
    migration.clock.advance(5000);
    await migration.addClient(migration.oldPool, oldClientName(migration.inputs));
    expect(outputOf(await migration.apply(), 'OLD_CLIENT_ID')).toBe(older);
    expect(await ours(migration)).toHaveLength(2);
    await migration.destroy();
    expect(await ours(migration)).toEqual([]);
  });

  test('a creation whose answer was lost is found again: one client', async () => {
    const migration = await startMigration();
    migration.sandbox.faults.inject({ kind: 'lost-response', operation: 'CreateUserPoolClient' });
    const id = outputOf(await migration.apply(), 'OLD_CLIENT_ID');
    expect(await ours(migration)).toEqual([id]);
    expect(writesOf(migration.sandbox).filter((name) => name.endsWith(':CreateUserPoolClient'))).toHaveLength(
      1,
    );
  });

  test('a throttled creation is tried again', async () => {
    const migration = await startMigration();
    migration.sandbox.faults.inject({ kind: 'throttle', operation: 'CreateUserPoolClient', times: 2 });
    await migration.apply();
    expect(await ours(migration)).toHaveLength(1);
    const said = migration.events.filter((event) => event.type === 'wait' && event.step === 'old-client');
    expect(said.map((event) => ('message' in event ? event.message : ''))).toEqual([
      'AWS is too busy to create the app client · 0 of 60 s',
      'AWS is too busy to create the app client · 1 of 60 s',
    ]);
  });

  test('of two runs at the same time the older client wins, and the other run deletes its own', async () => {
    const migration = await startMigration();
    const { sandbox, sdk, clock, inputs } = migration;
    let other: string | undefined;
    const stop = sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'CreateUserPoolClient') return;
      stop();
      const { UserPoolClient } = await sdk.idp.send(
        new CreateUserPoolClientCommand({
          UserPoolId: migration.oldPool,
          ClientName: oldClientName(inputs),
          ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
        }),
      );
      other = UserPoolClient?.ClientId;
      clock.advance(1000);
    });
    const id = outputOf(await migration.apply(), 'OLD_CLIENT_ID');
    expect(id).toBe(other);
    expect(await ours(migration)).toEqual([other]);
  });

  test('with a secret under our name is not ours', async () => {
    const migration = await startMigration();
    await migration.addClient(migration.oldPool, oldClientName(migration.inputs), { GenerateSecret: true });
    const error = await refusalOf(migration.apply());
    expect(error).toMatchObject({ code: 'FOREIGN', exitCode: 4 });
    expect(error.message).toContain('which has a secret');
  });

  test('that was brought along is used, never changed and never removed', async () => {
    const migration = await startMigration();
    const theirs = await migration.addClient(migration.oldPool, 'theirs', {
      ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
      PreventUserExistenceErrors: 'ENABLED',
    });
    const before = await migration.client(migration.oldPool, theirs);
    const more = { EXISTING_OLD_CLIENT_ID: theirs };
    expect(outputOf(await migration.apply(more), 'OLD_CLIENT_ID')).toBe(theirs);
    expect(inputOf(migration.sandbox, 'CreateFunction')).toMatchObject({
      Environment: { Variables: { OLD_CLIENT_ID: theirs } },
    });
    await migration.destroy(more);
    expect(await migration.client(migration.oldPool, theirs)).toEqual(before);
  });
});
