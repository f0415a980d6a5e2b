/** Groups of imported users: an import job copies none, and the next `sync` does, once. */
import {
  AdminAddUserToGroupCommand,
  AdminListGroupsForUserCommand,
  AdminRemoveUserFromGroupCommand,
  CreateGroupCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { DeleteFunctionCommand, GetFunctionCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { plantPoolFields, poolById } from '../../../src/sandbox/services/cognito/index.ts';
import { type CliResult, json, runCli } from '../../support/run-cli.ts';
import { addMoved, byEmail, install } from '../users-support.ts';
import { agreed, type ImportAws, startImportAws } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const minute = 60_000;
const [ana, bert, fred] = ['ana@example.com', 'bert@example.com', 'fred@example.com'];

/** ana and bert are in `staff` of the old pool and can be imported. fred is too, moved before, and lacks it. */
async function start(): Promise<ImportAws> {
  const aws = await startImportAws();
  const { sandbox, sdk, newPool, oldPool: UserPoolId } = aws;
  plantPoolFields(sandbox.world, newPool, { AdminCreateUserConfig: { AllowAdminCreateUserOnly: true } });
  await sdk.idp.send(new CreateGroupCommand({ UserPoolId, GroupName: 'staff' }));
  await install(aws, '--add-old-sub', '--groups', 'all');
  for (const name of [bert, fred]) await byEmail(aws, name);
  for (const Username of [ana, bert, fred])
    await sdk.idp.send(new AdminAddUserToGroupCommand({ UserPoolId, Username, GroupName: 'staff' }));
  await addMoved(aws, fred);
  aws.clock.advance(60 * minute);
  sandbox.journal.clear();
  return aws;
}

async function imported(): Promise<ImportAws> {
  const aws = await start();
  const result = await aws.import([...agreed, '--json']);
  expect(json(result), result.stderr).toMatchObject({ imported: 2, jobs: 1 });
  return aws;
}

function sync({ oldPool, newPool, where, clock }: ImportAws, ...more: readonly string[]): Promise<CliResult> {
  const pools = ['--old-user-pool-id', oldPool, '--new-user-pool-id', newPool];
  return runCli(['sync', ...pools, ...where, ...more], { clock });
}

async function groupsOf({ sdk, newPool: UserPoolId }: ImportAws, Username: string): Promise<string[]> {
  const { Groups = [] } = await sdk.idp.send(new AdminListGroupsForUserCommand({ UserPoolId, Username }));
  return Groups.map(({ GroupName = '' }) => GroupName);
}

const leave = ({ sdk, newPool: UserPoolId }: ImportAws, Username: string) =>
  sdk.idp.send(new AdminRemoveUserFromGroupCommand({ UserPoolId, Username, GroupName: 'staff' }));

describe('sync after an import', () => {
  test('copies the groups at once, and touches nobody else', async () => {
    const aws = await imported();
    expect(await groupsOf(aws, ana)).toEqual([]);
    const counted = await sync(aws, '--dry-run', '--json');
    expect(json(counted)).toMatchObject({ dryRun: true, repeated: 2, memberships: 2, notRepeated: 1 });
    expect(await groupsOf(aws, ana)).toEqual([]);
    const result = await sync(aws, '--json');
    expect(result.code, result.stderr).toBe(0);
    expect(json(result)).toMatchObject({ ok: true, all: false, repeated: 2, memberships: 2, notRepeated: 1 });
    for (const name of [ana, bert]) expect(await groupsOf(aws, name)).toEqual(['staff']);
    expect(await groupsOf(aws, fred)).toEqual([]);
  });

  test('a right that someone takes away later stays away, whatever is imported next', async () => {
    const aws = await imported();
    expect((await sync(aws)).code).toBe(0);
    await leave(aws, ana);
    for (let night = 0; night < 2; night += 1) {
      aws.clock.advance(minute);
      const again = await sync(aws);
      expect(again.code, again.stderr).toBe(0);
      expect(again.stdout).toContain('Nothing to repeat');
    }
    const cleo = 'cleo@example.com';
    await byEmail(aws, cleo);
    await aws.sdk.idp.send(
      new AdminAddUserToGroupCommand({ UserPoolId: aws.oldPool, Username: cleo, GroupName: 'staff' }),
    );
    expect(json(await aws.import([...agreed, '--json']))).toMatchObject({ imported: 1 });
    expect(json(await sync(aws, '--json'))).toMatchObject({ repeated: 1 });
    expect(await groupsOf(aws, cleo)).toEqual(['staff']);
    expect(await groupsOf(aws, ana)).toEqual([]);
  });

  test('the function is deleted and created again since: the right stays away', async () => {
    const aws = await imported();
    expect((await sync(aws)).code).toBe(0);
    await leave(aws, ana);
    const FunctionName = `cognito-migrate-${aws.newPool}`;
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName }));
    const repaired = await runCli(aws.init('--yes'), { clock: aws.clock });
    expect(repaired.code, repaired.stderr).toBe(0);
    aws.clock.advance(60 * minute);
    expect((await sync(aws)).stdout).toContain('Nothing to repeat');
    expect(await groupsOf(aws, ana)).toEqual([]);
  });

  test('a job that is running: its users wait for the next run, and none is forgotten', async () => {
    const aws = await imported();
    const [job] = poolById(aws.sandbox.world, aws.newPool).importJobs;
    if (job === undefined) throw new Error('no job');
    const { status, completed } = job;
    Object.assign(job, { status: 'InProgress', completed: undefined });
    const early = await sync(aws);
    expect(early.code, early.stderr).toBe(0);
    expect(early.stderr).toContain('An import job is running.');
    expect(await groupsOf(aws, ana)).toEqual([]);
    Object.assign(job, { status, completed });
    aws.clock.advance(60 * minute);
    expect(json(await sync(aws, '--json'))).toMatchObject({ repeated: 2 });
    expect(await groupsOf(aws, ana)).toEqual(['staff']);
  });

  test("somebody else's job gives nobody a group", async () => {
    const aws = await imported();
    const [job] = poolById(aws.sandbox.world, aws.newPool).importJobs;
    if (job === undefined) throw new Error('no job');
    Object.assign(job, { name: 'nightly import' });
    expect((await sync(aws)).stdout).toContain('Nothing to repeat');
    expect(await groupsOf(aws, ana)).toEqual([]);
  });

  test('a run that AWS ends is continued, and then covers the job', async () => {
    const aws = await imported();
    aws.sandbox.faults.add({ operation: 'AdminAddUserToGroup', kind: 'throttle', times: 1000 });
    expect((await sync(aws)).code).toBe(7);
    aws.sandbox.faults.clear();
    expect((await sync(aws)).code).toBe(0);
    for (const name of [ana, bert]) expect(await groupsOf(aws, name)).toEqual(['staff']);
    const FunctionName = `cognito-migrate-${aws.newPool}`;
    const { Tags } = await aws.sdk.lambda.send(new GetFunctionCommand({ FunctionName }));
    expect(Tags?.['cognito-migrate:synced-imports']).toMatch(/^2026-/);
  });

  test('a denied read of the jobs is named: exit 3', async () => {
    const aws = await imported();
    aws.sandbox.faults.add({ operation: 'ListUserImportJobs', kind: 'access-denied', times: 10 });
    const { code, stderr } = await sync(aws);
    expect(code).toBe(3);
    expect(stderr).toContain('cognito-idp:ListUserImportJobs');
    expect(await groupsOf(aws, ana)).toEqual([]);
  });
});
