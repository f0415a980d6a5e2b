/** The trigger breaks while an import runs: no further job begins, since those who are left still need it. */
import { DeleteFunctionCommand } from '@aws-sdk/client-lambda';
import { afterEach, expect, test, vi } from 'vitest';
import { plantPoolFields } from '../../../src/sandbox/services/cognito/index.ts';
import { json, runCli } from '../../support/run-cli.ts';
import { byEmail, install } from '../users-support.ts';
import {
  agreed,
  chunkFoldersOf,
  emailsOf,
  type ImportAws,
  importRolesOf,
  jobsOf,
  startImportAws,
} from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const functionOf = ({ newPool }: ImportAws): string => `cognito-migrate-${newPool}`;
const otherFunction = 'arn:aws:lambda:eu-west-1:111122223333:function:other';

const breaks: readonly (readonly [string, (aws: ImportAws) => unknown, exit: number, code: string])[] = [
  [
    'its function is deleted',
    (aws) => aws.sdk.lambda.send(new DeleteFunctionCommand({ FunctionName: functionOf(aws) })),
    5,
    'FUNCTION_GONE',
  ],
  [
    'it calls another function',
    (aws) =>
      plantPoolFields(aws.sandbox.world, aws.newPool, { LambdaConfig: { UserMigration: otherFunction } }),
    4,
    'CHANGED_MEANWHILE',
  ],
  [
    'it is empty',
    (aws) => plantPoolFields(aws.sandbox.world, aws.newPool, { LambdaConfig: {} }),
    4,
    'CHANGED_MEANWHILE',
  ],
];

test.each(breaks)('%s', async (_, breakIt, exit, code) => {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  for (const name of ['bert', 'cleo', 'dora']) await byEmail(aws, `${name}@example.com`);
  let isBroken = false;
  const stop = aws.sandbox.faults.onCall('after', async ({ operation }) => {
    if (operation !== 'StartUserImportJob' || isBroken) return;
    isBroken = true;
    await breakIt(aws);
  });
  const words = [...agreed, '--job-size', '2', '--json'];
  const result = await aws.import(words);
  stop();
  expect([result.code, json(result)], result.stderr).toMatchObject([exit, { ok: false, error: { code } }]);
  expect(await jobsOf(aws)).toHaveLength(1);
  const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool, ...aws.where];
  aws.clock.advance(60_000);
  await runCli(['init', ...pools, '--yes', '--replace-trigger'], { clock: aws.clock });
  const again = await aws.import(words);
  expect(again.code, again.stderr + again.stdout).toBe(0);
  expect(Object.keys(await emailsOf(aws, aws.newPool))).toHaveLength(4);
  expect(await importRolesOf(aws)).toEqual([]);
  expect(await chunkFoldersOf(aws)).toEqual([]);
});
