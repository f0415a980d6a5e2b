/** An app client of the old pool that was brought along: what it cannot do is said before anything is written, and afterwards. */
import {
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  DeleteUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { assertDone } from '../fault-injection/prove.ts';
import type { ConfiguredAws } from '../fault-injection/scene.ts';
import { given } from '../support/errors.ts';
import { runCli } from '../support/run-cli.ts';
import { scene, status, unhealthy } from './support.ts';

const serving: Partial<CreateUserPoolClientCommandInput> = {
  ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
};

async function make(
  aws: ConfiguredAws,
  settings: Partial<CreateUserPoolClientCommandInput>,
): Promise<string> {
  const { UserPoolClient } = await aws.sdk.idp.send(
    new CreateUserPoolClientCommand({ UserPoolId: aws.oldPool, ClientName: 'theirs', ...settings }),
  );
  return given(UserPoolClient?.ClientId);
}

test.each([
  ['does not exist', "that you provided doesn't exist", async () => '1234567890abcdefghijklmnop'],
  [
    'lacks the flow',
    'flows: ',
    (aws: ConfiguredAws) => make(aws, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] }),
  ],
  ['has a secret', 'secret: true', (aws: ConfiguredAws) => make(aws, { ...serving, GenerateSecret: true })],
])('one that %s: init refuses before its first write, and plan says so', async (_what, words, client) => {
  const aws = await scene();
  const id = await client(aws);
  aws.sandbox.journal.clear();
  for (const command of [aws.init, [...aws.init, '--dry-run']]) {
    const { code, stdout, stderr } = await runCli([...command, '--old-client-id', id], aws.io);
    expect(code).toBe(exitCodes.conflict.code);
    expect(stdout + stderr).toContain(words);
    expect(stdout + stderr).toContain(id);
  }
  expect(aws.sandbox.journal.writes()).toEqual([]);
  // What was refused is not remembered: the next init makes one of its own.
  assertDone(await runCli(aws.init, aws.io));
});

test('one that is taken away or changed later: status says so, and init does not call that done', async () => {
  const aws = await scene();
  const { idp } = aws.sdk;
  const ClientId = await make(aws, serving);
  aws.clock.advance(60_000);
  assertDone(await runCli([...aws.init, '--old-client-id', ClientId], aws.io));
  expect((await status(aws)).code).toBe(exitCodes.ok.code);

  const which = { UserPoolId: aws.oldPool, ClientId };
  await idp.send(
    new UpdateUserPoolClientCommand({
      ...which,
      ClientName: 'theirs',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    }),
  );
  const changed = await status(aws);
  expect(changed.code).toBe(exitCodes.unhealthy.code);
  expect(unhealthy(changed.document)).toEqual({ 'old-client': 'drifted' });
  const found = ['ALLOW_USER_SRP_AUTH'];
  const wanted = [...found, 'ALLOW_ADMIN_USER_PASSWORD_AUTH'];
  const differences = [{ path: 'flows', found, wanted }];
  const itemsOf = async (argv: readonly string[]) =>
    JSON.parse((await runCli([...argv, '--dry-run', '--json'], aws.io)).stdout).items;
  expect(await itemsOf(aws.init)).toContainEqual(
    expect.objectContaining({ step: 'old-client', action: 'brought', differences }),
  );
  expect(await itemsOf(aws.teardown)).toContainEqual(
    expect.objectContaining({ step: 'old-client', would: 'brought' }),
  );

  await idp.send(new DeleteUserPoolClientCommand(which));
  const gone = await status(aws);
  expect(gone.code).toBe(exitCodes.unhealthy.code);
  expect(unhealthy(gone.document)).toEqual({ 'old-client': 'missing' });
  expect((await runCli(aws.init, aws.io)).code).toBe(exitCodes.conflict.code);
  assertDone(await runCli(aws.teardown, aws.io));
});

test('one that may not be looked at is left to the probe', async () => {
  const aws = await scene();
  const id = await make(aws, serving);
  aws.clock.advance(60_000);
  aws.sandbox.faults.inject({
    kind: 'access-denied',
    service: 'cognito-idp',
    operation: 'DescribeUserPoolClient',
    predicate: ({ input }) => JSON.stringify(input).includes(aws.oldPool),
    times: 100,
  });
  assertDone(await runCli([...aws.init, '--old-client-id', id], aws.io));
});
