/** An ID with a wrong letter in it leads to the pool that was meant. */
import { setImmediate as turn } from 'node:timers/promises';
import { screen } from '@inquirer/testing/vitest';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { nearest } from '../../src/core/near.ts';
import { startLocalAws } from '../support/local-aws.ts';
import { type FakeIo, fakeIo, json, runCli } from '../support/run-cli.ts';
import { assume } from './assume.ts';
import { decline, goOn } from './wizard-support.ts';

afterEach(() => {
  vi.unstubAllEnvs();
});

const see = (words: string | RegExp): Promise<void> =>
  vi.waitFor(() => expect(screen.getScreen()).toMatch(words), { timeout: 15_000, interval: 10 });
const terminal = (): FakeIo => fakeIo({ tty: true, env: { TERM: 'xterm' } });
/** The same ID with its last sign another one. */
const mistyped = (id: string): string => `${id.slice(0, -1)}${id.endsWith('7') ? '8' : '7'}`;

/** Chooses what has these words in it. */
async function choose(words: string): Promise<void> {
  screen.type(words);
  await see(new RegExp(`❯ [^\\n]*${words}`));
  await turn(); // while it is being searched, Enter takes nothing
  screen.keypress('enter');
}

describe('the nearest pool', () => {
  const pools = ['eu-west-1_AbCdEfGhI', 'eu-west-1_ZyXwVuTsR', 'eu-west-1_ZyXwVuTsS'].map((id) => ({
    id,
    name: id,
  }));
  test.each([
    ['another letter', 'eu-west-1_AbCdEfGhK', 'eu-west-1_AbCdEfGhI'],
    ['a letter too few', 'eu-west-1_AbCdEfGh', 'eu-west-1_AbCdEfGhI'],
    ['two letters in the wrong order', 'eu-west-1_AbCdEfhGI', 'eu-west-1_AbCdEfGhI'],
    ['everything in lower case', 'eu-west-1_abcdefghi', 'eu-west-1_AbCdEfGhI'],
    ['another Region', 'eu-west-2_AbCdEfGhI', 'eu-west-1_AbCdEfGhI'],
    ['near to one, and nearer to another', 'eu-west-1_ZyXwVuTs', undefined],
    ['something else', 'eu-west-1_Nowhere01', undefined],
    ['itself', 'eu-west-1_AbCdEfGhI', undefined],
  ])('%s', (_what, typed, meant) => {
    expect(nearest(typed, pools, ({ id }) => id)?.id).toBe(meant);
  });
});

describe('given as a flag', () => {
  test('it is named in the error', async () => {
    const aws = await startLocalAws();
    const result = await runCli(aws.init('--old-user-pool-id', mistyped(aws.oldPool), '--yes', '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({
      code: 'POOL_NOT_FOUND',
      hint: expect.arrayContaining([`Did you mean legacy-users?  --old-user-pool-id ${aws.oldPool}`]),
    });
    await aws.expectUntouched();
  });

  test.each(['throttle', 'internal-error', 'connection-reset'] as const)(
    'the error is the same where the list fails: %s',
    async (kind) => {
      const aws = await startLocalAws();
      aws.sandbox.faults.inject({ kind, service: 'cognito-idp', operation: 'ListUserPools', times: 99 });
      const result = await runCli(aws.init('--old-user-pool-id', mistyped(aws.oldPool), '--yes', '--json'));
      expect(result.code).toBe(2);
      expect(json(result).error).toMatchObject({ code: 'POOL_NOT_FOUND' });
    },
  );

  test('the error is the same without permission to list pools', async () => {
    const aws = await startLocalAws();
    await assume(aws, { Effect: 'Deny', Action: 'cognito-idp:ListUserPools', Resource: '*' });
    aws.sandbox.journal.clear();
    const result = await runCli(aws.init('--old-user-pool-id', mistyped(aws.oldPool), '--yes', '--json'));
    expect(result.code).toBe(2);
    expect(json(result).error).toMatchObject({ code: 'POOL_NOT_FOUND' });
    expect(result.stderr).not.toContain('Did you mean');
  });

  test('in a terminal it is offered, before any question about another account', async () => {
    const aws = await startLocalAws();
    const fake = terminal();
    const run = runCli(
      aws.init('--old-user-pool-id', mistyped(aws.oldPool), '--new-client-id', aws.clients.web),
      fake,
    );
    await see(new RegExp(`Did you mean legacy-users {2}${aws.oldPool}\\? \\(Y/n\\)`));
    screen.keypress('enter');
    await see(/What happens when a user/);
    await goOn();
    await decline();
    expect((await run).code).toBe(130);
    expect(fake.err()).not.toContain('Which profile');
    await aws.expectUntouched();
  });

  test('declined, the way into another account is asked for as before', async () => {
    const aws = await startLocalAws();
    const run = runCli(aws.init('--old-user-pool-id', mistyped(aws.oldPool)), terminal());
    await see(/Did you mean legacy-users/);
    screen.type('n');
    screen.keypress('enter');
    await see(/Which profile is for the old pool's account/);
    await choose('none');
    const { code, stderr } = await run;
    expect(code).toBe(2);
    expect(stderr).toContain('cognito-migrate handoff');
  });
});

test('typed into the list of pools, the one that was meant is offered first', async () => {
  const aws = await startLocalAws();
  const words = ['init', ...aws.where, '--region', 'eu-west-1', '--new-client-id', aws.clients.web];
  const run = runCli(words, terminal());
  await see(/Old user pool/);
  await see(/legacy-users/);
  screen.type(mistyped(aws.oldPool));
  await see(new RegExp(`❯ legacy-users {2}${aws.oldPool}`));
  await see(/similar to this ID/);
  await turn();
  screen.keypress('enter');
  await see(/New user pool/);
  await choose(aws.newPool);
  await goOn();
  await decline();
  expect((await run).code).toBe(130);
  await aws.expectUntouched();
});
