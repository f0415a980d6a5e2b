/** What a live AWS does on a bad day breaks no promise of ours, and is not taken for an answer. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, onTestFinished, test, vi } from 'vitest';
import { exitCodes } from '../../src/core/errors.ts';
import type { Sandbox } from '../../src/sandbox/index.ts';
import { cognitoSettings } from '../../src/sandbox/services/cognito/index.ts';
import { type Client, cognitoKind } from '../../src/sandbox/services/cognito/state.ts';
import { iamState } from '../../src/sandbox/services/iam/state.ts';
import { allFunctions } from '../../src/sandbox/services/lambda/state.ts';
import { logsState, makeGroup } from '../../src/sandbox/services/logs/state.ts';
import { json } from '../support/run-cli.ts';
import { tempFolder } from '../support/temp.ts';
import { ask } from './asking.ts';
import { here, holds, home, openSelfTestAws } from './support.ts';

// As in the journey's own tests.
vi.setConfig({ testTimeout: 90_000 });

/** The role of the journey can still be seen three times after it was deleted. */
function lingeringRole({ world, faults }: Sandbox): { readonly seen: () => number } {
  const { roles } = iamState(world, home.account);
  let seen = 0;
  const stop = faults.onCall('before', ({ operation, input }) => {
    const key = String(input.RoleName);
    const role = roles.get(key);
    if (operation !== 'DeleteRole' || role === undefined) return;
    stop();
    const back = faults.onCall('after', (call) => {
      if (call.operation !== 'DeleteRole') return;
      back();
      roles.set(key, role);
    });
    const look = faults.onCall('after', (call) => {
      if (call.operation !== 'GetRole' || call.input.RoleName !== key) return;
      seen += 1;
      if (seen < 3) return;
      look();
      roles.delete(key);
    });
  });
  return { seen: () => seen };
}

/** A function writes its last lines when its log group is gone. */
function lateLines({ world, faults }: Sandbox): void {
  const stop = faults.onCall('after', ({ operation, input }) => {
    if (operation !== 'DeleteLogGroup') return;
    stop();
    const name = String(input.logGroupName);
    logsState(world, home.account, home.region).groups.set(name, makeGroup(world, name));
  });
}

/** An app client without a word about flows has AWS's three written into it by its next update. */
function spelledOutFlows({ world, faults }: Sandbox): void {
  const ExplicitAuthFlows = ['ALLOW_CUSTOM_AUTH', 'ALLOW_REFRESH_TOKEN_AUTH', 'ALLOW_USER_SRP_AUTH'];
  const isSilent = ({ config }: Client): boolean => JSON.stringify(config.ExplicitAuthFlows ?? []) === '[]';
  faults.onCall('after', ({ operation, input }) => {
    if (operation !== 'UpdateUserPoolClient') return;
    const pools = world.states(cognitoKind).flatMap(({ state }) => [...state.pools.values()]);
    for (const client of pools.flatMap(({ clients }) => [...clients.values()]))
      if (client.id === input.ClientId && isSilent(client))
        client.config = { ...client.config, ExplicitAuthFlows };
  });
}

const checksOf = (document: Record<string, unknown>): readonly Record<string, unknown>[] => {
  if (!Array.isArray(document.checks)) throw new Error('no checks');
  return document.checks;
};

test('mails used up, roles that linger, late lines, flows spelled out: every promise holds', async () => {
  const { sandbox, run } = await openSelfTestAws();
  cognitoSettings(sandbox.world).dailyMails = 'used-up';
  const role = lingeringRole(sandbox);
  lateLines(sandbox);
  spelledOutFlows(sandbox);
  const file = join(await tempFolder(), 'report.md');
  const result = await run(...here, '--yes', '--json', '--report', file);
  const document = json(result);
  const check = (id: string) => checksOf(document).find((one) => one.id === id);
  expect(document.broken, result.stdout).toEqual([]);
  expect(result.code).toBe(exitCodes.ok.code);
  expect(role.seen()).toBe(3);
  expect(check('stage')?.seen).toMatch(
    /without a user reset-required \(LimitExceededException: Exceeded daily/,
  );
  expect(check('refused-users')?.seen).not.toContain('reset-required');
  for (const id of ['forgot-password-moves', 'Q3'])
    expect(check(id)).toMatchObject({ outcome: 'open', seen: expect.stringContaining('LimitExceeded') });
  expect(check('as-before')?.seen).toContain(
    'in other words, meaning the same: client app.ExplicitAuthFlows',
  );
  expect(await readFile(file, 'utf8')).toContain('1 could not be checked.');
  expect(holds(sandbox)).toEqual([]);
});

test('what the self-test waits for is said under the check that waits', async () => {
  const { sandbox, run } = await openSelfTestAws();
  sandbox.faults.inject({ kind: 'throttle', operation: 'InitiateAuth', times: 12 });
  lingeringRole(sandbox);
  const { stderr } = await run(...here, '--yes');
  expect(stderr).toMatch(/^ {4}users move with USER_PASSWORD_AUTH.*: AWS is busy · \d+ of 60 s$/m);
  expect(stderr).toMatch(
    /^ {4}teardown removes everything again: AWS still shows what was removed · \d+ of 30 s$/m,
  );
});

test('throttling is no answer of AWS', async () => {
  const { answer } = await ask(
    {},
    {
      only: ['Q5', 'Q5-kept', 'Q6', 'Q6-kept', 'Q7', 'Q8'],
      first({ faults }) {
        let updates = 0;
        faults.inject({
          predicate({ operation }) {
            if (operation !== 'UpdateUserPool') return false;
            updates += 1;
            return updates % 2 === 1;
          },
          kind: 'throttle',
          times: Number.POSITIVE_INFINITY,
        });
      },
    },
  );
  for (const id of ['Q5', 'Q6', 'Q7', 'Q8'])
    expect([id, answer(id)]).toEqual([id, expect.stringMatching(/^same/)]);
  expect(answer('Q5-kept')).toContain('optional: set; taken out: accepted; every other setting');
  expect(answer('Q6-kept')).toContain('set; taken out: accepted; every other setting');
});

test('a function that never works leaves its questions unanswered, with the reason', async () => {
  const { answer } = await ask(
    {},
    {
      only: ['Q1', 'Q2', 'Q4'],
      first({ world, faults }) {
        onTestFinished(
          faults.onCall('after', ({ operation }) => {
            if (operation !== 'AddPermission') return;
            for (const { permissions } of allFunctions(world)) permissions.clear();
          }),
        );
      },
    },
  );
  for (const id of ['Q1', 'Q2', 'Q4'])
    expect(answer(id)).toMatch(
      /^error: could not be tried: NotReady: the throw-away function has not brought a first user over \(UserNotFound/,
    );
});
