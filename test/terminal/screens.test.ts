/** What is read most: findings, progress, drift, a trial, the log, errors. Kept as they look in a narrow and in a usual window. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  CreateGroupCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { describe, expect, test } from 'vitest';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { runCli } from '../support/run-cli.ts';
import { answer, decisions } from './questions.ts';
import { expectWholeIds, type Stage, startStage } from './stage.ts';
import type { Terminal } from './terminal.ts';

const file = 'cognito-migrate.state.json';

/** Keeps screens one after another, in a file for this width. */
function keeper(stage: Stage, name: string, columns: number) {
  const screens: string[] = [];
  const names: Readonly<Record<string, string>> = {
    [stage.oldPool]: 'OLD',
    [stage.newPool]: 'NEW',
    [stage.clients.web]: 'WEB',
  };
  const add = (title: string, terminal: Terminal): void => {
    expectWholeIds(terminal, stage);
    screens.push(`━━━ ${title}\n${stage.kept(terminal)}\n`);
  };
  return {
    add,
    async run(code: number, ...argv: string[]): Promise<void> {
      const terminal = stage.open(argv, columns);
      expect(await terminal.end(), terminal.screen()).toBe(code);
      add(argv.map((word) => names[word] ?? word).join(' '), terminal);
    },
    check: () => expect(screens.join('\n')).toMatchFileSnapshot(`screens/${name}-${columns}.txt`),
  };
}

const poolsOf = (stage: Stage): string[] => [
  '--old-user-pool-id',
  stage.oldPool,
  '--new-user-pool-id',
  stage.newPool,
];

/** A migration through the app client web, with its state file where the program looks for it. */
async function installed(): Promise<Stage> {
  const stage = await startStage();
  const state = ['--state', join(stage.folder, file), '--endpoint-url', stage.sandbox.url];
  const result = await runCli([
    'init',
    ...poolsOf(stage),
    '--new-client-id',
    stage.clients.web,
    '--yes',
    ...state,
  ]);
  expect(result.code).toBe(0);
  return stage;
}

/** The same new pool, and an old one whose users sign in with usernames and have an address of their own. */
async function namedStage(): Promise<Stage> {
  const stage = await startStage();
  const old = await stage.addPool('legacy', { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  for (const [Username, verified] of [
    ['ana', 'true'],
    ['ben', 'false'],
  ] as const) {
    const UserAttributes = [
      { Name: 'email', Value: `${Username}@example.com` },
      { Name: 'email_verified', Value: verified },
    ];
    const user = { UserPoolId: old, Username, UserAttributes, MessageAction: 'SUPPRESS' } as const;
    await stage.sdk.idp.send(new AdminCreateUserCommand(user));
    const Password = 'Old-password-1';
    await stage.sdk.idp.send(
      new AdminSetUserPasswordCommand({ UserPoolId: old, Username, Password, Permanent: true }),
    );
  }
  return {
    ...stage,
    oldPool: old,
    kept: (terminal) => stage.kept(terminal).replaceAll(old, 'eu-west-1_OldPool00'),
  };
}

describe.each([40, 80])('%i columns', (columns) => {
  test('doctor, and what blocks init', async () => {
    const stage = await startStage();
    const { run, check } = keeper(stage, 'doctor', columns);
    await stage.sdk.idp.send(
      new SetUserPoolMfaConfigCommand({
        UserPoolId: stage.oldPool,
        MfaConfiguration: 'ON',
        SoftwareTokenMfaConfiguration: { Enabled: true },
      }),
    );
    await run(8, 'doctor', ...poolsOf(stage));
    await run(8, 'init', ...poolsOf(stage), '--all-new-clients', '--yes');
    await check();
  });

  test('status, try and logs', async () => {
    const stage = await installed();
    const { run, add, check } = keeper(stage, 'watch', columns);
    await run(0, 'status', '--probe');
    const trial = stage.open(['try', '--username', stage.user.username, '--for-real'], columns);
    await trial.waitFor(/\? Password of/);
    trial.type(stage.user.password);
    trial.press('enter');
    expect(await trial.end(), trial.screen()).toBe(0);
    add('try --username ana@example.com --for-real', trial);
    await run(0, 'logs');
    await stage.sdk.lambda.send(
      new DeleteFunctionCommand({ FunctionName: `cognito-migrate-${stage.newPool}` }),
    );
    await run(5, 'status');
    await check();
  });

  test('errors', async () => {
    const stage = await startStage();
    const { run, check } = keeper(stage, 'errors', columns);
    await run(2, 'init', '--no-input');
    await run(2, 'init', '--old-user-pool-id', 'legacy', '--log-retention', '2');
    await run(2, 'init', '--dro', 'email');
    await run(2, 'initt');
    await run(6, 'env');
    stage.sandbox.faults.add({ kind: 'access-denied', operation: 'CreateRole' });
    await run(3, 'init', ...poolsOf(stage), '--all-new-clients', '--yes');
    await writeFile(join(stage.folder, file), '{');
    await run(6, 'status');
    await check();
  });
});

describe.each([50, 80])('%i columns', (columns) => {
  test('another sign-in name: the question, the plan, and status', async () => {
    const stage = await namedStage();
    const { run, add, check } = keeper(stage, 'another-name', columns);
    const more = ['--new-client-id', stage.clients.web];
    const init = stage.open(['init', ...poolsOf(stage), ...more], columns);
    await init.waitFor(/\? How are users found\?[\s\S]*❯ Find users[\s\S]*select/);
    add('init: how users are found', init);
    init.press('enter');
    await answer(init, decisions);
    await init.waitFor(/Copy attributes as shown\?[\s\S]*❯ Yes/);
    init.press('enter');
    await init.waitFor(/Apply in account/);
    init.press('enter');
    expect(await init.end(), init.screen()).toBe(0);
    await run(0, 'plan', ...poolsOf(stage));
    await run(0, 'status');
    await check();
  });
});

describe.each([50, 80])('%i columns', (columns) => {
  test('groups: the findings, the plan, status, and the dry run of teardown', async () => {
    const stage = await startStage();
    const { idp } = stage.sdk;
    for (const [Precedence, GroupName] of ['admins', 'editors-of-the-monthly-newsletter', 'staff'].entries())
      await idp.send(new CreateGroupCommand({ UserPoolId: stage.oldPool, GroupName, Precedence }));
    await idp.send(new CreateGroupCommand({ UserPoolId: stage.newPool, GroupName: 'admins' }));
    const { run, check } = keeper(stage, 'groups', columns);
    const names = ['--groups', 'editors-of-the-monthly-newsletter', '--groups', 'staff=team'];
    const copies = [...names, '--add-old-sub', '--accept', 'CM122'];
    const init = [...poolsOf(stage), '--new-client-id', stage.clients.web];
    await run(8, 'init', ...init, '--groups', 'admins', '--add-old-sub', '--yes');
    await run(0, 'plan', ...init, ...copies);
    await run(0, 'init', ...init, ...copies, '--yes');
    await run(0, 'status');
    await run(0, 'teardown', '--dry-run');
    await check();
  });
});

describe.each([50, 80])('%i columns', (columns) => {
  test('first tokens and marks: the refusal, the plan, status, sync, and the dry run of teardown', async () => {
    const stage = await startStage();
    await stage.sdk.idp.send(new CreateGroupCommand({ UserPoolId: stage.oldPool, GroupName: 'admins' }));
    const { run, check } = keeper(stage, 'after-move', columns);
    const chosen = ['--groups', 'admins', '--groups-in-first-token', '--move-once', 'mark', '--add-old-sub'];
    const init = [...poolsOf(stage), '--new-client-id', stage.clients.web, ...chosen];
    const accepted = ['--accept', 'CM122'];
    await run(8, 'init', ...init, '--yes');
    await run(0, 'plan', ...init, ...accepted);
    await run(0, 'init', ...init, ...accepted, '--yes');
    await run(0, 'status');
    await run(0, 'sync', ...poolsOf(stage), '--only', 'marks', '--accept', 'CM122');
    await run(0, 'teardown', '--dry-run');
    await check();
  });
});

describe.each([50, 80])('%i columns', (columns) => {
  test('guarded sign-ups: the plan, status with the guard and without it, and the dry run of teardown', async () => {
    const stage = await startStage();
    const { idp } = stage.sdk;
    for (const ClientId of Object.values(stage.clients)) {
      const { ExplicitAuthFlows } = await stage.client(stage.newPool, ClientId);
      const list = { WriteAttributes: ['email'], ...(ExplicitAuthFlows && { ExplicitAuthFlows }) };
      await idp.send(new UpdateUserPoolClientCommand({ UserPoolId: stage.newPool, ClientId, ...list }));
    }
    const { run, check } = keeper(stage, 'guard', columns);
    const guard = ['--guard-sign-up', '--add-old-sub'];
    const init = [...poolsOf(stage), '--new-client-id', stage.clients.web];
    await run(2, 'plan', ...init, '--guard-sign-up');
    await run(0, 'plan', ...init, ...guard);
    await run(0, 'init', ...init, ...guard, '--yes');
    await run(0, 'status');
    await run(0, 'teardown', '--dry-run');
    const { LambdaConfig } = await stage.pool(stage.newPool);
    const { UserMigration = '' } = { ...LambdaConfig };
    plantPoolFields(stage.sandbox.world, stage.newPool, { LambdaConfig: { UserMigration } });
    await run(5, 'status');
    await check();
  });
});

/** A migration with users in several states. Times of day are masked. */
async function mixedStage(): Promise<Stage> {
  const stage = await installed();
  const { idp } = stage.sdk;
  for (const [name, pool] of [
    ['ben', stage.oldPool],
    ['cleo', stage.oldPool],
    ['dora', stage.oldPool],
    ['dora', stage.newPool],
  ] as const) {
    const Username = `${name}@example.com`;
    const UserAttributes = [
      { Name: 'email', Value: Username },
      { Name: 'email_verified', Value: 'true' },
    ];
    const user = { UserPoolId: pool, Username, UserAttributes, MessageAction: 'SUPPRESS' } as const;
    await idp.send(new AdminCreateUserCommand(user));
  }
  await idp.send(new AdminDisableUserCommand({ UserPoolId: stage.oldPool, Username: 'ben@example.com' }));
  const kept = (terminal: Terminal): string =>
    stage.kept(terminal).replaceAll(/\d\d:\d\d:\d\d(?= )/g, 'HH:MM:SS');
  return { ...stage, kept };
}

describe.each([50, 80])('%i columns', (columns) => {
  test('users: counts, the file, and a part that cannot be read', async () => {
    const stage = await mixedStage();
    const { run, check } = keeper(stage, 'users', columns);
    await run(0, 'users');
    await run(0, 'users', '--only', 'waiting', '--out', 'waiting.csv');
    await run(2, 'users', '--out', 'waiting.csv');
    stage.sandbox.faults.add({ kind: 'access-denied', operation: 'ListUsers', times: 2 });
    await run(3, 'users');
    await check();
  });
});

test('progress', async () => {
  const stage = await startStage();
  const { add, check } = keeper(stage, 'progress', 80);
  const terminal = stage.open(['init', ...poolsOf(stage), '--all-new-clients', '--yes'], 80);
  stage.sandbox.faults.onCall('before', async ({ operation }) => {
    if (operation !== 'CreateFunction') return;
    await terminal.waitFor('✔ attachments');
    await terminal.waitFor(/[⠋⠙⠹⠸⠼⠴⠦⠧⠇⠏] function$/);
    add('while the function is made', terminal);
  });
  expect(await terminal.end(), terminal.screen()).toBe(0);
  await check();
});
