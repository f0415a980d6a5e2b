/** init against pools that others change, that AWS changes, or that cannot be updated: what is shown, and what is kept. */
import {
  GetCSVHeaderCommand,
  GetUserPoolMfaConfigCommand,
  SetUserPoolMfaConfigCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { iacTools } from '../../src/aws/user-pool/index.ts';
import { cognitoSettings, plantPoolFields, poolById } from '../../src/sandbox/services/cognito/index.ts';
import { cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { fakeClock } from '../support/clock.ts';
import { importRole, startImport } from '../support/import-jobs.ts';
import { account, type LocalAws, region, startLocalAws, writesOf } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';

const updates = ({ sandbox }: LocalAws) =>
  writesOf(sandbox).filter((name) => name === 'cognito-idp:UpdateUserPool').length;

/**
 * Runs `change` after each read of the new pool once the probe is done, which is when only clients and trigger are left. The
 * first of these reads is what the trigger's plan stands on; the second comes right before its write.
 */
function afterReads(
  { sandbox, newPool: poolId }: LocalAws,
  change: (read: number) => Promise<void> | void,
): void {
  let read = 0;
  let isOurs = false;
  let isProbed = false;
  sandbox.faults.onCall('after', async ({ operation, input }) => {
    if (operation === 'Invoke') isProbed = true;
    if (isOurs || !isProbed || operation !== 'DescribeUserPool' || input.UserPoolId !== poolId) return;
    read += 1;
    isOurs = true;
    await change(read);
    isOurs = false;
  });
}

describe('a pool that somebody else changes while init runs', () => {
  test('is read and planned again, and keeps their change', async () => {
    const aws = await startLocalAws();
    const { sandbox, sdk } = aws;
    const tags = { team: 'identity', cost: '42' };
    afterReads(aws, async (read) => {
      if (read !== 1) return;
      await sdk.idp.send(
        new UpdateUserPoolCommand({
          UserPoolId: aws.newPool,
          UserPoolTags: tags,
          DeletionProtection: 'ACTIVE',
        }),
      );
      sandbox.journal.clear();
    });
    const result = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
    expect(result.code).toBe(0);
    expect(updates(aws)).toBe(1);
    expect(await aws.pool(aws.newPool)).toMatchObject({
      UserPoolTags: tags,
      DeletionProtection: 'ACTIVE',
      LambdaConfig: { UserMigration: expect.stringContaining(':function:') },
    });
  });

  test('by nothing but its date too', async () => {
    const aws = await startLocalAws();
    afterReads(aws, (read) => {
      if (read === 1) poolById(aws.sandbox.world, aws.newPool).modified += 1000;
    });
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(0);
    const names = aws.sandbox.journal.calls.map(({ operation }) => operation);
    const sinceProbe = names.slice(names.lastIndexOf('Invoke'));
    // The plan and the check before the write, and both once more.
    const reads = sinceProbe.slice(0, sinceProbe.indexOf('UpdateUserPool'));
    expect(reads.filter((name) => name === 'DescribeUserPool')).toHaveLength(4);
    expect(updates(aws)).toBe(1);
  });

  test('all the time is left alone, with exit code 4 and what changes', async () => {
    const aws = await startLocalAws();
    afterReads(aws, (read) =>
      plantPoolFields(aws.sandbox.world, aws.newPool, { UserPoolTags: { deployment: String(read) } }),
    );
    const result = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', '--json'));
    expect(result.code).toBe(4);
    expect(json(result)).toMatchObject({ ok: false, error: { code: 'KEEPS_CHANGING' } });
    expect(updates(aws)).toBe(0);
    const again = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
    expect(again.code).toBe(4);
    expect(again.stderr).toMatch(/UserPoolTags\.deployment: "\d+" → "\d+"/);
    expect(again.stderr).toContain('run the same command again');
  });
});

describe('an update after which something else is different', () => {
  const changing = (aws: LocalAws) =>
    aws.sandbox.faults.onCall('after', ({ operation }) => {
      if (operation !== 'UpdateUserPool') return;
      plantPoolFields(aws.sandbox.world, aws.newPool, { DeletionProtection: 'ACTIVE', UserPoolTags: {} });
    });

  test('is shown with every path, offers the way back, and is not put back silently', async () => {
    const aws = await startLocalAws();
    const stop = changing(aws);
    const result = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
    expect(result.code).toBe(7);
    expect(result.stderr).toContain('2 settings are not as before');
    expect(result.stderr).toContain('DeletionProtection: "INACTIVE" → "ACTIVE"');
    expect(result.stderr).toContain('UserPoolTags.team: "identity" → (not set)');
    expect(result.stderr).toContain('cognito-migrate teardown --restore');
    stop();
    expect(await aws.pool(aws.newPool)).toMatchObject({ DeletionProtection: 'ACTIVE', UserPoolTags: {} });
    expect(updates(aws)).toBe(1);
  });

  test('does not keep teardown from taking the trigger out, and stays for --restore', async () => {
    const aws = await startLocalAws();
    const stop = changing(aws);
    expect((await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'))).code).toBe(7);
    stop();
    const result = await runCli(['teardown', ...aws.where, '--yes']);
    expect(result.code).toBe(0);
    expect(await aws.pool(aws.newPool)).toMatchObject({ LambdaConfig: {}, DeletionProtection: 'ACTIVE' });
  });

  test('is named in the JSON document too', async () => {
    const aws = await startLocalAws();
    changing(aws);
    expect(json(await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', '--json')))).toMatchObject(
      {
        ok: false,
        error: {
          code: 'SETTINGS_DIFFER',
          found: expect.arrayContaining([
            'DeletionProtection: "INACTIVE" → "ACTIVE"',
            'UserPoolTags.team: "identity" → (not set)',
          ]),
        },
      },
    );
  });
});

describe('a run that was killed right after its update, which had dropped a second factor', () => {
  test.each([
    ['init', (aws: LocalAws) => aws.init('--yes')],
    ['teardown', ({ where }: LocalAws) => ['teardown', ...where, '--yes']],
  ])('%s puts it back', async (_command, argv) => {
    // The program and the local AWS look at the same clock.
    const { now } = fakeClock();
    const aws = await startLocalAws({ now });
    const { sandbox, sdk } = aws;
    const mfa = { MfaConfiguration: 'ON' as const, SoftwareTokenMfaConfiguration: { Enabled: true } };
    await sdk.idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: aws.newPool, ...mfa }));
    cognitoSettings(sandbox.world).mfaFactorsAfterUpdate = 'dropped';
    let isDead = false;
    const stop = sandbox.faults.onCall('after', ({ operation }) => {
      isDead ||= operation === 'UpdateUserPool';
    });
    sandbox.faults.add({ kind: 'access-denied', predicate: () => isDead, times: 100 });
    const killed = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', '--accept', 'CM406'));
    expect(killed.code).toBe(3);
    stop();
    sandbox.faults.clear();

    const next = await runCli(argv(aws));
    expect(next.code).toBe(0);
    expect(next.stderr).toContain("restored after the last run's update: SoftwareTokenMfaConfiguration");
    const { $metadata: _, ...found } = await sdk.idp.send(
      new GetUserPoolMfaConfigCommand({ UserPoolId: aws.newPool }),
    );
    expect(found).toEqual(mfa);
  });
});

describe('a pool that was deployed from code', () => {
  const stack = { 'aws:cloudformation:stack-name': 'auth' };
  const deployed: Readonly<Record<(typeof iacTools)[number], readonly [Record<string, string>, string]>> = {
    cloudformation: [stack, 'in the AWS::Cognito::UserPool, beside its other triggers'],
    cdk: [
      { ...stack, 'aws:cloudformation:logical-id': 'Users0A1B2C3D' },
      "addPropertyOverride('LambdaConfig.UserMigration'",
    ],
    amplify: [{ 'amplify:app-id': 'd1' }, 'amplify/backend.ts'],
    serverless: [{ ...stack, STAGE: 'prod' }, 'serverless.yml'],
    terraform: [{ 'managed-by': 'terraform' }, 'lambda_config {'],
    pulumi: [{ 'pulumi:project': 'auth' }, 'lambdaConfig: { userMigration'],
    sst: [{ 'sst:app': 'auth' }, 'sst.aws.CognitoUserPool'],
  };

  test.each(iacTools)(
    'with %s: says so, and what to add to that code, before anything is written',
    async (tool) => {
      const aws = await startLocalAws();
      const [tags, line] = deployed[tool];
      plantPoolFields(aws.sandbox.world, aws.newPool, { UserPoolTags: tags });
      // Without --yes nothing goes on after the plan.
      const result = await runCli(aws.init('--new-client-id', aws.clients.web));
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('The pool was deployed with');
      expect(result.stderr).toContain(line);
      expect(result.stderr).toContain(
        `arn:aws:lambda:${region}:${account}:function:cognito-migrate-${aws.newPool}`,
      );
      await aws.expectUntouched();
    },
  );
});

describe('a pool that cannot be updated now stops init before anything is written', () => {
  const refused = async (aws: LocalAws, id: string, words: string, code = 8) => {
    aws.sandbox.journal.clear();
    const result = await runCli(aws.init('--new-client-id', aws.clients.web, '--yes'));
    expect(result.code).toBe(code);
    expect(result.stderr).toContain(code === 8 ? `[${id}]` : 'run the same command again');
    expect(result.stderr).toContain(words);
    await aws.expectUntouched();
    expect(json(await runCli(aws.init('--new-client-id', aws.clients.web, '--yes', '--json')))).toMatchObject(
      { ok: false, error: { code: id } },
    );
    await aws.expectUntouched();
  };

  test('because of its role for text messages', async () => {
    const aws = await startLocalAws();
    const role = `arn:aws:iam::${account}:role/sms`;
    plantPoolFields(aws.sandbox.world, aws.newPool, { SmsConfiguration: { SnsCallerArn: role } });
    cognitoSettings(aws.sandbox.world).brokenSmsRoles.set(role, 'access');
    await refused(aws, 'CM301', 'InvalidSmsRoleAccessPolicyException');
  });

  test('because of an import job', async () => {
    const aws = await startLocalAws({ delays: { importStart: 3_600_000 } });
    plantPoolFields(aws.sandbox.world, aws.newPool, { AutoVerifiedAttributes: ['email'] });
    const { idp, iam } = aws.sdk;
    const { CSVHeader = [] } = await idp.send(new GetCSVHeaderCommand({ UserPoolId: aws.newPool }));
    await startImport(idp, aws.newPool, await importRole(iam), CSVHeader.join(','), 'half-of-them');
    await refused(aws, 'IMPORT_RUNNING', 'half-of-them', 4);
  });

  test('because this is the Region of a replica', async () => {
    const aws = await startLocalAws();
    for (const { state } of aws.sandbox.world.states(cognitoKind)) {
      const pool = state.pools.get(aws.newPool);
      if (pool) state.pools.set(aws.newPool, { ...pool, arn: pool.arn.replace(region, 'eu-central-1') });
    }
    await refused(aws, 'CM303', 'eu-central-1');
  });
});
