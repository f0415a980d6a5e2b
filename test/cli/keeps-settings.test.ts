/** init against pools that others change, that AWS changes, or that cannot be updated: what is shown, and what is kept. */
import {
  CreateUserImportJobCommand,
  GetUserPoolMfaConfigCommand,
  SetUserPoolMfaConfigCommand,
  StartUserImportJobCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { iacTools } from '../../src/aws/user-pool/index.ts';
import { cognitoSettings, plantPoolFields, poolById } from '../../src/sandbox/services/cognito/index.ts';
import { cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { fakeClock } from '../support/clock.ts';
import { json, runCli } from '../support/run-cli.ts';
import { account, region, writesOf } from '../support/two-pools.ts';
import { type Ground, startGround } from './support.ts';

const updates = ({ sandbox }: Ground) =>
  writesOf(sandbox).filter((name) => name === 'cognito-idp:UpdateUserPool').length;

/**
 * Runs `change` after each read of the new pool once the probe is done, which is when only clients and trigger are left. The
 * first of these reads is what the trigger's plan stands on; the second comes right before its write.
 */
function afterReads({ sandbox, new: poolId }: Ground, change: (read: number) => Promise<void> | void): void {
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
    const ground = await startGround();
    const { sandbox, sdk } = ground;
    const tags = { team: 'identity', cost: '42' };
    afterReads(ground, async (read) => {
      if (read !== 1) return;
      await sdk.idp.send(
        new UpdateUserPoolCommand({
          UserPoolId: ground.new,
          UserPoolTags: tags,
          DeletionProtection: 'ACTIVE',
        }),
      );
      sandbox.journal.clear();
    });
    const result = await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'));
    expect(result.code).toBe(0);
    expect(updates(ground)).toBe(1);
    expect(await ground.pool(ground.new)).toMatchObject({
      UserPoolTags: tags,
      DeletionProtection: 'ACTIVE',
      LambdaConfig: { UserMigration: expect.stringContaining(':function:') },
    });
  });

  test('by nothing but its date too', async () => {
    const ground = await startGround();
    afterReads(ground, (read) => {
      if (read === 1) poolById(ground.sandbox.world, ground.new).modified += 1000;
    });
    expect((await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'))).code).toBe(0);
    const names = ground.sandbox.journal.calls.map(({ operation }) => operation);
    const sinceProbe = names.slice(names.lastIndexOf('Invoke'));
    // The plan and the check before the write, and both once more.
    const reads = sinceProbe.slice(0, sinceProbe.indexOf('UpdateUserPool'));
    expect(reads.filter((name) => name === 'DescribeUserPool')).toHaveLength(4);
    expect(updates(ground)).toBe(1);
  });

  test('all the time is left alone, with exit code 4 and what changes', async () => {
    const ground = await startGround();
    afterReads(ground, (read) =>
      plantPoolFields(ground.sandbox.world, ground.new, { UserPoolTags: { deployment: String(read) } }),
    );
    const result = await runCli(ground.init('--new-client-id', ground.clients.web, '--yes', '--json'));
    expect(result.code).toBe(4);
    expect(json(result)).toMatchObject({ ok: false, error: { code: 'KEEPS_CHANGING' } });
    expect(updates(ground)).toBe(0);
    const again = await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'));
    expect(again.code).toBe(4);
    expect(again.stderr).toMatch(/UserPoolTags\.deployment: "\d+" → "\d+"/);
    expect(again.stderr).toContain('run the same command again');
  });
});

describe('an update after which something else is different', () => {
  const changing = (ground: Ground) =>
    ground.sandbox.faults.onCall('after', ({ operation }) => {
      if (operation !== 'UpdateUserPool') return;
      plantPoolFields(ground.sandbox.world, ground.new, { DeletionProtection: 'ACTIVE', UserPoolTags: {} });
    });

  test('is shown with every path, offers the way back, and is not put back silently', async () => {
    const ground = await startGround();
    const stop = changing(ground);
    const result = await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'));
    expect(result.code).toBe(7);
    expect(result.stderr).toContain('2 settings are not as before');
    expect(result.stderr).toContain('DeletionProtection: "INACTIVE" → "ACTIVE"');
    expect(result.stderr).toContain('UserPoolTags.team: "identity" → (not set)');
    expect(result.stderr).toContain('cognito-migrate teardown --restore');
    stop();
    expect(await ground.pool(ground.new)).toMatchObject({ DeletionProtection: 'ACTIVE', UserPoolTags: {} });
    expect(updates(ground)).toBe(1);
  });

  test('does not keep teardown from taking the trigger out, and stays for --restore', async () => {
    const ground = await startGround();
    const stop = changing(ground);
    expect((await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'))).code).toBe(7);
    stop();
    const result = await runCli(['teardown', ...ground.where, '--yes']);
    expect(result.code).toBe(0);
    expect(await ground.pool(ground.new)).toMatchObject({ LambdaConfig: {}, DeletionProtection: 'ACTIVE' });
  });

  test('is named in the JSON document too', async () => {
    const ground = await startGround();
    changing(ground);
    expect(
      json(await runCli(ground.init('--new-client-id', ground.clients.web, '--yes', '--json'))),
    ).toMatchObject({
      ok: false,
      error: {
        code: 'SETTINGS_DIFFER',
        found: expect.arrayContaining([
          'DeletionProtection: "INACTIVE" → "ACTIVE"',
          'UserPoolTags.team: "identity" → (not set)',
        ]),
      },
    });
  });
});

describe('a run that was killed right after its update, which had dropped a second factor', () => {
  test.each([
    ['init', (ground: Ground) => ground.init('--yes')],
    ['teardown', ({ where }: Ground) => ['teardown', ...where, '--yes']],
  ])('%s puts it back', async (_command, argv) => {
    // The program and the local AWS look at the same clock.
    const { now } = fakeClock();
    const ground = await startGround({ now });
    const { sandbox, sdk } = ground;
    const mfa = { MfaConfiguration: 'ON' as const, SoftwareTokenMfaConfiguration: { Enabled: true } };
    await sdk.idp.send(new SetUserPoolMfaConfigCommand({ UserPoolId: ground.new, ...mfa }));
    cognitoSettings(sandbox.world).mfaFactorsAfterUpdate = 'dropped';
    let isDead = false;
    const stop = sandbox.faults.onCall('after', ({ operation }) => {
      isDead ||= operation === 'UpdateUserPool';
    });
    sandbox.faults.add({ kind: 'access-denied', predicate: () => isDead, times: 100 });
    const killed = await runCli(
      ground.init('--new-client-id', ground.clients.web, '--yes', '--accept', 'CM406'),
    );
    expect(killed.code).toBe(3);
    stop();
    sandbox.faults.clear();

    const next = await runCli(argv(ground));
    expect(next.code).toBe(0);
    expect(next.stderr).toContain("put back after the last run's update: SoftwareTokenMfaConfiguration");
    const { $metadata: _, ...found } = await sdk.idp.send(
      new GetUserPoolMfaConfigCommand({ UserPoolId: ground.new }),
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
      const ground = await startGround();
      const [tags, line] = deployed[tool];
      plantPoolFields(ground.sandbox.world, ground.new, { UserPoolTags: tags });
      // Without --yes nothing goes on after the plan.
      const result = await runCli(ground.init('--new-client-id', ground.clients.web));
      expect(result.code).toBe(2);
      expect(result.stderr).toContain('The pool was deployed with');
      expect(result.stderr).toContain(line);
      expect(result.stderr).toContain(
        `arn:aws:lambda:${region}:${account}:function:cognito-migrate-${ground.new}`,
      );
      await ground.expectUntouched();
    },
  );
});

describe('a pool that cannot be updated now stops init with exit code 8 before anything is written', () => {
  const refused = async (ground: Ground, id: string, words: string) => {
    ground.sandbox.journal.clear();
    const result = await runCli(ground.init('--new-client-id', ground.clients.web, '--yes'));
    expect(result.code).toBe(8);
    expect(result.stderr).toContain(`[${id}]`);
    expect(result.stderr).toContain(words);
    await ground.expectUntouched();
    expect(
      json(await runCli(ground.init('--new-client-id', ground.clients.web, '--yes', '--json'))),
    ).toMatchObject({ ok: false, error: { code: id } });
    await ground.expectUntouched();
  };

  test('because of its role for text messages', async () => {
    const ground = await startGround();
    const role = `arn:aws:iam::${account}:role/sms`;
    plantPoolFields(ground.sandbox.world, ground.new, { SmsConfiguration: { SnsCallerArn: role } });
    cognitoSettings(ground.sandbox.world).brokenSmsRoles.set(role, 'access');
    await refused(ground, 'CM301', 'InvalidSmsRoleAccessPolicyException');
  });

  test('because of an import job', async () => {
    const ground = await startGround();
    const { idp } = ground.sdk;
    const job = { UserPoolId: ground.new, JobName: 'half-of-them' };
    const CloudWatchLogsRoleArn = `arn:aws:iam::${account}:role/import`;
    const { UserImportJob } = await idp.send(
      new CreateUserImportJobCommand({ ...job, CloudWatchLogsRoleArn }),
    );
    await idp.send(new StartUserImportJobCommand({ UserPoolId: ground.new, JobId: UserImportJob?.JobId }));
    await refused(ground, 'CM302', 'half-of-them');
  });

  test('because this is the Region of a replica', async () => {
    const ground = await startGround();
    for (const { state } of ground.sandbox.world.states(cognitoKind)) {
      const pool = state.pools.get(ground.new);
      if (pool) state.pools.set(ground.new, { ...pool, arn: pool.arn.replace(region, 'eu-central-1') });
    }
    await refused(ground, 'CM303', 'eu-central-1');
  });
});
