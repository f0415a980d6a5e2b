/** `users` while any one of its calls fails: it gets over what passes, and never reports success without everyone. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import type { FaultKind } from '../../src/sandbox/faults.ts';
import { type Target, targetName, targetsOf } from '../fault-injection/cases.ts';
import { type LocalAws, startLocalAws } from '../support/local-aws.ts';
import { json, runCli } from '../support/run-cli.ts';
import { addMoved, byEmail, install, statesOf, usersOf } from './users-support.ts';

vi.setConfig({ testTimeout: 60_000 });

/** Three users, one of whom has moved. */
async function installed(): Promise<LocalAws> {
  const aws = await startLocalAws();
  await install(aws, '--add-old-sub');
  await byEmail(aws, 'moved@example.com');
  await byEmail(aws, 'waiting@example.com');
  await addMoved(aws, 'moved@example.com');
  aws.sandbox.journal.clear();
  return aws;
}

const words = (aws: LocalAws): string[] =>
  usersOf(aws, '--mfa', '--json', '--out', join(aws.folder, 'users.csv'));
const undisturbed = { moved: 1, waiting: 2 };

/** Every call of an undisturbed run. */
async function targets(): Promise<Target[]> {
  const aws = await installed();
  const result = await runCli(words(aws));
  expect(result.code, result.stderr).toBe(0);
  expect(statesOf(json(result))).toEqual(undisturbed);
  return targetsOf(aws.sandbox.journal.calls);
}

/** Only informs: the limit has a documented default. */
const isOptional = ({ operation }: Target): boolean => operation === 'GetProvisionedLimit';

async function struck({ service, operation, skip }: Target, kind: FaultKind, times: number) {
  const aws = await installed();
  aws.sandbox.faults.add({ kind, service, operation, skip, times });
  const result = await runCli(words(aws));
  return { aws, result, document: json(result) };
}

test('the run makes each kind of call', async () => {
  const operations = new Set((await targets()).map(({ operation }) => operation));
  for (const one of ['ListUsers', 'AdminGetUser', 'DescribeUserPool', 'GetFunction', 'GetProvisionedLimit'])
    expect(operations).toContain(one);
});

test.each(['throttle', 'internal-error', 'connection-reset', 'lost-response'] as const)(
  '%s, once at any call: everyone is counted',
  async (kind) => {
    for (const target of await targets()) {
      const { result, document } = await struck(target, kind, 1);
      expect(result.code, `${targetName(target)}: ${result.stderr}`).toBe(0);
      expect(document, targetName(target)).toMatchObject({ complete: true, file: { users: 3 } });
      expect(statesOf(document), targetName(target)).toEqual(undisturbed);
    }
  },
);

test('access denied, at any call: exit 3 with the action, and no file', async () => {
  for (const target of await targets()) {
    const { aws, result, document } = await struck(target, 'access-denied', 10_000);
    expect(result.code, `${targetName(target)}: ${result.stderr}`).toBe(isOptional(target) ? 0 : 3);
    if (isOptional(target)) expect(statesOf(document)).toEqual(undisturbed);
    else {
      expect(JSON.stringify(document.error), targetName(target)).toContain(`:${target.operation}`);
      expect((await readdir(aws.folder)).filter((name) => name.startsWith('users'))).toEqual([]);
    }
  }
});

test('an error of AWS for ever, at any call: exit 7, or 8 with what is missing', async () => {
  for (const target of await targets()) {
    const { result, document } = await struck(target, 'internal-error', 10_000);
    const expected = isOptional(target) ? [0] : [7, 8];
    expect(expected, `${targetName(target)}: ${result.stderr}`).toContain(result.code);
    if (result.code === 8) expect(document).toMatchObject({ ok: false, complete: false });
  }
});
