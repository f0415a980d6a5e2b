/** An operator who may do all but one thing: the run names it, nobody is imported by halves, and nothing is left over. */
import { readdir } from 'node:fs/promises';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { as, operatorRole } from '../../policy/operator.ts';
import { account } from '../../support/local-aws.ts';
import { json } from '../../support/run-cli.ts';
import { byEmail, install } from '../users-support.ts';
import {
  agreed,
  chunkFoldersOf,
  emailsOf,
  type ImportAws,
  importRolesOf,
  startImportAws,
} from './support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

async function start(): Promise<ImportAws> {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  await byEmail(aws, 'bert@example.com');
  return aws;
}

/** Runs `import` as somebody who lacks this permission. */
async function runWithout(aws: ImportAws, action: string) {
  const operator = await operatorRole(aws.sandbox, account);
  await operator.allow({
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: '*', Resource: '*' },
      { Effect: 'Deny', Action: action, Resource: '*' },
    ],
  });
  return as(await operator.session(), () => aws.import([...agreed, '--json']));
}

describe.each([
  'iam:CreateRole',
  'iam:PutRolePolicy',
  'iam:PassRole',
  'cognito-idp:CreateUserImportJob',
  'cognito-idp:StartUserImportJob',
])('without %s', (action) => {
  test('exit 3 names it; the next run, with it, imports everyone', async () => {
    const aws = await start();
    const before = (await readdir(aws.folder)).toSorted();
    const denied = await runWithout(aws, action);
    expect(denied.code, denied.stdout).toBe(3);
    const { error } = json(denied);
    expect(JSON.stringify(error)).toContain(action);
    expect(JSON.stringify(error)).not.toContain('X-Amz-');
    expect(await emailsOf(aws, aws.newPool)).toEqual({});
    expect(await importRolesOf(aws)).toEqual([]);
    const done = await aws.import([...agreed, '--json']);
    expect(done.code, done.stderr).toBe(0);
    expect(json(done)).toMatchObject({ imported: 2, failed: 0 });
    expect(await importRolesOf(aws)).toEqual([]);
    expect(await chunkFoldersOf(aws)).toEqual([]);
    expect((await readdir(aws.folder)).toSorted()).toEqual(before);
  });
});
