import { CreateRoleCommand, GetRoleCommand } from '@aws-sdk/client-iam';
import { InvokeCommand } from '@aws-sdk/client-lambda';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { isWrite, redact } from '../../src/sandbox/journal.ts';
import { clientsOf, errorOf, lambdaTrust, startSandbox } from './support.ts';

let sandbox: Sandbox;
beforeEach(async () => {
  sandbox = await startSandbox({ now: () => 1_000_000 });
});
afterEach(() => sandbox.close());

test('every call is counted, with who made it, where, and how it ended', async () => {
  const { iam } = clientsOf(sandbox);
  await iam.send(new CreateRoleCommand({ RoleName: 'r', AssumeRolePolicyDocument: lambdaTrust }));
  await errorOf(iam.send(new GetRoleCommand({ RoleName: 'none' })));
  const { journal } = sandbox;
  expect(journal.names()).toEqual(['iam:CreateRole', 'iam:GetRole']);
  expect(journal.writes().map(({ operation }) => operation)).toEqual(['CreateRole']);
  expect(journal.calls[1]).toMatchObject({
    sequence: 2,
    time: 1_000_000,
    account: '111122223333',
    region: 'eu-west-1',
    caller: 'arn:aws:iam::111122223333:root',
    input: { RoleName: 'none' },
    result: 'NoSuchEntity',
  });
  journal.clear();
  expect(journal.calls).toEqual([]);
});

test('calls tell their connections apart', async () => {
  const [first, second] = [clientsOf(sandbox).iam, clientsOf(sandbox).iam];
  const get = new GetRoleCommand({ RoleName: 'none' });
  for (const client of [first, first, second]) await errorOf(client.send(get));
  expect(sandbox.journal.calls.map(({ connection }) => connection)).toEqual([1, 1, 2]);
});

test('calls of refused callers are counted too', async () => {
  const { iam } = clientsOf(sandbox, { accessKeyId: 'ASIAX', secretAccessKey: 'x', sessionToken: 'y' });
  await errorOf(iam.send(new GetRoleCommand({ RoleName: 'r' })));
  expect(sandbox.journal.calls).toMatchObject([{ caller: 'unknown', result: 'InvalidClientTokenId' }]);
});

test('nothing secret is kept', async () => {
  await errorOf(
    clientsOf(sandbox).lambda.send(
      new InvokeCommand({ FunctionName: 'f', Payload: '{"password":"hunter2"}' }),
    ),
  );
  expect(JSON.stringify(sandbox.journal.calls)).not.toContain('hunter2');
  const input = {
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'u', PASSWORD: 'p', SECRET_HASH: 'h' },
    ChallengeResponses: { NEW_PASSWORD: 'n' },
    UserAttributes: [{ Name: 'email', Value: 'a@example.com' }],
    Session: 's',
    RoleSessionName: 'name',
    AccessToken: 't',
    Policies: { PasswordPolicy: { MinimumLength: 8 } },
    TokenValidityUnits: { AccessToken: 'minutes' },
    Code: { ZipFile: 'UEsDB' },
  };
  expect(redact(input)).toEqual({
    AuthFlow: 'USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: 'u', PASSWORD: '***', SECRET_HASH: '***' },
    ChallengeResponses: { NEW_PASSWORD: '***' },
    UserAttributes: [{ Name: 'email', Value: 'a@example.com' }],
    Session: '***',
    RoleSessionName: 'name',
    AccessToken: '***',
    Policies: { PasswordPolicy: { MinimumLength: 8 } },
    TokenValidityUnits: { AccessToken: 'minutes' },
    Code: { ZipFile: '***' },
  });
});

test.each([
  ['CreateRole', true],
  ['AdminSetUserPassword', true],
  ['UpdateUserPool', true],
  ['AddPermission', true],
  ['AdminGetUser', false],
  ['AdminListGroupsForUser', false],
  ['DescribeUserPool', false],
  ['FilterLogEvents', false],
  ['Invoke', false],
  ['AssumeRole', false],
  ['AdminInitiateAuth', false],
])('%s is a write: %s', (operation, expected) => {
  expect(isWrite(operation)).toBe(expected);
});
