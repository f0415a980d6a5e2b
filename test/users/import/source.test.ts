/** Who an import takes, and why it leaves others out. */
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminSetUserPasswordCommand,
  type CreateUserPoolCommandInput,
} from '@aws-sdk/client-cognito-identity-provider';
import { describe, expect, test } from 'vitest';
import { SAFEST_SETTINGS, type Settings } from '../../../src/lambda/settings.ts';
import { generateUsers } from '../../../src/sandbox/services/cognito/index.ts';
import { type ImportSource, missingRows, scanImport } from '../../../src/users/import/source.ts';
import { Budgets } from '../../../src/users/limits.ts';
import { fakeClock, paceOf } from '../../support/clock.ts';
import { given } from '../../support/errors.ts';
import { type LocalAws, startLocalAws } from '../../support/local-aws.ts';

const password = 'Some-password-1';

interface Pools {
  readonly aws: LocalAws;
  readonly source: ImportSource;
  add(pool: 'old' | 'new', name: string, attributes?: Readonly<Record<string, string>>): Promise<void>;
}

async function start(more: Partial<CreateUserPoolCommandInput> = {}, generated = 0): Promise<Pools> {
  const clock = fakeClock();
  const aws = await startLocalAws({ now: clock.now, sleep: clock.sleep });
  const { idp } = aws.sdk;
  const ids = {
    old: await aws.addPool('old'),
    new: await aws.addPool('new', { AutoVerifiedAttributes: ['email'], ...more }),
  };
  if (generated > 0) generateUsers(aws.sandbox.world, ids.old, generated, password);
  const pool = async (id: string, estimate: number) => ({
    side: { idp, idpOnce: idp },
    id,
    arn: given((await aws.pool(id)).Arn),
    estimate,
    estimateAgain: () => Promise.resolve(estimate),
  });
  const caseSensitive = more.UsernameConfiguration?.CaseSensitive !== false;
  const settings: Settings = {
    ...SAFEST_SETTINGS,
    mfa: 'allow',
    oldPoolMfa: 'OFF',
    newPool: { usernameAttributes: [], aliasAttributes: [], caseSensitive },
    oldPool: { usernameAttributes: [], aliasAttributes: [], caseSensitive: true },
  };
  const pace = paceOf(clock);
  const source: ImportSource = {
    old: await pool(ids.old, generated),
    new: await pool(ids.new, 0),
    settings,
    oldPool: settings.oldPool,
    oldSubName: undefined,
    budgets: new Budgets(undefined, pace),
    pace,
    readsMfa: false,
    importPool: {
      columns: ['name', 'email', 'email_verified', 'cognito:mfa_enabled', 'cognito:username'],
      autoVerified: ['email'],
      requiresMfa: false,
    },
    onProgress: () => undefined,
  };
  aws.sandbox.journal.clear();
  return {
    aws,
    source,
    async add(which, Username, attributes = { email: `${Username}@example.com`, email_verified: 'true' }) {
      const UserAttributes = Object.entries(attributes).map(([Name, Value]) => ({ Name, Value }));
      const user = { UserPoolId: ids[which], Username };
      await idp.send(new AdminCreateUserCommand({ ...user, MessageAction: 'SUPPRESS', UserAttributes }));
      await idp.send(new AdminSetUserPasswordCommand({ ...user, Password: password, Permanent: true }));
    },
  };
}

async function rowsOf(source: ImportSource): Promise<string[]> {
  const rows: string[] = [];
  for await (const row of missingRows(source, await scanImport(source))) rows.push(row);
  return rows;
}

const listings = ({ sandbox }: LocalAws) =>
  sandbox.journal.calls.filter(({ operation }) => operation === 'ListUsers');

test('each user is imported, or left out for one reason', async () => {
  const { aws, source, add } = await start();
  await add('old', 'waiting');
  await add('old', 'moved');
  await add('new', 'moved');
  await add('old', 'disabled');
  await aws.sdk.idp.send(new AdminDisableUserCommand({ UserPoolId: source.old.id, Username: 'disabled' }));
  await add('old', 'unverified', { email: 'u@example.com', email_verified: 'false' });
  await add('old', 'odd', { email: 'o@example.com', email_verified: 'true', name: String.raw`a\b` });
  const { importable, leftOut } = await scanImport(source);
  expect(importable).toBe(1);
  expect(leftOut).toEqual({ moved: 1, disabled: 1, 'no-verified-contact': 1, 'odd-value': 1 });
  expect(await rowsOf(source)).toEqual([',waiting@example.com,TRUE,FALSE,waiting']);
});

test('two old users who would have one name are both left out', async () => {
  const { source, add } = await start({ UsernameConfiguration: { CaseSensitive: false } });
  await add('old', 'Bob', { email: 'one@example.com', email_verified: 'true' });
  await add('old', 'bob', { email: 'two@example.com', email_verified: 'true' });
  await add('old', 'cid');
  const { importable, leftOut } = await scanImport(source);
  expect({ importable, leftOut }).toEqual({ importable: 1, leftOut: { 'same-name': 2 } });
  expect(await rowsOf(source)).toEqual([',cid@example.com,TRUE,FALSE,cid']);
});

test('whoever moves between the two readings is not in the rows', async () => {
  const { source, add } = await start();
  await add('old', 'ann');
  await add('old', 'bob');
  const scan = await scanImport(source);
  await add('new', 'ann');
  const rows: string[] = [];
  for await (const row of missingRows(source, scan)) rows.push(row);
  expect(rows).toEqual([',bob@example.com,TRUE,FALSE,bob']);
});

describe('a large pool', () => {
  test('is read part by part, with few more requests than pages, and no list stays open', async () => {
    const { aws, source } = await start({}, 21_000);
    const scan = await scanImport(source);
    expect(scan.importable + Object.values(scan.leftOut).reduce((sum, count) => sum + count, 0)).toBe(21_000);
    expect(scan.importable).toBeGreaterThan(10_000);
    expect(listings(aws).length).toBeLessThanOrEqual(21_000 / 60 + 16 + 1);
    aws.sandbox.journal.clear();
    const rows = missingRows(source, scan);
    const seen = new Set<string>();
    let partial = 0;
    for (let next = await rows.next(); next.done !== true; next = await rows.next()) {
      seen.add(next.value);
      const before = listings(aws).length;
      if (seen.size % 1000 !== 0) continue;
      await new Promise((resolve) => setTimeout(resolve, 0));
      if (listings(aws).length !== before) partial += 1;
    }
    expect(seen.size).toBe(scan.importable);
    expect(partial).toBe(0);
  });

  test('is read in one go where AWS refuses the filter', async () => {
    const { aws, source } = await start({}, 20_100);
    const { idp } = aws.sdk;
    idp.middlewareStack.add(
      (next) => async (args) => {
        if (!('Filter' in args.input)) return next(args);
        throw Object.assign(new Error('Error while parsing filter'), {
          name: 'InvalidParameterException',
          $fault: 'client',
          $metadata: { httpStatusCode: 400 },
        });
      },
      { step: 'initialize', name: 'no-filter' },
    );
    const { importable, leftOut } = await scanImport(source);
    expect(importable + Object.values(leftOut).reduce((sum, count) => sum + count, 0)).toBe(20_100);
  });
});

test.each(['old', 'new'] as const)(
  'if the %s pool cannot be read, nobody is taken for missing',
  async (which) => {
    const { aws, source, add } = await start();
    await add('old', 'ann');
    const { id } = source[which];
    aws.sandbox.faults.inject({
      kind: 'internal-error',
      times: 1000,
      predicate: ({ operation, input }) => operation === 'ListUsers' && input.UserPoolId === id,
    });
    await expect(scanImport(source)).rejects.toThrow(/Internal|read|answering/);
  },
);
