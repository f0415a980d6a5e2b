/** A migration of version 1.0.0 that another one, from a second old pool, asks about users whom it doesn't know. */
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import {
  CreateUserPoolCommand,
  DeleteUserPoolCommand,
  DescribeUserPoolCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { StatusDocument } from '../../src/core/status-document.ts';
import { main } from '../fault-injection/sides.ts';
import { snapshot } from '../fault-injection/snapshot.ts';
import { given } from '../support/errors.ts';
import { type CliResult, runCli } from '../support/run-cli.ts';
import { type Installed, openInstalled } from './installed.ts';
import { SignIns } from './sign-ins.ts';
import type { StateName } from './states.ts';
import { addOldUser, type User, userOf } from './users.ts';

const name = 'partners';
const arnOf = (one: string): string => `arn:aws:lambda:${main.region}:${main.account}:function:${one}`;

/** The second migration. */
interface Second {
  readonly pool: string;
  program(...argv: readonly string[]): Promise<CliResult>;
}

const expectExit = ({ code, stdout, stderr }: CliResult, wanted = 0): void =>
  expect(code, `${stderr}\n${stdout}`).toBe(wanted);

async function openSecond(installed: Installed): Promise<Second> {
  const { sdk, sandbox, folder, newPool, io } = installed;
  const create = new CreateUserPoolCommand({
    ...{ PoolName: name, UsernameAttributes: ['email'] },
    AdminCreateUserConfig: { AllowAdminCreateUserOnly: true },
  });
  const pool = given((await sdk.idp.send(create)).UserPool?.Id, 'pool ID');
  const flags = [
    ...['--old-user-pool-id', pool, '--new-user-pool-id', newPool, '--name', name],
    ...['--state', join(folder, 'second.json'), '--region', main.region, '--endpoint-url', sandbox.url],
  ];
  const handlerZip = pathToFileURL(join(folder, 'handler.zip'));
  return {
    pool,
    program: (command = '', ...words) => runCli([command, ...words, ...flags], { ...io, handlerZip }),
  };
}

const signIn = ({ sdk, clients }: Installed, { username, password }: User): Promise<string> =>
  sdk.idp
    .send(
      new InitiateAuthCommand({
        ClientId: given(clients.ready, 'client ready'),
        AuthFlow: 'USER_PASSWORD_AUTH',
        AuthParameters: { USERNAME: username, PASSWORD: password },
      }),
    )
    .then(
      () => 'signed in',
      (error: unknown) => (error instanceof Error ? error.name : 'unknown'),
    );

let count = 0;

/** Somebody new in one old pool: whether the right password moves them, and a wrong one doesn't. */
async function moves(installed: Installed, pool: string): Promise<boolean> {
  count += 1;
  const user = userOf(count);
  await addOldUser(installed.sdk, pool, user);
  const wrong = await signIn(installed, { ...user, password: 'Wrong-password-1' });
  expect(wrong).toMatch(/^(NotAuthorized|UserNotFound)Exception$/);
  const ended = await signIn(installed, user);
  expect(ended).toMatch(/^(signed in|(NotAuthorized|UserNotFound)Exception)$/);
  return ended === 'signed in';
}

async function triggerOf({ sdk, newPool }: Installed): Promise<string | undefined> {
  const { UserPool } = await sdk.idp.send(new DescribeUserPoolCommand({ UserPoolId: newPool }));
  return UserPool?.LambdaConfig?.UserMigration;
}

/** The parts of the migration of 1.0.0 that are not as they should be. */
async function amiss(installed: Installed): Promise<string[]> {
  const { steps } = StatusDocument.parse(JSON.parse((await installed.program('status', '--json')).stdout));
  return steps.flatMap(({ step, health }) => (health === 'in place' ? [] : [step]));
}

const orders = ['the newer one goes first', 'the one of 1.0.0 goes first'] as const;
const versions = ['stays', 'is updated'] as const;
const cases = (['one-account', 'replaced-trigger'] as const satisfies StateName[]).flatMap((state) =>
  versions.flatMap((version) => orders.map((order) => [state, version, order] as const)),
);

describe.each(cases)('%s, where the function of 1.0.0 %s', (state, version, order) => {
  test(`users of both old pools move, and ${order}`, async () => {
    const installed = await openInstalled(state);
    const second = await openSecond(installed);
    const { oldPool } = installed;
    const before = await installed.functionNow();
    const trigger = await triggerOf(installed);
    expect(await moves(installed, oldPool)).toBe(true);
    expect(await moves(installed, second.pool)).toBe(false);

    const clients = ['--new-client-id', given(installed.clients.ready, 'client ready')];
    expectExit(await second.program('init', '--yes', '--replace-trigger', '--chain', ...clients));
    expect(await triggerOf(installed)).toBe(arnOf(name));
    expect(await installed.functionNow()).toEqual(before);
    expect(await moves(installed, oldPool)).toBe(true);
    expect(await moves(installed, second.pool)).toBe(true);
    expectExit(await second.program('status', '--probe'));
    expect(await amiss(installed)).toEqual(['lambda-function']);

    if (version === 'is updated') {
      expectExit(await installed.program('init', '--yes'));
      expect((await installed.functionNow()).code).toBe(installed.newCode);
      expect(await triggerOf(installed)).toBe(arnOf(name));
      expect(await amiss(installed)).toEqual([]);
      expect(await moves(installed, oldPool)).toBe(true);
    }

    const teardown = ['teardown', '--yes', '--no-report'] as const;
    if (order === 'the newer one goes first') {
      expectExit(await second.program(...teardown));
      expect(await triggerOf(installed)).toBe(trigger);
      expect(await moves(installed, oldPool)).toBe(true);
      expect(await moves(installed, second.pool)).toBe(false);
      expectExit(await installed.program(...teardown));
    } else {
      expectExit(await installed.program(...teardown));
      expect(await triggerOf(installed)).toBe(arnOf(name));
      expect(await moves(installed, oldPool)).toBe(false);
      expect(await moves(installed, second.pool)).toBe(true);
      // The function that 1.0.0 had replaced is known from the tag alone.
      const accept = state === 'replaced-trigger' ? ['--accept', 'CM414'] : [];
      expectExit(await second.program(...teardown, ...accept));
    }
    await installed.sdk.idp.send(new DeleteUserPoolCommand({ UserPoolId: second.pool }));
    await new SignIns(installed, before.environment).forget();
    expect(snapshot(installed)).toBe(installed.before);
  });
});
