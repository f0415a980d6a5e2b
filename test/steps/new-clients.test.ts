import {
  DeleteUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { GetFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { namesOf, writesOf } from '../support/local-aws.ts';
import { type Migration, outputOf, startMigration } from './support.ts';

const tagsOf = async ({ sdk, inputs }: Migration) =>
  (await sdk.lambda.send(new GetFunctionCommand({ FunctionName: inputs.NAME }))).Tags ?? {};

const settings = async (migration: Migration, id: string) => {
  const { LastModifiedDate: _date, ...rest } = await migration.client(migration.newPool, id);
  return rest;
};

describe('app clients of the new pool', () => {
  test('get the password flow and keep everything else, secret and lifetimes too', async () => {
    const migration = await startMigration();
    const { web, ios } = migration.clients;
    const NEW_CLIENT_NAMES = { [web]: 'web', [ios]: 'ios' };
    const before = [await settings(migration, web), await settings(migration, ios)];
    const { outcomes } = await migration.apply({ NEW_CLIENT_IDS: [web, ios], NEW_CLIENT_NAMES });
    const after = [await settings(migration, web), await settings(migration, ios)];
    expect(after).toEqual(
      before.map((client) => ({
        ...client,
        ExplicitAuthFlows: expect.arrayContaining([
          ...(client.ExplicitAuthFlows ?? []),
          'ALLOW_USER_PASSWORD_AUTH',
        ]),
      })),
    );
    expect(after.map(({ ExplicitAuthFlows }) => ExplicitAuthFlows?.length)).toEqual([3, 4]);
    const details = outcomes.flatMap(({ step, detail }) => (step === 'new-clients' ? [detail ?? ''] : []));
    expect(details.toSorted()).toEqual([
      expect.stringMatching(/^ios accepts passwords now; (\d+) of \1 other settings verified unchanged$/),
      expect.stringMatching(/^web accepts passwords now; (\d+) of \1 other settings verified unchanged$/),
    ]);
  });

  test('have their undo record in AWS before they are changed', async () => {
    const migration = await startMigration();
    await migration.apply();
    const names = namesOf(migration.sandbox.journal.calls);
    expect(names.indexOf('lambda:TagResource')).toBeLessThan(
      names.indexOf('cognito-idp:UpdateUserPoolClient'),
    );
    expect(await tagsOf(migration)).toMatchObject({
      [`cognito-migrate:flow:${migration.clients.web}`]: 'added',
    });
  });

  test('that are not chosen are not touched', async () => {
    const migration = await startMigration();
    const before = await settings(migration, migration.clients.ios);
    await migration.apply();
    expect(await settings(migration, migration.clients.ios)).toEqual(before);
  });

  test('that have the flow already are left alone by init and by removal', async () => {
    const migration = await startMigration();
    const id = await migration.addClient(migration.newPool, 'ready', {
      ExplicitAuthFlows: ['ALLOW_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    const more = { NEW_CLIENT_IDS: [id], NEW_CLIENT_NAMES: { [id]: 'ready' } };
    const before = await migration.client(migration.newPool, id);
    migration.sandbox.journal.clear();
    await migration.apply(more);
    await migration.destroy(more);
    expect(writesOf(migration.sandbox)).not.toContain('cognito-idp:UpdateUserPoolClient');
    expect(await migration.client(migration.newPool, id)).toEqual(before);
  });

  test.each([
    [
      'no list',
      undefined,
      'was-empty',
      ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_PASSWORD_AUTH', 'ALLOW_USER_SRP_AUTH'],
    ],
    ['the older names', ['CUSTOM_AUTH_FLOW_ONLY'], 'legacy', ['CUSTOM_AUTH_FLOW_ONLY', 'USER_PASSWORD_AUTH']],
  ] as const)(
    'with %s keep what it means, and get it back on removal',
    async (_what, flows, record, wanted) => {
      const migration = await startMigration();
      const id = await migration.addClient(
        migration.newPool,
        'special',
        flows === undefined ? {} : { ExplicitAuthFlows: [...flows] },
      );
      const more = { NEW_CLIENT_IDS: [id], NEW_CLIENT_NAMES: { [id]: 'special' } };
      const before = await settings(migration, id);
      await migration.apply(more);
      expect((await settings(migration, id)).ExplicitAuthFlows?.toSorted()).toEqual(wanted);
      expect(await tagsOf(migration)).toMatchObject({ [`cognito-migrate:flow:${id}`]: record });
      await migration.destroy(more);
      expect(await settings(migration, id)).toEqual(before);
    },
  );

  test('with no list and rotating refresh tokens get an empty list again', async () => {
    const migration = await startMigration();
    const id = await migration.addClient(migration.newPool, 'rotating', {
      RefreshTokenRotation: { Feature: 'ENABLED', RetryGracePeriodSeconds: 10 },
    });
    const more = { NEW_CLIENT_IDS: [id], NEW_CLIENT_NAMES: { [id]: 'rotating' } };
    const before = await settings(migration, id);
    await migration.apply(more);
    expect((await settings(migration, id)).ExplicitAuthFlows).toContain('ALLOW_USER_PASSWORD_AUTH');
    await migration.destroy(more);
    expect(await settings(migration, id)).toEqual(before);
  });

  test('are repaired when somebody takes the flow out, after a new probe', async () => {
    const migration = await startMigration();
    await migration.apply();
    await migration.sdk.idp.send(
      new UpdateUserPoolClientCommand({
        UserPoolId: migration.newPool,
        ClientId: migration.clients.web,
        ClientName: 'web',
        ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
      }),
    );
    expect(await migration.repair()).toEqual(['lambda:TagResource', 'cognito-idp:UpdateUserPoolClient']);
    expect(namesOf(migration.sandbox.journal.calls)).toContain('lambda:Invoke');
    expect((await settings(migration, migration.clients.web)).ExplicitAuthFlows?.toSorted()).toEqual([
      'ALLOW_USER_PASSWORD_AUTH',
      'ALLOW_USER_SRP_AUTH',
    ]);
  });

  test('that are gone at removal are no obstacle', async () => {
    const migration = await startMigration();
    const lambda = outputOf(await migration.apply(), 'LAMBDA_ARN');
    expect(lambda).toContain(':function:');
    await migration.sdk.idp.send(
      new DeleteUserPoolClientCommand({ UserPoolId: migration.newPool, ClientId: migration.clients.web }),
    );
    const { outcomes } = await migration.destroy();
    expect(outcomes.find(({ step }) => step === 'new-clients')?.done).toBe('absent');
  });

  test('lose the flow again though the state file is lost: the record is in AWS', async () => {
    const migration = await startMigration();
    const before = await settings(migration, migration.clients.web);
    await migration.apply();
    const { rm } = await import('node:fs/promises');
    await rm(migration.file);
    await migration.destroy();
    expect(await settings(migration, migration.clients.web)).toEqual(before);
  });
});
