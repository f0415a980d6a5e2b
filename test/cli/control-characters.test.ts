/** Text of users and of AWS never reaches the terminal as it is: it could clear the screen, or forge lines of the program. */
import {
  UpdateUserPoolClientCommand,
  UpdateUserPoolCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test, vi } from 'vitest';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { type FakeIo, fakeIo, json, runCli } from '../support/run-cli.ts';
import { startTry } from './try-support.ts';

const piped = (text: string, env: Readonly<Record<string, string>> = {}): FakeIo => {
  const fake = fakeIo({ env });
  fake.stdin.end(text);
  return fake;
};
/** All control characters but line breaks and the colors of the program. */
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are looked for
const raw = /(?!\n|\u001b\[\d{1,2}m)[\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]/;

const clears = '\u001b[2J\u001b[H\u001b[32m✔\u001b[39m moved\u009b1A\u202e\r\n  ✔ rehearsal   forged';

describe("an end user's name that clears the screen and forges a line", () => {
  test.each([
    ['without colors', {}],
    ['with colors', { FORCE_COLOR: '1' }],
  ])('is shown as escapes by try, %s', async (_what, env) => {
    const aws = await startTry();
    await aws.addUser('eve@example.com', 'Old-password-of-eve-1', { name: clears });
    const fake = piped('Old-password-of-eve-1', env);
    const { code, stdout } = await runCli(
      ['try', '--username', 'eve@example.com', '--password-stdin', ...aws.where],
      fake,
    );
    expect(code).toBe(0);
    expect(stdout).toContain('\\u001b[2J\\u001b[H\\u001b[32m✔\\u001b[39m moved\\u009b1A\\u202e\\r\\n');
    expect(stdout).not.toMatch(/^ {2}✔ rehearsal {3}forged/m);
    expect(fake.rawOut()).not.toMatch(raw);
    expect(fake.rawOut()).not.toContain('\u001b[32m✔\u001b[39m moved');
  });

  test('is the same text for a script, whose terminal obeys nothing either', async () => {
    const aws = await startTry();
    await aws.addUser('eve@example.com', 'Old-password-of-eve-1', { name: clears });
    const fake = piped('Old-password-of-eve-1');
    const words = ['try', '--username', 'eve@example.com', '--password-stdin', ...aws.where, '--json'];
    const result = await runCli(words, fake);
    expect(fake.rawOut()).not.toMatch(raw);
    expect(json(result)).toMatchObject({ rehearsal: { userAttributes: { name: clears } } });
  });

  test('is shown as escapes side by side after a sign-in', async () => {
    const aws = await startTry();
    await aws.addUser('eve@example.com', 'Old-password-of-eve-1', { name: clears });
    const fake = piped('Old-password-of-eve-1');
    const words = ['try', '--username', 'eve@example.com', '--password-stdin', '--for-real'];
    const { code, stdout } = await runCli([...words, ...aws.where], fake);
    expect(code).toBe(0);
    expect(stdout).toContain('\\u001b[2J');
    expect(fake.rawOut() + fake.rawErr()).not.toMatch(raw);
  });
});

const forged = 'web\r\n  = migration-trigger  in place\u2028';

/** Names as Cognito takes them: any white space is part of their pattern. */
async function forgeNames({ sdk, oldPool, clients, ...aws }: LocalAws): Promise<void> {
  await sdk.idp.send(
    new UpdateUserPoolClientCommand({ UserPoolId: aws.newPool, ClientId: clients.web, ClientName: forged }),
  );
  await sdk.idp.send(new UpdateUserPoolCommand({ UserPoolId: oldPool, PoolName: 'old\r\n  = Ready.' }));
}

describe('an app client and a pool whose names have line breaks', () => {
  test.each([
    ['plan', []],
    ['doctor', []],
    ['init', ['--yes']],
    ['init', ['--yes', '--json']],
    ['init', ['--yes', '--json', '--stream']],
    ['export', ['--format', 'terraform']],
    ['export', ['--format', 'aws-cli']],
    ['export', ['--format', 'cloudformation']],
    ['export', ['--format', 'cdk']],
  ])('forge no line of %s %j', async (command, more) => {
    const aws = await startLocalAws();
    await forgeNames(aws);
    const fake = fakeIo();
    const argv = [command, ...aws.init().slice(1), '--new-client-id', aws.clients.web, ...more];
    const { stdout, stderr } = await runCli(argv, fake);
    expect(fake.rawOut() + fake.rawErr()).not.toMatch(raw);
    expect(stdout + stderr).not.toMatch(/^ {2}= migration-trigger {2}in place/m);
    expect(stdout + stderr).not.toMatch(/^ {2}= Ready\./m);
  });

  test('plan shows them as they are called, in one line', async () => {
    const aws = await startLocalAws();
    await forgeNames(aws);
    const argv = ['plan', ...aws.init().slice(1), '--new-client-id', aws.clients.web];
    const { stdout } = await runCli(argv);
    expect(stdout).toMatch(
      /^.*web\\r\\n {2}= migration-trigger {2}in place\\u2028 in .*: add password sign-in/m,
    );
  });

  test('nor of status and teardown', async () => {
    const aws = await startLocalAws();
    await forgeNames(aws);
    expect((await runCli(aws.init('--yes', '--new-client-id', aws.clients.web))).code).toBe(0);
    for (const argv of [['status'], ['teardown', '--dry-run'], ['teardown', '--yes']]) {
      const fake = fakeIo();
      const { stdout, stderr } = await runCli([...argv, ...aws.where], fake);
      expect(fake.rawOut() + fake.rawErr()).not.toMatch(raw);
      expect(stdout + stderr).not.toMatch(/^ {2}= (migration-trigger {2}in place|Ready\.)/m);
    }
  });

  test.each([
    ['a terminal', { TERM: 'xterm' }],
    ['a terminal whose cursor cannot be moved', { TERM: 'dumb' }],
  ])('nor in the questions, in %s', async (_what, env) => {
    const aws = await startLocalAws();
    await forgeNames(aws);
    const fake = fakeIo({ tty: true, env });
    const run = runCli(['init', ...aws.where, '--region', 'eu-west-1'], fake);
    await vi.waitFor(() => expect(fake.err()).toContain('Old user pool'), { timeout: 10_000 });
    await vi.waitFor(() => expect(fake.err()).toContain('old\\r\\n  = Ready.'), { timeout: 10_000 });
    fake.stdin.end();
    expect((await run).code).toBe(130);
    expect(fake.err()).not.toMatch(/^ {2}= Ready\./m);
  });
});

test('what is wrong on the command line is repeated without its control characters', async () => {
  const aws = await startLocalAws();
  for (const argv of [
    ['plan', '--\u001b[2J'],
    ['\u001b[2J'],
    aws.init('--mfa', '\u009b2J\u202e'),
    aws.init('--profile', '\u001b[2J'),
  ]) {
    const fake = fakeIo();
    expect((await runCli(argv, fake)).code).not.toBe(0);
    expect(fake.rawOut() + fake.rawErr()).not.toMatch(raw);
  }
});
