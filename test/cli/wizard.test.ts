import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setImmediate as turn } from 'node:timers/promises';
import { CreateRoleCommand, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { screen } from '@inquirer/testing/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { keysOf } from '../../src/sandbox/index.ts';
import { policyOf } from '../sandbox/support.ts';
import { type LocalAws, recordsOf, region, startLocalAws } from '../support/local-aws.ts';
import { type FakeIo, fakeIo, runCli } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';
import { decline, goOn } from './wizard-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const terminal = (): FakeIo => fakeIo({ tty: true, env: { TERM: 'xterm' } });
/** What the person sees once it is there. */
const see = async (words: string | RegExp): Promise<void> => {
  await vi.waitFor(() => expect(screen.getScreen()).toMatch(words), { timeout: 15_000, interval: 10 });
  await turn(); // while a list is being searched, Enter takes nothing
};
/** Beginning of the wizard: nothing is given but where. */
const begin = (aws: LocalAws, fake: FakeIo, ...more: string[]) =>
  runCli(['init', ...aws.where, '--region', region, ...more], fake);

const answer = async (question: string | RegExp, ...keys: (string | { type: string })[]): Promise<void> => {
  await see(question);
  for (const key of keys) {
    if (typeof key === 'string') screen.keypress(key);
    else screen.type(key.type);
  }
};

describe('the wizard', () => {
  test('searches, checks each answer, shows flows, asks for approval, and does it', async () => {
    const aws = await startLocalAws();
    const fake = terminal();
    const run = begin(aws, fake);

    // The list holds name, ID and number of users; typing searches it.
    await see(new RegExp(`legacy-users +${aws.oldPool} +1 user`));
    expect(screen.getScreen()).toContain('Old user pool (users come from here)');
    expect(screen.getScreen()).toMatch(new RegExp(`customers +${aws.newPool} +0 users`));
    await answer('Old user pool', { type: 'lega' });
    await vi.waitFor(() => expect(screen.getScreen()).not.toMatch(new RegExp(`customers +${aws.newPool}`)), {
      timeout: 5000,
    });
    screen.keypress('enter');

    // The pool that is taken is not offered again; the same one, pasted, is refused with words, and so is a wrong ID.
    await see(/New user pool \(users go here\)/);
    expect(screen.getScreen()).not.toContain(aws.oldPool);
    await answer('New user pool', { type: aws.oldPool });
    await see(new RegExp(`❯ ${aws.oldPool}`));
    screen.keypress('enter');
    await vi.waitFor(() => expect(fake.err()).toContain('The old and the new user pool are the same'), {
      timeout: 5000,
    });
    await see(/New user pool/);
    await vi.waitFor(() => expect(screen.getScreen()).toMatch(/customers/), { timeout: 5000 });
    screen.type('eu-west-1_Nowhere01');
    await see(/❯ eu-west-1_Nowhere01/);
    screen.keypress('enter');
    await vi.waitFor(() => expect(fake.err()).toContain('There is no user pool eu-west-1_Nowhere01'), {
      timeout: 5000,
    });
    await vi.waitFor(() => expect(screen.getScreen()).toMatch(/customers/), { timeout: 5000 });
    screen.type(aws.newPool);
    await see(new RegExp(`❯ customers +${aws.newPool}`));
    screen.keypress('enter');

    // Clients with their flows; those for machines are left out.
    await see(/Which app clients of the new pool may migrate users\?/);
    expect(screen.getScreen()).toMatch(/◉ web +SRP, refresh/);
    expect(screen.getScreen()).toMatch(/◉ ios +SRP, custom, refresh/);
    expect(screen.getScreen()).not.toContain('machine');
    screen.keypress('space'); // not ios, the first
    screen.keypress('enter');

    await goOn();
    // The plan is there before the question, and nothing is written before the answer.
    await see(/Apply in account 111122223333\?/);
    expect(fake.err()).toContain(`legacy-users ${aws.oldPool} → customers ${aws.newPool}`);
    expect(fake.err()).toContain('web in customers: add password sign-in');
    expect(aws.sandbox.journal.writes()).toEqual([]);
    screen.keypress('enter');

    const { code, stdout } = await run;
    expect(code).toBe(0);
    expect(stdout).toContain('Ready.');
    expect((await aws.client(aws.newPool, aws.clients.web)).ExplicitAuthFlows).toContain(
      'ALLOW_USER_PASSWORD_AUTH',
    );
    expect((await aws.client(aws.newPool, aws.clients.ios)).ExplicitAuthFlows).not.toContain(
      'ALLOW_USER_PASSWORD_AUTH',
    );
  });

  test('a declined plan is 130, and nothing was written', async () => {
    const aws = await startLocalAws();
    const fake = terminal();
    const run = runCli(aws.init('--new-client-id', aws.clients.web), fake);
    await goOn();
    await decline();
    const { code, stderr } = await run;
    expect(code).toBe(130);
    expect(stderr).toContain('Nothing was changed.');
    await aws.expectUntouched();
  });

  test('asks only for what is missing, and the second time for nothing', async () => {
    const aws = await startLocalAws();
    const fake = terminal();
    const run = begin(aws, fake, '--old-user-pool-id', aws.oldPool, '--new-client-id', aws.clients.web);
    await answer(/New user pool/);
    await answer(new RegExp(`❯ customers +${aws.newPool}`), 'enter');
    await goOn();
    await answer(/Apply in account/, 'enter');
    expect((await run).code).toBe(0);
    expect(await recordsOf(aws.file)).toMatchObject({ 'migration-trigger': 'applied' });
    const again = await runCli(['init', ...aws.where], terminal());
    expect(again).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing to do') });
  });

  test('without a Region the ID is asked for, and a malformed one refused', async () => {
    const aws = await startLocalAws();
    const fake = terminal();
    const run = runCli(['init', ...aws.where, '--new-client-id', aws.clients.web], fake);
    await answer(/Old user pool .*its ID/, { type: 'nonsense' }, 'enter');
    await see(/a user pool ID looks like us-east-2_AbCdEfGhI/);
    for (const _letter of 'nonsense') screen.keypress('backspace');
    screen.type(aws.oldPool);
    screen.keypress('enter');
    await answer(new RegExp(`customers +${aws.newPool}`), 'enter');
    await goOn();
    await decline();
    expect((await run).code).toBe(130);
    await aws.expectUntouched();
  });

  test('a single client is ticked already; none is a choice too', async () => {
    const aws = await startLocalAws();
    const lonely = await aws.addPool('lonely', { UsernameAttributes: ['email'] });
    const only = await aws.addClient(lonely, 'only', { ExplicitAuthFlows: ['ALLOW_USER_SRP_AUTH'] });
    aws.sandbox.journal.clear();
    const fake = terminal();
    const run = runCli(aws.init('--new-user-pool-id', lonely), fake);
    await see(/◉ only/);
    screen.keypress('enter');
    await goOn();
    await decline();
    expect((await run).stderr).toContain('only in lonely: add password sign-in');
    expect(only).toMatch(/^\w+$/);
  });

  test('asks for the code of an MFA device, once', async () => {
    const aws = await startLocalAws();
    const trust = policyOf({
      Effect: 'Allow',
      Principal: { AWS: '111122223333' },
      Action: 'sts:AssumeRole',
    });
    await aws.sdk.iam.send(new CreateRoleCommand({ RoleName: 'Admin', AssumeRolePolicyDocument: trust }));
    const PolicyDocument = policyOf({ Effect: 'Allow', Action: '*', Resource: '*' });
    await aws.sdk.iam.send(
      new PutRolePolicyCommand({ RoleName: 'Admin', PolicyName: 'all', PolicyDocument }),
    );
    aws.sandbox.journal.clear();
    const folder = await tempFolder();
    const config = [
      '[profile base]',
      `region = ${region}`,
      '[profile guarded]',
      'role_arn = arn:aws:iam::111122223333:role/Admin',
      'source_profile = base',
      'mfa_serial = arn:aws:iam::111122223333:mfa/ana',
      `region = ${region}`,
    ];
    await writeFile(join(folder, 'config'), config.join('\n'));
    await writeFile(
      join(folder, 'credentials'),
      `[base]\naws_access_key_id = ${keysOf('111122223333').accessKeyId}\naws_secret_access_key = local\n`,
    );
    vi.stubEnv('AWS_CONFIG_FILE', join(folder, 'config'));
    vi.stubEnv('AWS_SHARED_CREDENTIALS_FILE', join(folder, 'credentials'));
    vi.stubEnv('AWS_ACCESS_KEY_ID', undefined);
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', undefined);
    const run = runCli(
      aws.init('--new-client-id', aws.clients.web, '--profile', 'guarded', '--dry-run'),
      terminal(),
    );
    await answer(/MFA code \(arn:aws:iam::111122223333:mfa\/ana\)/, { type: '12' }, 'enter');
    await see(/six digits/);
    screen.type('3456');
    screen.keypress('enter');
    const { code, stdout } = await run;
    expect(code).toBe(0);
    expect(stdout).toContain('Plan: 7 to create, 2 to change');
    const assumed = aws.sandbox.journal.calls.filter(({ operation }) => operation === 'AssumeRole');
    expect(assumed).toMatchObject([
      { result: 'ok', input: { SerialNumber: 'arn:aws:iam::111122223333:mfa/ana' } },
    ]);
    expect(new Set(aws.sandbox.journal.calls.slice(1).map(({ caller }) => caller))).toEqual(
      new Set([expect.stringContaining('assumed-role/Admin/')]),
    );
  });
});
