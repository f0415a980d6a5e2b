/** What others have done to role and policy since: teardown takes what is ours, and names what it cannot go past. */
import {
  AttachRolePolicyCommand,
  CreateRoleCommand,
  DeleteRolePolicyCommand,
  DetachRolePolicyCommand,
  PutRolePolicyCommand,
  UntagRoleCommand,
} from '@aws-sdk/client-iam';
import { TagResourceCommand, UntagResourceCommand } from '@aws-sdk/client-lambda';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { iamState } from '../../src/sandbox/services/iam/state.ts';
import { assertDone } from '../fault-injection/prove.ts';
import { account, type ConfiguredAws, region } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { as, operatorRole } from '../policy/operator.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { installed, scene } from './support.ts';

const document = (...Statement: object[]): string => JSON.stringify({ Version: '2012-10-17', Statement });
const any = { Effect: 'Allow', Action: '*', Resource: '*' };
const trust = document({
  Effect: 'Allow',
  Principal: { Service: 'lambda.amazonaws.com' },
  Action: 'sts:AssumeRole',
});
const admin = 'arn:aws:iam::aws:policy/AdministratorAccess';
const inline = { PolicyName: 'extra', PolicyDocument: document(any) };
const policyArn = ({ name }: ConfiguredAws): string => `arn:aws:iam::${account}:policy/${name}`;

const left = ({ sandbox: { world } }: ConfiguredAws): string[] => {
  const { roles, policies } = iamState(world, account);
  return [...roles.values(), ...policies.values()].map(({ arn }) => arn);
};

/** Exit 4 with this code, and none of the words that send people round in a circle. */
function expectConflict(ended: CliResult, code: string): string {
  expect(ended.code, ended.stderr).toBe(exitCodes.conflict.code);
  const { error } = JSON.parse(ended.stdout);
  expect(error.code).toBe(code);
  expect(ended.stderr).not.toContain('You can safely run the same command again');
  return ended.stderr;
}

test('policies that somebody has put on our role are named, and once they are off the teardown ends', async () => {
  const aws = await installed();
  const { iam } = aws.sdk;
  const RoleName = aws.name;
  await iam.send(new PutRolePolicyCommand({ RoleName, ...inline }));
  await iam.send(new AttachRolePolicyCommand({ RoleName, PolicyArn: admin }));
  const words = expectConflict(await runCli([...aws.teardown, '--json'], aws.io), 'ROLE_IN_USE');
  expect(words).toContain(`others have added to it: the inline policy extra, ${admin}`);
  expect(words).toContain(`aws iam delete-role-policy --role-name ${RoleName} --policy-name extra`);
  expect(words).toContain(`aws iam detach-role-policy --role-name ${RoleName} --policy-arn ${admin}`);
  expect(left(aws)).toEqual([`arn:aws:iam::${account}:role/${RoleName}`]);
  await iam.send(new DeleteRolePolicyCommand({ RoleName, PolicyName: 'extra' }));
  await iam.send(new DetachRolePolicyCommand({ RoleName, PolicyArn: admin }));
  assertDone(await runCli(aws.teardown, aws.io));
  expect(left(aws)).toEqual([]);
});

test('where they may not be listed, AWS’s own sentence tells what kind they are; and --keep ends it, as it says', async () => {
  const aws = await installed();
  await aws.sdk.iam.send(new PutRolePolicyCommand({ RoleName: aws.name, ...inline }));
  const operator = await operatorRole(aws.sandbox, account);
  const no = { Effect: 'Deny', Action: 'iam:ListRolePolicies', Resource: '*' };
  await operator.allow({ Version: '2012-10-17', Statement: [any, no] });
  aws.clock.advance(1_000);
  const ended = await as(await operator.session(), () => runCli([...aws.teardown, '--json'], aws.io));
  const words = expectConflict(ended, 'ROLE_IN_USE');
  expect(words).toContain('must delete policies first');
  expect(words).toContain('--keep lambda-role');
  assertDone(await runCli([...aws.teardown, '--keep', 'lambda-role'], aws.io));
  expect(left(aws)).toContain(`arn:aws:iam::${account}:role/${aws.name}`);
});

test('across accounts the same of the role there', async () => {
  const aws = await installed('accounts');
  await aws.oldSdk.iam.send(new PutRolePolicyCommand({ RoleName: aws.name, ...inline }));
  const words = expectConflict(await runCli([...aws.teardown, '--json'], aws.io), 'ROLE_IN_USE');
  expect(words).toContain('the inline policy extra');
  expect(words).toContain('--keep old-account-role');
});

test('a function on the trigger whose tags somebody has taken: nothing goes from under it, and with its tags back all goes', async () => {
  const clean = snapshot(await scene());
  const aws = await installed();
  const { lambda } = aws.sdk;
  const Resource = `arn:aws:lambda:${region}:${account}:function:${aws.name}`;
  const Tags = { 'cognito-migrate:pool': aws.newPool, 'cognito-migrate:old-pool': aws.oldPool };
  await lambda.send(new UntagResourceCommand({ Resource, TagKeys: Object.keys(Tags) }));
  aws.sandbox.journal.clear();
  const words = expectConflict(await runCli([...aws.teardown, '--json'], aws.io), 'FUNCTION_UNTAGGED');
  expect(words).toContain(
    `aws lambda tag-resource --resource ${Resource} --tags cognito-migrate:pool=${aws.newPool}`,
  );
  expect(aws.sandbox.journal.writes()).toEqual([]);
  await lambda.send(new TagResourceCommand({ Resource, Tags }));
  assertDone(await runCli(aws.teardown, aws.io));
  expect(snapshot(aws)).toBe(clean);
});

test('our policy comes off a role whose tags somebody has taken, and off no other, which is named', async () => {
  const aws = await installed();
  const { iam } = aws.sdk;
  const TagKeys = ['cognito-migrate:pool', 'cognito-migrate:old-pool'];
  await iam.send(new UntagRoleCommand({ RoleName: aws.name, TagKeys }));
  await iam.send(new CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: trust }));
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'theirs', PolicyArn: policyArn(aws) }));
  const words = expectConflict(await runCli([...aws.teardown, '--json'], aws.io), 'POLICY_IN_USE');
  expect(words).toContain('the role theirs uses it too');
  await iam.send(new DetachRolePolicyCommand({ RoleName: 'theirs', PolicyArn: policyArn(aws) }));
  assertDone(await runCli(aws.teardown, aws.io));
  expect(left(aws)).toEqual([aws.name, 'theirs'].map((name) => `arn:aws:iam::${account}:role/${name}`));
});
