import {
  CreateUserPoolCommand,
  GetCSVHeaderCommand,
  SetUserPoolMfaConfigCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import { given } from '../support/errors.ts';
import { importRole, startImport as startImportJob } from '../support/import-jobs.ts';
import { type FrontAnswer, inFrontOf } from '../support/in-front.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { fakeIo, json, runCli } from '../support/run-cli.ts';

const doctor = ({ init }: LocalAws, ...more: string[]): string[] => ['doctor', ...init(...more).slice(1)];

/** The old pool requires MFA: with the defaults nobody would move. */
async function requireMfa({ sdk, oldPool }: LocalAws): Promise<void> {
  await sdk.idp.send(
    new SetUserPoolMfaConfigCommand({
      UserPoolId: oldPool,
      MfaConfiguration: 'ON',
      SoftwareTokenMfaConfiguration: { Enabled: true },
    }),
  );
}

async function start(): Promise<LocalAws> {
  const aws = await startLocalAws();
  await requireMfa(aws);
  aws.sandbox.journal.clear();
  return aws;
}

/** A job that does not start for an hour. The pool verifies email addresses, which a job needs. */
async function startImport({ sandbox, sdk, newPool }: LocalAws): Promise<void> {
  plantPoolFields(sandbox.world, newPool, { AutoVerifiedAttributes: ['email'] });
  const { CSVHeader = [] } = await sdk.idp.send(new GetCSVHeaderCommand({ UserPoolId: newPool }));
  await startImportJob(sdk.idp, newPool, await importRole(sdk.iam), CSVHeader.join(','), 'spring');
}

describe('doctor', () => {
  test('shows table and findings, the worst first, and ends with 8 while something blocks', async () => {
    const aws = await start();
    const { code, stdout } = await runCli(doctor(aws));
    expect(code).toBe(8);
    expect(stdout).toMatch(/email +→ email +1 +copied/);
    expect(stdout).toContain('Checked 1 of 1 user of the old pool.');
    expect(stdout).toContain('✖ CM403');
    expect(stdout.indexOf('CM403')).toBeLessThan(stdout.indexOf('CM401'));
    expect(stdout).toMatch(/→ With --mfa reset they move/);
    expect(stdout).toMatch(/^ {2}✖ 1 finding blocks init\./);
    await aws.expectUntouched();
  });

  test('ends with 0 when nothing blocks, or what blocks was accepted', async () => {
    const aws = await start();
    const reset = await runCli(doctor(aws, '--mfa', 'reset'));
    expect(reset).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ {2}✔ Nothing blocks init\./) });
    const accepted = await runCli(doctor(aws, '--accept', 'CM403'));
    expect(accepted).toMatchObject({ code: 0, stdout: expect.stringContaining('CM403  Accepted: ') });
  });

  test('as one JSON document', async () => {
    const aws = await start();
    const result = await runCli(doctor(aws, '--json', '--new-client-id', aws.clients.web));
    expect(result.code).toBe(8);
    expect(json(result)).toMatchObject({
      ok: false,
      command: 'doctor',
      oldUserPool: { id: aws.oldPool, name: 'legacy-users', users: 1 },
      newUserPool: { id: aws.newPool, name: 'customers', users: 0 },
      sample: { users: 1, all: true },
      findings: expect.arrayContaining([
        {
          id: 'CM403',
          severity: 'blocking',
          accepted: false,
          what: expect.stringMatching(/\w/),
          why: expect.stringMatching(/\w/),
          fix: expect.stringContaining('--mfa reset'),
          page: expect.stringMatching(/^docs\/findings\.md#cm403-/),
        },
      ]),
      attributes: expect.arrayContaining([{ old: 'sub', new: null, users: 1, action: 'lost' }]),
    });
    expect(result.stdout + result.stderr).not.toContain('ana@example.com');
  });

  test('names an ID that is no finding, and a number that is none', async () => {
    const aws = await start();
    const wrong = await runCli(doctor(aws, '--accept', 'CM999'));
    expect(wrong).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('--accept: a finding is named like'),
    });
    const none = await runCli(doctor(aws, '--sign-ins', 'many'));
    expect(none).toMatchObject({ code: 2, stderr: expect.stringContaining('--sign-ins') });
    const many = await runCli(doctor(aws, '--sign-ins', '500'));
    expect(many.stdout).toContain('500 sign-ins per second are more than the 60');
  });

  test('no line is wider than a narrow terminal', async () => {
    const aws = await start();
    const fake = fakeIo();
    Object.assign(fake.io.stdout, { columns: 60 });
    const { stdout } = await runCli(doctor(aws), fake);
    const long = stdout.split('\n').filter((line) => line.length > 60);
    expect(long.filter((line) => !/\S{30}/.test(line))).toEqual([]);
  });

  test('an old pool whose users may not be listed is a warning, not an error', async () => {
    const aws = await start();
    aws.sandbox.faults.add({ kind: 'access-denied', operation: 'ListUsers' });
    const { stdout } = await runCli(doctor(aws));
    expect(stdout).toContain('CM190');
    expect(stdout).toContain('No users were checked.');
  });
});

describe('what only informs', () => {
  /** With the number of reads that fail. */
  const optional = [
    ['ListGroups', 2],
    ['ListUserImportJobs', 1],
    ['ListUsers', 1],
    ['ListUserPoolClients', 1],
  ] as const;
  test.each(optional)('an engine without %s: doctor goes on, with a note', async (operation, failed) => {
    const aws = await start();
    aws.sandbox.faults.inject({ kind: 'internal-error', operation, times: 999 });
    const result = await runCli([...doctor(aws), '--json']);
    expect(result.stderr).toBe('');
    expect(json(result)).toMatchObject({
      command: 'doctor',
      notes: Array.from({ length: failed }, () => ({
        level: 'info',
        message: expect.stringMatching(/^Cannot check /),
      })),
    });
  });

  test('an engine without ListUserImportJobs: init ends well, with a note', async () => {
    const aws = await start();
    aws.sandbox.faults.inject({ kind: 'internal-error', operation: 'ListUserImportJobs', times: 999 });
    const { code, stderr } = await runCli(aws.init('--yes', '--accept', 'CM403', '--accept', 'CM202'));
    expect(code).toBe(0);
    expect(stderr).toContain('Cannot check whether the new pool has a running import job: ');
  });

  /** As engines have answered an operation that they do not know. */
  const unknown: readonly (readonly [engine: string, answer: FrontAnswer])[] = [
    [
      'MiniStack',
      {
        status: 400,
        body: '{"__type":"InvalidAction","message":"Unknown Cognito IDP action: ListUserImportJobs"}',
      },
    ],
    [
      'moto',
      {
        status: 500,
        type: 'text/html; charset=utf-8',
        body: '<!doctype html>\n<html lang=en>\n<title>500 Internal Server Error</title>\n<h1>Internal Server Error</h1>\n<p>The server encountered an internal error and was unable to complete your request. Either the server is overloaded or there is an error in the application.</p>\n',
      },
    ],
    [
      'cognito-local',
      {
        status: 500,
        type: 'application/json; charset=utf-8',
        body: '{"__type":"CognitoLocal#Unsupported","message":"Cognito Local unsupported feature: ListUserImportJobs"}',
      },
    ],
    [
      'Floci',
      {
        status: 400,
        body: '{"__type":"UnsupportedOperation","message":"Operation ListUserImportJobs is not supported."}',
      },
    ],
  ];
  test.each(unknown)(
    '%s does not know ListUserImportJobs: doctor and init go on, with a note',
    async (_, answer) => {
      const aws = await start();
      const asked: string[] = [];
      const front = await inFrontOf(aws.sandbox.url, (_path, operation) => {
        asked.push(operation);
        return operation === 'ListUserImportJobs' ? answer : undefined;
      });
      const there = (words: string[]) => words.map((word) => (word === aws.sandbox.url ? front : word));
      const seen = json(await runCli(there([...doctor(aws), '--json'])));
      const message = expect.stringMatching(/^Cannot check whether the new pool has a running import job: /);
      expect(seen).toMatchObject({ command: 'doctor', notes: [{ level: 'info', message }] });
      const accepted = ['--accept', 'CM403', '--accept', 'CM202'];
      const { code, stderr } = await runCli(there(aws.init('--yes', ...accepted)));
      expect(code, stderr).toBe(0);
      expect(stderr).toContain('Cannot check whether the new pool has a running import job: ');
      expect(asked).toContain('ListUserImportJobs');
    },
  );

  test('app clients that may not be listed are not taken for none', async () => {
    const aws = await start();
    aws.sandbox.faults.inject({ kind: 'access-denied', operation: 'ListUserPoolClients', times: 999 });
    expect((await runCli(doctor(aws))).stdout).not.toContain('CM202');
  });
});

describe('init asks the doctor first', () => {
  test('what blocks ends it with 8 before anything is written, and says how to go on', async () => {
    const aws = await start();
    const { code, stderr } = await runCli(aws.init('--yes'));
    expect(code).toBe(8);
    expect(stderr).toContain('[CM403]');
    expect(stderr).toContain('--accept CM403  accepts this and continues.');
    expect(stderr).toContain('Nothing was changed.');
    await aws.expectUntouched();
  });

  test('as JSON: code, findings and hints', async () => {
    const aws = await start();
    const result = await runCli(aws.init('--yes', '--json'));
    expect(json(result)).toMatchObject({
      ok: false,
      error: {
        name: 'CheckError',
        code: 'CM403',
        exitCode: 8,
        found: [{ id: 'CM403', severity: 'blocking' }],
      },
    });
  });

  test('what was accepted is remembered', async () => {
    const aws = await start();
    const first = await runCli(aws.init('--yes', '--accept', 'CM403', '--new-client-id', aws.clients.web));
    expect(first.code).toBe(8); // nobody can move
    expect(first.stderr).toContain('Accepted: The old pool requires MFA');
    expect((await loadState(aws.file))?.variables.ACCEPT).toEqual(['CM403']);
    const again = await runCli(aws.init('--yes', '--runtime', 'nodejs22.x'));
    expect(again.code).toBe(8);
  });

  test('a migration that is in place is left in peace', async () => {
    const aws = await startLocalAws();
    await runCli(aws.init('--yes', '--new-client-id', aws.clients.web));
    await requireMfa(aws);
    // The function is told of the MFA: a change, which is held against the doctor again.
    expect((await runCli(aws.init('--yes'))).code).toBe(8);
    expect((await runCli(aws.init('--yes', '--mfa', 'reset'))).code).toBe(0);
    const quiet = await runCli(aws.init('--yes'));
    expect(quiet).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
    expect(quiet.stderr).not.toContain('CM4');
  });

  test('an import job is only in the way of an update of the pool', async () => {
    const aws = await startLocalAws({ delays: { importStart: 3_600_000 } });
    await startImport(aws);
    const fresh = await runCli(aws.init('--yes'));
    expect(fresh).toMatchObject({
      code: 4,
      stderr: expect.stringMatching(
        /An import job of the pool is running: spring.*[\s\S]*run the same command again/,
      ),
    });
    const running = await startLocalAws({ delays: { importStart: 3_600_000 } });
    await runCli(running.init('--yes', '--new-client-id', running.clients.web));
    await startImport(running);
    expect((await runCli(doctor(running))).stdout).toContain('CM302');
    expect((await runCli(running.init('--yes', '--runtime', 'nodejs22.x'))).code).toBe(0);
  });
});

test('a migration the other way round is found in the function of the old pool, and blocks', async () => {
  const aws = await startLocalAws();
  const back = ['--old-user-pool-id', aws.newPool, '--new-user-pool-id', aws.oldPool];
  expect(
    (await runCli(['init', ...aws.where, ...back, '--accept', 'CM202', '--accept', 'CM192', '--yes'])).code,
  ).toBe(0);
  const forth = await runCli([...doctor(aws), '--state', `${aws.file}.forth`]);
  expect(forth).toMatchObject({ code: 8, stdout: expect.stringContaining('✖ CM205') });
  aws.sandbox.faults.add({ kind: 'access-denied', operation: 'GetFunctionConfiguration' });
  const unknown = await runCli([...doctor(aws), '--state', `${aws.file}.forth`]);
  expect(unknown).toMatchObject({ code: 0, stdout: expect.stringContaining('! CM206') });
});

describe('--add-old-sub', () => {
  test('adds the attribute once; nothing takes it out again', async () => {
    const aws = await startLocalAws();
    const argv = aws.init('--yes', '--new-client-id', aws.clients.web, '--add-old-sub');
    const first = await runCli(argv);
    expect(first.code).toBe(0);
    const names = aws.sandbox.journal.calls.map(({ operation }) => operation);
    expect(names.indexOf('AddCustomAttributes')).toBeGreaterThan(0);
    expect(names.indexOf('AddCustomAttributes')).toBeLessThan(names.indexOf('CreateFunction'));
    aws.sandbox.journal.clear();
    expect((await runCli(['init', ...aws.where, '--yes'])).stdout).toContain('Nothing to do');
    expect(aws.sandbox.journal.writes()).toEqual([]);
    const down = await runCli(['teardown', ...aws.where, '--yes']);
    expect(down.code).toBe(0);
    expect(down.stderr + down.stdout).toContain('custom:old_sub stays');
    const { SchemaAttributes } = await aws.pool(aws.newPool);
    expect(SchemaAttributes?.filter(({ Name }) => Name === 'custom:old_sub')).toHaveLength(1);
  });

  test('a call whose answer was lost is not made twice in vain', async () => {
    const aws = await startLocalAws();
    aws.sandbox.faults.add({ kind: 'lost-response', operation: 'AddCustomAttributes' });
    const { code } = await runCli(aws.init('--all-new-clients', '--yes', '--add-old-sub'));
    expect(code).toBe(0);
  });

  test.each([
    ['that its owner can change', { Mutable: true }],
    ['that is too short', { Mutable: false, StringAttributeConstraints: { MaxLength: '20' } }],
  ])('an attribute %s is refused, and cannot be accepted', async (_what, more) => {
    const aws = await startLocalAws();
    const command = new CreateUserPoolCommand({
      PoolName: 'unfit',
      UsernameAttributes: ['email'],
      Schema: [{ Name: 'old_sub', AttributeDataType: 'String', ...more }],
    });
    const unfit = given((await aws.sdk.idp.send(command)).UserPool?.Id);
    aws.sandbox.journal.clear();
    const flags = ['--new-user-pool-id', unfit, '--yes', '--add-old-sub', '--accept', 'CM121'];
    const { code, stderr } = await runCli(aws.init(...flags));
    expect(code).toBe(8);
    expect(stderr).toMatch(/custom:old_sub of the new pool can't hold the old sub: [\s\S]*\[CM121\]/);
    expect(stderr).not.toContain('--accept');
    await aws.expectUntouched();
  });
});
