import {
  AdminCreateUserCommand,
  InitiateAuthCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { expect, test, vi } from 'vitest';
import { loadState } from '../../src/core/state.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type CliResult, type FakeIo, runCli } from '../support/run-cli.ts';
import { answer, apply, decideAll, decline, goOn, pick, terminal } from './wizard-support.ts';

function start(aws: LocalAws, fake: FakeIo, ...more: string[]): Promise<CliResult> {
  return runCli(aws.init('--new-client-id', aws.clients.web, ...more), fake);
}

async function migrated({ sdk, clients, user, newPool: pool }: LocalAws): Promise<Record<string, string>> {
  const AuthParameters = { USERNAME: user.username, PASSWORD: user.password };
  await sdk.idp.send(
    new InitiateAuthCommand({ ClientId: clients.web, AuthFlow: 'USER_PASSWORD_AUTH', AuthParameters }),
  );
  const { Users } = await sdk.idp.send(new ListUsersCommand({ UserPoolId: pool }));
  return Object.fromEntries((Users?.[0]?.Attributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value]));
}

async function oldSubOf({ sdk, oldPool }: LocalAws): Promise<string | undefined> {
  const { Users } = await sdk.idp.send(new ListUsersCommand({ UserPoolId: oldPool }));
  return Users?.[0]?.Attributes?.find(({ Name }) => Name === 'sub')?.Value;
}

test('shows what becomes of each attribute, and for how many users', async () => {
  const aws = await startLocalAws();
  const fake = terminal();
  const run = start(aws, fake);
  await goOn();
  await decline();
  expect((await run).code).toBe(130);
  expect(fake.err()).toMatch(/email +→ email +1 +copied/);
  expect(fake.err()).toMatch(/sub +→ – +1 +not kept/);
  expect(fake.err()).toContain('[CM401]');
  await aws.expectUntouched();
});

test('adds custom:old_sub when it is asked for by name, and users keep their old sub there', async () => {
  const aws = await startLocalAws();
  const fake = terminal();
  const run = start(aws, fake);
  await answer(/\? What happens when a user/, 'enter');
  await answer(/requires stronger passwords/, 'enter');
  await answer(/Keep each user's old ID[\s\S]*The attribute custom:old_sub can't be\s+removed/, 'down');
  await answer(/❯ Yes, as custom:old_sub/, 'enter');
  await goOn();
  await apply();
  expect((await run).code).toBe(0);
  expect(fake.err()).toContain('add custom:old_sub (text, immutable). This cannot be undone');
  const { SchemaAttributes } = await aws.pool(aws.newPool);
  expect(SchemaAttributes).toContainEqual(
    expect.objectContaining({ Name: 'custom:old_sub', AttributeDataType: 'String', Mutable: false }),
  );
  expect((await migrated(aws))['custom:old_sub']).toBe(await oldSubOf(aws));
  const again = await runCli(['init', ...aws.where, '--yes']);
  expect(again.stdout).toContain('Nothing to do');
});

test('each row can be changed: another attribute, left out, copied again', async () => {
  const aws = await startLocalAws();
  await aws.sdk.idp.send(
    new AdminCreateUserCommand({
      UserPoolId: aws.oldPool,
      Username: 'ben@example.com',
      MessageAction: 'SUPPRESS',
      UserAttributes: [
        { Name: 'nickname', Value: 'Benny' },
        { Name: 'locale', Value: 'de' },
      ],
    }),
  );
  const fake = terminal();
  const run = start(aws, fake);
  await decideAll();
  await pick('Copy attributes as shown', 'Change nickname');
  await pick('What should happen to "nickname"', 'another attribute');
  await pick('Copy "nickname" to which attribute', 'given_name');
  await pick('Copy attributes as shown', 'Change locale');
  await pick('What should happen to "locale"', "Don't copy it");
  await vi.waitFor(() => expect(fake.err()).toMatch(/locale +→ – +1 +left out/), { timeout: 5000 });
  await goOn();
  await apply();
  expect((await run).code).toBe(0);
  expect(fake.err()).toMatch(/nickname +→ given_name +1 +copied/);
  expect((await loadState(aws.file))?.variables).toMatchObject({
    MAP: { nickname: 'given_name' },
    DROP: ['locale'],
  });
});

test('a required attribute that nobody has can get a fixed value there; without one it blocks', async () => {
  const aws = await startLocalAws();
  const strict = await aws.addPool('strict', {
    UsernameAttributes: ['email'],
    Schema: [{ Name: 'locale', Required: true }],
  });
  const fake = terminal();
  const run = runCli(aws.init('--new-user-pool-id', strict, '--accept', 'CM202'), fake);
  await decideAll();
  await answer(/Copy attributes as shown/);
  expect(fake.err()).toMatch(/– +→ locale +0 +required, and empty/);
  await pick('Copy attributes as shown', 'Change locale');
  await pick('What should "locale" contain', 'same value');
  await answer(/Value of "locale" for all users/, { type: 'en' }, 'enter');
  await goOn();
  await apply();
  expect((await run).code).toBe(0);
  expect((await loadState(aws.file))?.variables.SET).toEqual({ locale: 'en' });
});

test('rules that exclude each other are refused with words, and the question is asked again', async () => {
  const aws = await startLocalAws();
  const fake = terminal();
  const run = start(aws, fake);
  await decideAll();
  await pick('Copy attributes as shown', 'Change sub');
  await pick('What should happen to "sub"', 'another attribute');
  await pick('Copy "sub" to which attribute', 'profile');
  await vi.waitFor(() => expect(fake.err()).toContain('sub may only go to an immutable attribute'), {
    timeout: 5000,
  });
  await goOn();
  await decline();
  expect((await run).code).toBe(130);
});

test('what was chosen once is not asked again', async () => {
  const aws = await startLocalAws();
  const rules = [
    '--drop',
    'locale',
    '--forgot-password',
    'on',
    '--weak-password',
    'allow',
    '--add-old-sub',
    '--move-once',
    'none',
    '--guard-sign-up',
    'no',
  ];
  const run = start(aws, terminal(), ...rules);
  await apply();
  expect((await run).code).toBe(0);
});
