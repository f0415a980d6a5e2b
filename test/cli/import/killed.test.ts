/** The role that a killed import leaves: status names it, and import --clean and teardown remove it. */
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { StopUserImportJobCommand } from '@aws-sdk/client-cognito-identity-provider';
import { GetRoleCommand, UntagRoleCommand } from '@aws-sdk/client-iam';
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { type ImportScene, startScene } from '../../import/scene.ts';
import { json, runCli } from '../../support/run-cli.ts';
import { chunkFoldersOf, importRolesOf, jobsOf } from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

/** An import that was killed before it created a job, or while its first job runs. */
async function killed(point: 'before' | 'while'): Promise<ImportScene & { readonly role: string }> {
  const scene = await startScene();
  let isRunning = false;
  await scene.killAt(({ operation }) => {
    if (point === 'before') return operation === 'CreateUserImportJob';
    const isPoint = isRunning && operation === 'DescribeUserImportJob';
    isRunning ||= operation === 'StartUserImportJob';
    return isPoint;
  });
  const role = `cognito-migrate-${scene.aws.newPool}-import`;
  expect(await importRolesOf(scene.aws)).toEqual([role]);
  return { ...scene, role };
}

const statusOf = async ({ aws }: ImportScene) => json(await runCli(['status', ...aws.where, '--json']));

test('status says that it is there, until it is gone', async () => {
  const scene = await killed('before');
  expect(await statusOf(scene)).toMatchObject({ healthy: true, importRole: scene.role });
  const { code, stdout, stderr } = await runCli(['status', ...scene.aws.where]);
  expect(code).toBe(0);
  expect(stdout + stderr).toContain(
    `The role ${scene.role} is there, for an import that runs or was killed.`,
  );
  await scene.finish();
  expect(await statusOf(scene)).not.toHaveProperty('importRole');
});

describe('import --clean', () => {
  test('removes it, with the files', async () => {
    const { aws, role, finish } = await killed('before');
    const dry = await aws.import(['--clean', '--dry-run', '--json']);
    expect([dry.code, json(dry)]).toMatchObject([0, { dryRun: true, role }]);
    expect(await importRolesOf(aws)).toEqual([role]);
    // The process of this test is alive.
    expect((await aws.import(['--clean'])).code).toBe(6);
    const cleaned = await aws.import(['--clean', '--break-lock']);
    expect(cleaned.code, cleaned.stderr).toBe(0);
    expect(cleaned.stdout).toContain(`The role ${role} is removed.`);
    expect([await importRolesOf(aws), await chunkFoldersOf(aws)]).toEqual([[], []]);
    // The next import begins anew, and ends in the same place.
    await finish();
  });

  test('leaves it to a job that still runs', async () => {
    const { aws, role } = await killed('while');
    const [job] = await jobsOf(aws);
    expect(['Pending', 'InProgress']).toContain(job?.Status);
    const kept = await aws.import(['--clean', '--break-lock', '--json']);
    expect([kept.code, json(kept)]).toMatchObject([0, { role: null }]);
    expect(kept.stderr + kept.stdout).toContain(`The role ${role} stays: the import job`);
    await aws.sdk.idp.send(new StopUserImportJobCommand({ UserPoolId: aws.newPool, JobId: job?.JobId }));
    expect(json(await aws.import(['--clean', '--break-lock', '--json']))).toMatchObject({ role });
    expect(await importRolesOf(aws)).toEqual([]);
  });

  test('never removes a role of somebody else', async () => {
    const { aws, role } = await killed('before');
    const TagKeys = ['cognito-migrate:pool', 'cognito-migrate:old-pool'];
    await aws.sdk.iam.send(new UntagRoleCommand({ RoleName: role, TagKeys }));
    expect(json(await aws.import(['--clean', '--break-lock', '--json']))).toMatchObject({ role: null });
    expect(await importRolesOf(aws)).toEqual([role]);
  });
});

describe('teardown', () => {
  const pools = (scene: ImportScene): string[] => scene.aws.init().slice(1, 5);

  test.each(['with', 'without'])('%s the state file removes it', async (file) => {
    const scene = await killed('before');
    const { aws, role } = scene;
    if (file === 'without') await rm(aws.file);
    const teardown = ['teardown', ...pools(scene), ...aws.where, '--yes'];
    const dry = await runCli([...teardown, '--dry-run']);
    expect(dry.stdout).toContain(`role of imports`);
    expect(await importRolesOf(aws)).toEqual([role]);
    const { code, stdout, stderr } = await runCli(teardown);
    expect(code, stderr).toBe(0);
    expect(stdout).toContain('Done: 10 removed.');
    expect(await importRolesOf(aws)).toEqual([]);
  });

  test('deletes the journals of runs that have not ended, and says where their files are', async () => {
    const { aws } = await killed('before');
    // The process of this test is alive, so its own journal would stay.
    for (const name of await readdir(aws.folder))
      if (name.includes('.import.json')) await rm(join(aws.folder, name));
    for (const name of ['import', 'sync']) await writeFile(join(aws.folder, `state.${name}.json`), '{}');
    const { code, stderr } = await runCli(['teardown', ...aws.where, '--yes', '--no-report']);
    expect(code, stderr).toBe(0);
    expect(stderr).toContain('An import had not ended.');
    expect(await readdir(aws.folder)).toEqual([]);
  });

  test('finds it with neither the function nor the state file', async () => {
    const scene = await killed('before');
    const { aws } = scene;
    await rm(aws.file);
    await aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: `cognito-migrate-${aws.newPool}` }));
    expect((await runCli(['teardown', ...pools(scene), ...aws.where, '--yes'])).code).toBe(0);
    expect(await importRolesOf(aws)).toEqual([]);
  });

  test('keeps it while a job runs, since the trigger stays too', async () => {
    const scene = await killed('while');
    const { aws, role } = scene;
    const refused = await runCli(['teardown', ...aws.where, '--yes', '--json']);
    expect([refused.code, json(refused)]).toMatchObject([4, { error: { code: 'IMPORT_RUNNING' } }]);
    expect(await importRolesOf(aws)).toEqual([role]);
    expect((await aws.pool(aws.newPool)).LambdaConfig?.UserMigration).toBeDefined();
  });

  test('--keep import-role keeps it', async () => {
    const scene = await killed('before');
    const { aws, role } = scene;
    expect((await runCli(['teardown', ...aws.where, '--yes', '--keep', 'import-role'])).code).toBe(0);
    expect((await aws.sdk.iam.send(new GetRoleCommand({ RoleName: role }))).Role?.RoleName).toBe(role);
  });
});
