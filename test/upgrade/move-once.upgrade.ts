/** A migration of version 1.0.0 that closes old users from today on; then it is taken down. */
import {
  AdminDeleteUserCommand,
  AdminGetUserCommand,
  InitiateAuthCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test, vi } from 'vitest';
import { snapshot } from '../fault-injection/snapshot.ts';
import { given } from '../support/errors.ts';
import type { CliResult } from '../support/run-cli.ts';
import { type Installed, openInstalled } from './installed.ts';
import { SignIns } from './sign-ins.ts';
import { addOldUser } from './users.ts';

const dora = { username: 'dora@example.com', password: 'Old-password-of-dora-1' };
/** Anyone may sign up in the state that keeps the old sub, and app clients of the old pool have no lists. */
const accepted = ['--accept', 'CM122', '--accept', 'CM607'];
const minute = 60_000;

const expectExit = ({ code, stdout, stderr }: CliResult, wanted = 0): void =>
  expect(code, `${stderr}\n${stdout}`).toBe(wanted);

const signIn = ({ sdk, clients }: Installed) =>
  sdk.idp.send(
    new InitiateAuthCommand({
      ClientId: given(clients.web, 'client web'),
      AuthFlow: 'USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: dora.username, PASSWORD: dora.password },
    }),
  );

async function isClosed({ oldSdk, oldPool: UserPoolId, newPool }: Installed): Promise<boolean> {
  const request = new AdminGetUserCommand({ UserPoolId, Username: dora.username });
  const { Enabled, UserAttributes = [] } = await oldSdk.idp.send(request);
  const isMarked = UserAttributes.some(({ Name, Value }) => Name === 'custom:moved_to' && Value === newPool);
  return Enabled === false || isMarked;
}

/** Everything but the attributes of marks, which no pool ever loses again. */
const withoutMarks = (text: string): string =>
  JSON.stringify(
    JSON.parse(text, (_, value: unknown) => {
      const isMark = (part: unknown): boolean => /moved_(at|to)/.test(JSON.stringify(part) ?? '');
      if (Array.isArray(value)) return value.filter((item) => !isMark(item));
      if (typeof value !== 'object' || value === null) return value;
      return Object.fromEntries(Object.entries(value).filter(([key]) => !isMark(key)));
    }),
    null,
    1,
  );

test.each([
  ['disable', 'with'],
  ['disable', 'without'],
  ['mark', 'with'],
  ['mark', 'without'],
] as const)(
  '--move-once %s, %s the state file: the old password opens no door after a deletion',
  async (how, file) => {
    const installed = await openInstalled('every-choice');
    const { sdk, newPool: UserPoolId, oldSdk, oldPool, program, clock } = installed;
    const { environment } = await installed.functionNow();
    const signIns = new SignIns(installed, environment);
    const init = ['init', '--yes', '--json', '--add-old-sub', '--move-once', how, ...accepted];
    await signIns.one('before');
    expectExit(await program(...init));
    await signIns.one('after');
    expect(signIns.failed).toEqual([]);
    await addOldUser(oldSdk, oldPool, dora);
    await signIn(installed);
    await vi.waitFor(async () => expect(await isClosed(installed)).toBe(true), {
      timeout: 30_000,
      interval: 100,
    });
    await sdk.idp.send(new AdminDeleteUserCommand({ UserPoolId, Username: dora.username }));
    clock.advance(11 * minute);
    await expect(signIn(installed)).rejects.toThrow('Exception migrating user');

    if (file === 'without') await installed.loseFile();
    const planned = await program('plan', '--json');
    expectExit(planned);
    expect(JSON.parse(planned.stdout)).toMatchObject({ changes: 0 });
    const seen = await program('status', '--probe', '--json');
    expectExit(seen);
    expect(JSON.parse(seen.stdout)).toMatchObject({ healthy: true, moveOnce: how });

    expectExit(await program('teardown', '--yes', '--json'));
    expect(await isClosed(installed)).toBe(true);
    await signIns.forget();
    const left = snapshot(installed);
    expect(/moved_at/.test(left)).toBe(how === 'mark');
    expect(withoutMarks(left)).toBe(withoutMarks(installed.before));
  },
);
