/** Something that was made first, and brought along later: what was made is not forgotten. */
import { rm } from 'node:fs/promises';
import { CreateUserPoolClientCommand } from '@aws-sdk/client-cognito-identity-provider';
import { AttachRolePolicyCommand, CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { expect, test } from 'vitest';
import { assertDone } from '../fault-injection/prove.ts';
import type { ConfiguredAws } from '../fault-injection/scene.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { policyOf } from '../sandbox/support.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { installed, scene, status, unhealthy } from './support.ts';

/** A role that the security team has made for the function. */
async function theirRole({ sdk: { iam } }: ConfiguredAws): Promise<string> {
  const lambda = {
    Effect: 'Allow',
    Principal: { Service: 'lambda.amazonaws.com' },
    Action: 'sts:AssumeRole',
  };
  const made = await iam.send(
    new CreateRoleCommand({ RoleName: 'theirs', AssumeRolePolicyDocument: policyOf(lambda) }),
  );
  const actions = ['cognito-idp:AdminInitiateAuth', 'cognito-idp:AdminGetUser'];
  const PolicyDocument = policyOf({ Effect: 'Allow', Action: actions, Resource: '*' });
  await iam.send(new PutRolePolicyCommand({ RoleName: 'theirs', PolicyName: 'p', PolicyDocument }));
  const PolicyArn = 'arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole';
  await iam.send(new AttachRolePolicyCommand({ RoleName: 'theirs', PolicyArn }));
  return given(made.Role?.Arn);
}

/** An app client that they have made in the old pool. */
async function theirClient({ sdk: { idp }, oldPool: UserPoolId }: ConfiguredAws): Promise<string> {
  const command = new CreateUserPoolClientCommand({
    UserPoolId,
    ClientName: 'theirs',
    ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
  });
  return given((await idp.send(command)).UserPoolClient?.ClientId);
}

test('a role: teardown takes our own role and policy too, says so before, and leaves theirs', async () => {
  const before = await scene();
  await theirRole(before);
  const clean = snapshot(before);
  const aws = await installed();
  const arn = await theirRole(aws);
  aws.clock.advance(60_000);
  assertDone(await runCli([...aws.init, '--role-arn', arn], aws.io));
  expect(unhealthy((await status(aws)).document)).toEqual({ 'lambda-role': 'brought along' });
  const ended = await runCli(aws.teardown, aws.io);
  assertDone(ended);
  for (const title of ['role', 'policy', 'attachments'])
    expect(ended.stderr, title).toMatch(new RegExp(`− ${title} `));
  expect(ended.stderr).not.toContain(arn);
  expect(snapshot(aws)).toBe(clean);
});

test.each([
  ['the file is lost', 0],
  ['init has written the file anew since, from what AWS shows', 1],
])('a role, and %s: teardown finds our own role and policy all the same', async (_when, runs) => {
  const before = await scene();
  await theirRole(before);
  const clean = snapshot(before);
  const aws = await installed();
  const arn = await theirRole(aws);
  aws.clock.advance(60_000);
  assertDone(await runCli([...aws.init, '--role-arn', arn], aws.io));
  await rm(aws.state);
  for (let again = 0; again < runs; again += 1) assertDone(await runCli(aws.init, aws.io));
  const ended = await runCli(aws.teardown, aws.io);
  assertDone(ended);
  for (const title of ['role', 'policy', 'attachments'])
    expect(ended.stderr, title).toMatch(new RegExp(`− ${title} `));
  expect(snapshot(aws)).toBe(clean);
});

test('whoever may not look for a role of ours takes the rest down', async () => {
  const aws = await scene();
  const arn = await theirRole(aws);
  aws.clock.advance(60_000);
  assertDone(await runCli([...aws.init, '--role-arn', arn], aws.io));
  await rm(aws.state);
  for (const operation of ['GetRole', 'GetPolicy'])
    aws.sandbox.faults.inject({ kind: 'access-denied', service: 'iam', operation, times: 10 });
  assertDone(await runCli(aws.teardown, aws.io));
  expect(snapshot(aws)).not.toContain(aws.name);
});

test('an app client of the old pool: ours goes, theirs stays', async () => {
  const before = await scene();
  await theirClient(before);
  const clean = snapshot(before);
  const aws = await installed();
  assertDone(await runCli([...aws.init, '--old-client-id', await theirClient(aws)], aws.io));
  assertDone(await runCli(aws.teardown, aws.io));
  expect(snapshot(aws)).toBe(clean);
});

test('our own role, given by its ARN, stays ours: it is not taken for two', async () => {
  const clean = snapshot(await scene());
  const aws = await installed();
  const arn = `arn:aws:iam::111122223333:role/${aws.name}`;
  assertDone(await runCli([...aws.init, '--role-arn', arn], aws.io));
  assertDone(await runCli(aws.teardown, aws.io));
  expect(snapshot(aws)).not.toBe(clean); // it was brought along, so it is the person's now
  expect(snapshot(aws)).toContain(`"name": "${aws.name.replace(aws.newPool, '<pool fresh>')}"`);
});

test('a role and an app client, given back with "none": init makes its own, remembers that, and teardown leaves theirs', async () => {
  const aws = await scene();
  const theirs = ['--role-arn', await theirRole(aws), '--old-client-id', await theirClient(aws)];
  const clean = snapshot(aws);
  aws.clock.advance(60_000);
  assertDone(await runCli([...aws.init, ...theirs], aws.io));
  expect(unhealthy((await status(aws)).document)).toEqual({
    'lambda-role': 'brought along',
    'old-client': 'brought along',
  });

  assertDone(await runCli([...aws.init, '--role-arn', 'none', '--old-client-id', 'none'], aws.io));
  aws.sandbox.journal.clear();
  assertDone(await runCli(aws.init, aws.io));
  expect(aws.sandbox.journal.writes()).toEqual([]);
  expect(unhealthy((await status(aws, '--probe')).document)).toEqual({});
  assertDone(await runCli(aws.teardown, aws.io));
  expect(snapshot(aws)).toBe(clean);
});
