/** Imports with exactly the policy that `policy --for import` prints: it is enough, and nothing in it can be left out. */
import { AdminDisableUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, expect, test, vi } from 'vitest';
import type { PolicyTask } from '../../src/core/permission.ts';
import { plantPoolFields } from '../../src/sandbox/services/cognito/index.ts';
import {
  agreed,
  emailsOf,
  type ImportAws,
  importRolesOf,
  refuseRows,
  startImportAws,
} from '../cli/import/support.ts';
import { byEmail, install } from '../cli/users-support.ts';
import { account } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { as, operatorRole } from './operator.ts';
import { type Policy, prove } from './removal.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

function policyIn(document: Record<string, unknown>): Policy {
  const isPolicy = (value: unknown): value is Policy => Array.isArray(Object(value).Statement);
  const { policy } = document;
  if (!isPolicy(policy)) throw new Error('no policy');
  return policy;
}

/** An operator with exactly what `policy --for` prints for this task. */
async function operatorOf(aws: ImportAws, task: PolicyTask) {
  const pools = ['--old-user-pool-id', aws.oldPool, '--new-user-pool-id', aws.newPool, ...aws.where];
  const policy = policyIn(json(await runCli(['policy', ...pools, '--for', task, '--json'])));
  const operator = await operatorRole(aws.sandbox, account, [account], task);
  await operator.allow(policy);
  const keys = await operator.session();
  aws.sandbox.journal.clear();
  return {
    run: (...words: string[]) => as(keys, () => aws.import(words)),
    expectMinimal(): void {
      const caller = `arn:aws:sts::${account}:assumed-role/${task}/`;
      const proof = prove(policy, aws.sandbox.journal.calls, [caller]);
      expect(proof.denied).toEqual([]);
      expect(proof.removableStatements).toEqual([]);
      expect(proof.removableActions).toEqual([]);
    },
  };
}

test('--for import: a new import, one that was killed, and one without anybody', async () => {
  const aws = await startImportAws();
  plantPoolFields(aws.sandbox.world, aws.oldPool, { MfaConfiguration: 'OPTIONAL' });
  await install(aws, '--add-old-sub');
  await byEmail(aws, 'bert@example.com');
  await byEmail(aws, 'emil@example.com');
  const emil = { UserPoolId: aws.oldPool, Username: 'emil@example.com' };
  await aws.sdk.idp.send(new AdminDisableUserCommand(emil));
  const { run, expectMinimal } = await operatorOf(aws, 'import');
  expect(await run('--dry-run')).toMatchObject({ code: 0 });
  const accept = refuseRows(aws, (row) => row.includes('bert@'));
  expect(await run(...agreed)).toMatchObject({ code: 8 });
  accept();
  aws.sandbox.faults.inject({ operation: 'DescribeUserImportJob', skip: 1, kind: 'access-denied' });
  expect(await run(...agreed)).toMatchObject({ code: 3 });
  aws.sandbox.faults.clear();
  expect(await run(...agreed, '--accept', 'CM704', '--tag', 'team=identity')).toMatchObject({ code: 0 });
  expect(await run(...agreed, '--mfa', 'allow', '--with-disabled')).toMatchObject({ code: 0 });
  expect(Object.keys(await emailsOf(aws, aws.newPool))).toHaveLength(3);
  expect(await importRolesOf(aws)).toEqual([]);
  expectMinimal();
});

test('--for import-undo', async () => {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  expect(await aws.import(agreed)).toMatchObject({ code: 0 });
  const { run } = await operatorOf(aws, 'import-undo');
  expect(await run('--undo', '--yes')).toMatchObject({ code: 0 });
  expect(await emailsOf(aws, aws.newPool)).toEqual({});
  const denied = aws.sandbox.journal.calls
    .flatMap(({ actions }) => actions)
    .filter(({ allowed }) => !allowed);
  expect(denied).toEqual([]);
});
