import { once } from 'node:events';
import { createServer } from 'node:http';
import {
  DeleteRoleCommand,
  DetachRolePolicyCommand,
  GetRoleCommand,
  ListAttachedRolePoliciesCommand,
} from '@aws-sdk/client-iam';
import {
  DeleteFunctionCommand,
  LambdaClient,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import { describe, expect, onTestFinished, test } from 'vitest';
import { parseArn } from '../../../src/aws/arn.ts';
import { askFunction } from '../../../src/aws/function/probe.ts';
import type { MigrateError } from '../../../src/core/errors.ts';
import type { Inputs } from '../../../src/core/variables/index.ts';
import { decodeSettings, encodeSettings } from '../../../src/lambda/settings-codec.ts';
import { keysOf } from '../../../src/sandbox/index.ts';
import { changesOf, expectOneLine, type Migration, startMigration } from '../../steps/support.ts';
import { refusalOf } from '../../support/errors.ts';
import { writesOf } from '../../support/local-aws.ts';

/** Runs apply, which must be refused by the probe, and proves that neither the pool nor a client was touched. */
async function refusedBy(migration: Migration, more: Partial<Inputs> = {}): Promise<MigrateError> {
  const pool = await migration.pool(migration.newPool);
  const web = await migration.client(migration.newPool, migration.clients.web);
  const error = await refusalOf(migration.apply(more));
  expect(error.exitCode).toBe(8);
  expect(error.hint.join('\n')).toContain('Nothing in a live pool was changed.');
  expect(writesOf(migration.sandbox).filter((name) => /:UpdateUserPool(Client)?$/.test(name))).toEqual([]);
  expect(await migration.pool(migration.newPool)).toEqual(pool);
  expect(await migration.client(migration.newPool, migration.clients.web)).toEqual(web);
  expect(error.message).toContain("can't reach the old pool");
  return error;
}

describe('the probe refuses to go live when', () => {
  test('the role may not do what it must: after 2 minutes of trying', async () => {
    const migration = await startMigration();
    migration.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'Invoke') return;
      const { NAME } = migration.inputs;
      const PolicyArn = `arn:aws:iam::111122223333:policy/${NAME}`;
      await migration.sdk.iam
        .send(new DetachRolePolicyCommand({ RoleName: NAME, PolicyArn }))
        .catch(() => undefined);
    });
    const error = await refusedBy(migration);
    expect(error.code).toBe('PROBE_DENIED');
    expect(error.hint.join('\n')).toContain('cognito-idp:AdminInitiateAuth');
    const waited = migration.clock.slept.reduce((sum, ms) => sum + ms, 0);
    expect(waited).toBeGreaterThan(100_000);
    expect(waited).toBeLessThanOrEqual(120_000);
    const said = migration.events.filter((event) => event.type === 'wait');
    expect(said.some(({ message }) => message.includes('IAM'))).toBe(true);
    const ofProbe = said.filter(({ title }) => title === 'probe');
    expect(ofProbe.length).toBeGreaterThan(5);
    expect(ofProbe.at(0)?.message).toMatch(/^IAM denies AdminGetUser \(usually 5–15 s\) · \d+ of 120 s$/);
    // What is usual is over by then.
    expect(ofProbe.at(-1)?.message).toMatch(/^IAM denies AdminGetUser · 1\d\d of 120 s$/);
    for (const event of said) expectOneLine(event);
  });

  test('it may not call the next function of a chain', async () => {
    const migration = await startMigration();
    const { SETTINGS, NEW_USER_POOL_ARN } = migration.inputs;
    const { region, account } = parseArn(NEW_USER_POOL_ARN);
    const next = `arn:aws:lambda:${region}:${account}:function:first`;
    const error = await refusedBy(migration, {
      SETTINGS: encodeSettings({ ...decodeSettings(SETTINGS), next }),
    });
    expect(error.code).toBe('PROBE_DENIED');
    expect(error.message).toContain('it cannot call the function of the earlier migration');
    expect(error.hint.join('\n')).toContain('next function: AccessDeniedException');
    expect(error.hint.join('\n')).toContain('lambda:InvokeFunction');
  });

  test('a permissions boundary takes the permission away', async () => {
    const migration = await startMigration({
      inputs: { PERMISSIONS_BOUNDARY: 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole' },
    });
    expect((await refusedBy(migration)).code).toBe('PROBE_DENIED');
  });

  test('the app client is none of the old pool', async () => {
    const migration = await startMigration();
    const error = await refusedBy(migration, { EXISTING_OLD_CLIENT_ID: 'nosuchclient1' });
    expect(error.code).toBe('PROBE_CLIENT_NOT_FOUND');
    expect(error.hint.join('\n')).toContain('--old-client-id');
  });

  test('the app client does not allow admin sign-in', async () => {
    const migration = await startMigration();
    const EXISTING_OLD_CLIENT_ID = await migration.addClient(migration.oldPool, 'theirs', {
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
    });
    const error = await refusedBy(migration, { EXISTING_OLD_CLIENT_ID });
    expect(error.code).toBe('PROBE_CLIENT_FLOW');
    expect(error.hint.join('\n')).toContain('ALLOW_ADMIN_USER_PASSWORD_AUTH');
  });

  test('the function looks in the wrong Region', async () => {
    const migration = await startMigration();
    const stop = migration.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'Invoke') return;
      stop();
      await migration.sdk.lambda.send(
        new UpdateFunctionConfigurationCommand({
          FunctionName: migration.inputs.NAME,
          Environment: {
            Variables: {
              OLD_USER_POOL_ID: migration.oldPool,
              OLD_USER_POOL_REGION: 'us-east-1',
              OLD_CLIENT_ID: 'abc',
              MIGRATION_SETTINGS: migration.inputs.SETTINGS,
            },
          },
        }),
      );
    });
    const error = await refusedBy(migration);
    expect(['PROBE_POOL_NOT_FOUND', 'PROBE_DENIED']).toContain(error.code);
  });
});

test('where the trigger is set already it says so, and no later run calls that done', async () => {
  const migration = await startMigration();
  await migration.apply();
  const EXISTING_OLD_CLIENT_ID = await migration.addClient(migration.oldPool, 'theirs', {
    ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  for (let run = 1; run <= 2; run += 1) {
    const error = await refusalOf(migration.apply({ EXISTING_OLD_CLIENT_ID }));
    expect(error.code).toBe('PROBE_CLIENT_FLOW');
    expect(error.hint.at(-1)).toContain('The trigger calls this function');
  }
  const { outcomes } = await migration.apply();
  expect(outcomes.find(({ done }) => done === 'checked')?.detail).toContain(
    'the old pool answered the function',
  );
});

describe('a role that was deleted', () => {
  test('and made again is not the role that the function knows: init does not call that done', async () => {
    const migration = await startMigration();
    await migration.apply();
    const { NAME: name } = migration.inputs;
    const { iam, lambda } = migration.sdk;
    await deleteRole(migration);
    const error = await refusalOf(migration.apply());
    expect(error).toMatchObject({ code: 'PROBE_ROLE_REPLACED', exitCode: 8 });
    expect(error.found).toBe('UnrecognizedClientException');
    expect(error.message).toContain('its role was deleted and created again');
    expect(error.hint.join('\n')).toContain(`aws lambda delete-function --function-name ${name} `);
    expect((await iam.send(new GetRoleCommand({ RoleName: name }))).Role).toBeDefined();

    await lambda.send(new DeleteFunctionCommand({ FunctionName: name }));
    const { outcomes } = await migration.apply();
    expect(outcomes.find(({ done }) => done === 'checked')?.detail).toContain(
      'the old pool answered the function',
    );
    expect(changesOf(await migration.plan())).toEqual([]);
  });

  test('leaves an environment that the new one cannot decrypt, which Lambda says of each call', async () => {
    const server = createServer((_, response) => {
      response.writeHead(502, { 'x-amzn-errortype': 'KMSAccessDeniedException' });
      response.end('{"Message":"Lambda was unable to decrypt the environment variables"}');
    });
    onTestFinished(() => {
      server.close();
    });
    await once(server.listen(0, '127.0.0.1'), 'listening');
    const address = server.address();
    const lambda = new LambdaClient({
      endpoint: `http://127.0.0.1:${typeof address === 'object' ? address?.port : ''}`,
      region: 'us-east-2',
      credentials: keysOf('111122223333'),
      maxAttempts: 1,
    });
    const error = await refusalOf(askFunction(lambda, 'migrate'));
    expect(error).toMatchObject({ code: 'PROBE_ROLE_REPLACED', found: 'KMSAccessDeniedException' });
    expect(error.hint.join('\n')).toContain('delete-function --function-name migrate ');
  });
});

/** With everything that is attached to it, as the console does. */
async function deleteRole({ sdk: { iam }, inputs: { NAME: RoleName } }: Migration): Promise<void> {
  const { AttachedPolicies = [] } = await iam.send(new ListAttachedRolePoliciesCommand({ RoleName }));
  for (const { PolicyArn } of AttachedPolicies)
    await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn }));
  await iam.send(new DeleteRoleCommand({ RoleName }));
}

test('an app client with a secret is refused: its answer has the name of a wrong password', async () => {
  const migration = await startMigration();
  const EXISTING_OLD_CLIENT_ID = await migration.addClient(migration.oldPool, 'secret', {
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    GenerateSecret: true,
  });
  const error = await refusedBy(migration, { EXISTING_OLD_CLIENT_ID });
  expect(error.code).toBe('PROBE_CLIENT_SECRET');
});

test('a client that hides whether users exist passes: it answers NotAuthorized', async () => {
  const migration = await startMigration();
  const EXISTING_OLD_CLIENT_ID = await migration.addClient(migration.oldPool, 'hiding', {
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH'],
    PreventUserExistenceErrors: 'ENABLED',
  });
  await migration.apply({ EXISTING_OLD_CLIENT_ID });
  const answers = migration.sandbox.journal.calls.filter(
    ({ operation }) => operation === 'AdminInitiateAuth',
  );
  expect(answers.map(({ result }) => result)).toEqual(['NotAuthorizedException']);
});

test('the probe leaves no trace of its random name but its own calls', async () => {
  const migration = await startMigration();
  await migration.apply();
  const { username, password } = migration.user;
  const text = JSON.stringify(migration.events);
  expect(text).not.toContain(username);
  expect(text).not.toContain(password);
});

describe('trouble that passes is no reason to stop', () => {
  test('a connection that is reset once is tried again', async () => {
    const migration = await startMigration();
    migration.sandbox.faults.inject({ kind: 'connection-reset', operation: 'AdminInitiateAuth', times: 1 });
    const { outcomes } = await migration.apply();
    expect(outcomes.find(({ done }) => done === 'checked')?.detail).toContain(
      'the old pool answered the function',
    );
    expect(migration.events).toContainEqual(
      expect.objectContaining({
        type: 'wait',
        message: expect.stringContaining('the old pool does not answer the function'),
      }),
    );
  });

  test('one that is reset every time is: after three more tries', async () => {
    const migration = await startMigration();
    migration.sandbox.faults.inject({ kind: 'connection-reset', operation: 'AdminInitiateAuth', times: 100 });
    const error = await refusedBy(migration);
    expect(error.code).toBe('PROBE_FAILED');
    const asked = migration.sandbox.journal.calls.filter(({ operation }) => operation === 'Invoke');
    expect(asked).toHaveLength(4);
  });
});
