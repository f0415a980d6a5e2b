/** An app client of the old pool that was brought along: what it cannot do is said before anything is written, and afterwards. */
import {
  CreateUserPoolClientCommand,
  type CreateUserPoolClientCommandInput,
  DeleteUserPoolClientCommand,
  UpdateUserPoolClientCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import { run } from '../fault-injection/program.ts';
import { assertDone } from '../fault-injection/prove.ts';
import type { Scene } from '../fault-injection/scene.ts';
import { given } from '../support/errors.ts';
import { scene, status, unhealthy } from './support.ts';

const serving: Partial<CreateUserPoolClientCommandInput> = {
  ExplicitAuthFlows: ['ALLOW_ADMIN_USER_PASSWORD_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH'],
};

async function make(args: Scene, settings: Partial<CreateUserPoolClientCommandInput>): Promise<string> {
  const { UserPoolClient } = await args.sdk.idp.send(
    new CreateUserPoolClientCommand({ UserPoolId: args.oldPool, ClientName: 'theirs', ...settings }),
  );
  return given(UserPoolClient?.ClientId);
}

test.each([
  ['is not there', 'is not there', async () => '1234567890abcdefghijklmnop'],
  ['lacks the flow', 'flows: ', (args: Scene) => make(args, { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] })],
  ['has a secret', 'secret: true', (args: Scene) => make(args, { ...serving, GenerateSecret: true })],
])('one that %s: init refuses before its first write, and plan says so', async (_what, words, client) => {
  const of = await scene();
  const id = await client(of);
  of.sandbox.journal.clear();
  for (const command of [of.init, [...of.init, '--dry-run']]) {
    const { code, stdout, stderr } = await run(of, [...command, '--old-client-id', id]);
    expect(code).toBe(exitCodes.conflict.code);
    expect(stdout + stderr).toContain(words);
    expect(stdout + stderr).toContain(id);
  }
  expect(of.sandbox.journal.writes()).toEqual([]);
  // What was refused is not remembered: the next init makes one of its own.
  assertDone(await run(of, of.init));
});

test('one that is taken away or changed later: status says so, and init does not call that done', async () => {
  const of = await scene();
  const { idp } = of.sdk;
  const ClientId = await make(of, serving);
  of.clock.advance(60_000);
  assertDone(await run(of, [...of.init, '--old-client-id', ClientId]));
  expect((await status(of)).code).toBe(exitCodes.ok.code);

  const which = { UserPoolId: of.oldPool, ClientId };
  await idp.send(
    new UpdateUserPoolClientCommand({
      ...which,
      ClientName: 'theirs',
      ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'],
    }),
  );
  const changed = await status(of);
  expect(changed.code).toBe(exitCodes.unhealthy.code);
  expect(unhealthy(changed.document)).toEqual({ 'old-client': 'drifted' });
  const found = ['ALLOW_USER_SRP_AUTH'];
  const wanted = [...found, 'ALLOW_ADMIN_USER_PASSWORD_AUTH'];
  const differences = [{ path: 'flows', found, wanted }];
  const itemsOf = async (args: readonly string[]) =>
    JSON.parse((await run(of, [...args, '--dry-run', '--json'])).stdout).items;
  expect(await itemsOf(of.init)).toContainEqual(
    expect.objectContaining({ step: 'old-client', action: 'brought', differences }),
  );
  expect(await itemsOf(of.teardown)).toContainEqual(
    expect.objectContaining({ step: 'old-client', would: 'brought' }),
  );

  await idp.send(new DeleteUserPoolClientCommand(which));
  const gone = await status(of);
  expect(gone.code).toBe(exitCodes.unhealthy.code);
  expect(unhealthy(gone.document)).toEqual({ 'old-client': 'missing' });
  expect((await run(of, of.init)).code).toBe(exitCodes.conflict.code);
  assertDone(await run(of, of.teardown));
});

test('one that may not be looked at is left to the probe', async () => {
  const of = await scene();
  const id = await make(of, serving);
  of.clock.advance(60_000);
  of.sandbox.faults.inject({
    kind: 'access-denied',
    service: 'cognito-idp',
    operation: 'DescribeUserPoolClient',
    predicate: ({ input }) => JSON.stringify(input).includes(of.oldPool),
    times: 100,
  });
  assertDone(await run(of, [...of.init, '--old-client-id', id]));
});
