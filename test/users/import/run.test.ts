/** An import against the local AWS: whatever ends a run, the next one ends in the same place. */
import { readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  AdminCreateUserCommand,
  AdminDeleteUserCommand,
  AdminDisableUserCommand,
  AdminGetUserCommand,
  AdminResetUserPasswordCommand,
  CognitoIdentityProviderClient,
  GetCSVHeaderCommand,
  ListUserImportJobsCommand,
  ListUsersCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { openJournal } from '../../../src/core/journal.ts';
import { keysOf } from '../../../src/sandbox/index.ts';
import type { JournalEntry } from '../../../src/sandbox/journal.ts';
import { cognitoSettings, deliveries, poolById } from '../../../src/sandbox/services/cognito/index.ts';
import { ChunkData, chunkStates, rebuiltChunks } from '../../../src/users/import/chunks.ts';
import { headerRow, importRow } from '../../../src/users/import/csv-row.ts';
import { type Imported, type ImportRun, runImport } from '../../../src/users/import/run.ts';
import { type FakeClock, fakeClock } from '../../support/clock.ts';
import { given } from '../../support/errors.ts';
import { importRole, startImport } from '../../support/import-jobs.ts';
import { account, type LocalAws, region, startLocalAws } from '../../support/local-aws.ts';
import { tempFolder } from '../../support/temp.ts';

const oldPoolId = 'eu-west-1_Old';

/** The temporary folder of the program. */
let temp = '';
afterEach(() => {
  vi.unstubAllEnvs();
});

class Killed extends Error {}

/** The new pool, the people of the old one, and a way to kill a run at its n-th call, before or after it. */
class Scene {
  readonly aws: LocalAws;
  readonly pool: string;
  readonly role: string;
  readonly columns: readonly string[];
  readonly clock: FakeClock;
  /** Names of the people who are to be in the new pool. */
  people: readonly string[] = [];
  /** A value that makes each row longer. */
  filler = '';
  /** Calls of this run, and the one at which it dies. Half numbers are after a call. */
  calls = 0;
  killAt = Number.POSITIVE_INFINITY;

  private constructor(
    aws: LocalAws,
    { pool, role, columns, clock }: Pick<Scene, 'pool' | 'role' | 'columns' | 'clock'>,
  ) {
    this.aws = aws;
    this.pool = pool;
    this.role = role;
    this.columns = columns;
    this.clock = clock;
  }

  static async start(people: number): Promise<Scene> {
    const clock = fakeClock();
    const delays = { importStart: 2_000, importRow: 100 };
    const aws = await startLocalAws({ now: clock.now, sleep: clock.sleep, delays });
    const pool = await aws.addPool('import', { AutoVerifiedAttributes: ['email'] });
    const { CSVHeader } = await aws.sdk.idp.send(new GetCSVHeaderCommand({ UserPoolId: pool }));
    const role = await importRole(aws.sdk.iam);
    temp = await tempFolder();
    vi.stubEnv('TMPDIR', temp);
    const scene = new Scene(aws, { pool, role, columns: given(CSVHeader), clock });
    scene.people = Array.from({ length: people }, (_, index) => `user-${index}`);
    return scene;
  }

  #idp(): CognitoIdentityProviderClient {
    const credentials = keysOf(account);
    const endpoint = this.aws.sandbox.url;
    const idp = new CognitoIdentityProviderClient({ endpoint, region, credentials, maxAttempts: 1 });
    const step = (at: number): void => {
      if (at >= this.killAt) throw new Killed();
    };
    idp.middlewareStack.add(
      (next) => async (args) => {
        this.calls += 1;
        const at = this.calls;
        step(at);
        const answer = await next(args);
        step(at + 0.5);
        return answer;
      },
      { step: 'initialize', name: 'killing' },
    );
    return idp;
  }

  /** The rows of everyone who is missing at this moment. */
  async *#missing(): AsyncGenerator<string> {
    const rules = { columns: this.columns, autoVerified: ['email'], requiresMfa: false };
    const { users } = poolById(this.aws.sandbox.world, this.pool);
    for (const userName of this.people) {
      if ([...users.withValue('username', userName)].length > 0) continue;
      const attributes = { email: `${userName}@example.com`, email_verified: 'true', name: this.filler };
      const made = importRow({ userName, attributes }, rules);
      if ('row' in made) yield made.row;
    }
  }

  async run(more: Partial<ImportRun> = {}): Promise<Imported> {
    this.calls = 0;
    const idp = this.#idp();
    const pool = { idp, idpOnce: idp, userPoolId: this.pool };
    const journal = await openJournal({
      stateFile: this.aws.file,
      name: 'import',
      migration: `${oldPoolId} → ${this.pool}`,
      states: chunkStates,
      data: ChunkData,
      rebuild: () => rebuiltChunks(pool, oldPoolId),
      now: this.clock.now,
      breakLock: false,
    });
    try {
      const done = await runImport({
        ...pool,
        roleArn: this.role,
        region,
        endpoint: this.aws.sandbox.url,
        pace: { clock: this.clock, signal: new AbortController().signal },
        journal,
        oldPoolId,
        header: headerRow({ columns: this.columns, autoVerified: [], requiresMfa: false }),
        limits: { rows: 20, bytes: 90_000_000 },
        missing: () => this.#missing(),
        beforeJob: () => Promise.resolve(),
        onRefused: () => Promise.resolve(),
        onProgress: () => undefined,
        ...more,
      });
      await journal.deleteFile();
      return done;
    } finally {
      await journal.close();
      idp.destroy();
    }
  }

  /** All users of the new pool by name, with their state. */
  async users(): Promise<ReadonlyMap<string, string>> {
    const found = new Map<string, string>();
    let PaginationToken: string | undefined;
    do {
      const page = await this.aws.sdk.idp.send(
        new ListUsersCommand({ UserPoolId: this.pool, ...(PaginationToken && { PaginationToken }) }),
      );
      for (const { Username = '', UserStatus = '' } of page.Users ?? []) found.set(Username, UserStatus);
      ({ PaginationToken } = page);
    } while (PaginationToken !== undefined);
    return found;
  }

  async jobs() {
    const command = new ListUserImportJobsCommand({ UserPoolId: this.pool, MaxResults: 60 });
    return (await this.aws.sdk.idp.send(command)).UserImportJobs ?? [];
  }

  /** Everyone is there once, nobody got a message, and no file is left. */
  async expectComplete(existing: readonly string[] = []): Promise<void> {
    const users = await this.users();
    expect([...users.keys()].toSorted()).toEqual([...this.people, ...existing].toSorted());
    for (const name of this.people) expect(users.get(name)).toBe('RESET_REQUIRED');
    expect(deliveries(this.aws.sandbox.world, this.pool)).toEqual([]);
    expect(await readdir(temp)).toEqual([]);
  }
}

test('everyone is imported, in chunks, one job after the other', async () => {
  const scene = await Scene.start(45);
  expect(await scene.run()).toEqual({ imported: 45, skipped: 0, failed: 0, jobs: 3 });
  await scene.expectComplete();
  const jobs = await scene.jobs();
  expect(jobs.map(({ ImportedUsers }) => ImportedUsers)).toEqual([20, 20, 5]);
  // The number of users says when a job ends, on whatever machine.
  for (const { JobName, ImportedUsers } of jobs)
    expect(JobName).toMatch(
      new RegExp(`^cognito-migrate eu-west-1_Old \\d{8}T\\d{6}Z \\d{4} ${ImportedUsers} users$`),
    );
  const gaps = jobs.slice(1).map(({ StartDate }, index) => {
    return given(StartDate).getTime() - given(jobs[index]?.CompletionDate).getTime();
  });
  for (const gap of gaps) expect(gap).toBeLessThanOrEqual(5_000);
});

test('the journal has no name and no address of an upload', async () => {
  const scene = await Scene.start(45);
  scene.killAt = 6;
  await expect(scene.run()).rejects.toThrow(Killed);
  const [name] = (await readdir(scene.aws.folder)).filter((one) => one.endsWith('import.json'));
  const journal = await readFile(join(scene.aws.folder, given(name)), 'utf8');
  const { chunks } = JSON.parse(journal);
  expect(chunks[0]).toMatchObject({ state: 'started', data: { rows: 20, attempt: 1 } });
  expect(journal).not.toMatch(/user-\d|example\.com|Signature|http/);
});

test('nothing to do makes no job', async () => {
  const scene = await Scene.start(0);
  expect(await scene.run()).toEqual({ imported: 0, skipped: 0, failed: 0, jobs: 0 });
  expect(await scene.jobs()).toEqual([]);
  expect(await readdir(temp)).toEqual([]);
});

/** Half numbers: after the call, before the program knows its result. */
const killPoints = Array.from({ length: 40 }, (_, index) => (index + 2) / 2);

describe('a run that dies', () => {
  test.each(killPoints)('at call %d: the next run ends in the same place', async (killAt) => {
    const scene = await Scene.start(45);
    scene.killAt = killAt;
    const first = await scene.run().then(
      () => 'ended',
      (error: unknown) => error,
    );
    if (first !== 'ended') expect(first).toBeInstanceOf(Killed);
    scene.killAt = Number.POSITIVE_INFINITY;
    await scene.run();
    await scene.expectComplete();
    const started = (await scene.jobs()).filter(({ Status }) => Status !== 'Created');
    expect(started.length).toBeLessThanOrEqual(4);
    expect(started.map(({ Status }) => Status)).toEqual(started.map(() => 'Succeeded'));
  });

  test.each([5, 7, 9.5, 14])('at call %d, and its journal is lost', async (killAt) => {
    const scene = await Scene.start(45);
    scene.killAt = killAt;
    await expect(scene.run()).rejects.toThrow(Killed);
    for (const name of await readdir(scene.aws.folder)) await rm(join(scene.aws.folder, name));
    // The files of that run are only in its journal.
    for (const name of await readdir(temp)) await rm(join(temp, name), { recursive: true });
    scene.killAt = Number.POSITIVE_INFINITY;
    await scene.run();
    await scene.expectComplete();
  });

  test.each([
    ['the address for its upload is too old', 3, 20 / 60],
    ['its file is uploaded, and 20 minutes have passed', 4, 20 / 60],
    ['its rows are too old', 3, 2],
    ['its job has expired', 3, 49],
    ['its file is uploaded, and its job has expired', 4, 49],
    ['its job has ended long ago', 7, 49],
  ])('and a later run, when %s', async (_, killAt, hours) => {
    const scene = await Scene.start(25);
    scene.killAt = killAt;
    await expect(scene.run()).rejects.toThrow(Killed);
    scene.killAt = Number.POSITIVE_INFINITY;
    scene.clock.advance(hours * 60 * 60_000);
    await scene.run();
    await scene.expectComplete();
  });

  test.each([
    ['its file is written', 2],
    ['its job is created', 3],
    ['its file is uploaded', 4],
  ])('%s: hours later, nobody comes with it who must not come any longer', async (_, killAt) => {
    const scene = await Scene.start(25);
    scene.killAt = killAt;
    await expect(scene.run()).rejects.toThrow(Killed);
    scene.killAt = Number.POSITIVE_INFINITY;
    scene.clock.advance(2 * 60 * 60_000);
    // Someone has disabled user-3 in the old pool.
    scene.people = scene.people.filter((name) => name !== 'user-3');
    await scene.run();
    await scene.expectComplete();
  });

  test('and whose file was changed: it is not used', async () => {
    const scene = await Scene.start(25);
    scene.killAt = 2;
    await expect(scene.run()).rejects.toThrow(Killed);
    for (const folder of await readdir(temp)) await writeFile(join(temp, folder, 'users.csv'), 'evil');
    scene.killAt = Number.POSITIVE_INFINITY;
    expect(await scene.run()).toMatchObject({ imported: 25 });
    await scene.expectComplete();
  });
});

describe('a lost answer', () => {
  const operations = [
    'CreateUserImportJob',
    'StartUserImportJob',
    'DescribeUserImportJob',
    'PutObject',
  ] as const;
  test.each(operations.flatMap((operation) => [0, 1, 2].map((skip) => [operation, skip] as const)))(
    'of %s, after %d others, changes nothing',
    async (operation, skip) => {
      const scene = await Scene.start(45);
      scene.aws.sandbox.faults.inject({ operation, skip, kind: 'lost-response' });
      const run = await scene.run().catch(() => scene.run());
      expect(run).toMatchObject({ imported: 45, skipped: 0, failed: 0 });
      await scene.expectComplete();
      expect((await scene.jobs()).filter(({ Status }) => Status === 'Succeeded')).toHaveLength(3);
    },
  );

  test.each(operations)('throttling of %s passes', async (operation) => {
    const scene = await Scene.start(25);
    scene.aws.sandbox.faults.inject({ operation, kind: 'throttle' });
    const run = await scene.run().catch(() => scene.run());
    expect(run).toMatchObject({ imported: 25 });
    await scene.expectComplete();
  });
});

describe('meanwhile', () => {
  test('users who move by themselves are skipped, and never changed', async () => {
    const scene = await Scene.start(45);
    const { idp } = scene.aws.sdk;
    const moving = ['user-3', 'user-25', 'user-44'];
    let isDone = false;
    scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'StartUserImportJob' || isDone) return;
      isDone = true;
      for (const Username of moving)
        await idp.send(
          new AdminCreateUserCommand({ UserPoolId: scene.pool, Username, MessageAction: 'SUPPRESS' }),
        );
    });
    expect(await scene.run()).toMatchObject({ imported: 42, failed: 0 });
    for (const Username of moving) {
      const user = await idp.send(new AdminGetUserCommand({ UserPoolId: scene.pool, Username }));
      expect(user.UserStatus).toBe('FORCE_CHANGE_PASSWORD');
      expect(user.UserAttributes?.some(({ Name }) => Name === 'email')).toBe(false);
    }
    expect((await scene.users()).size).toBe(45);
  });

  test('a computer that sleeps for two hours while a job runs continues with the next one', async () => {
    const scene = await Scene.start(45);
    let looks = 0;
    scene.aws.sandbox.faults.onCall('after', ({ operation }) => {
      if (operation === 'DescribeUserImportJob') looks += 1;
      if (operation === 'DescribeUserImportJob' && looks === 2) scene.clock.advance(2 * 60 * 60_000);
    });
    expect(await scene.run()).toMatchObject({ imported: 45, skipped: 0, failed: 0 });
    await scene.expectComplete();
  });

  test('users whom an administrator resets, disables, or deletes after their job stay so', async () => {
    const scene = await Scene.start(45);
    const { idp } = scene.aws.sdk;
    let starts = 0;
    scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'StartUserImportJob') return;
      starts += 1;
      if (starts !== 2) return;
      await idp.send(new AdminDisableUserCommand({ UserPoolId: scene.pool, Username: 'user-1' }));
      await idp.send(new AdminDeleteUserCommand({ UserPoolId: scene.pool, Username: 'user-2' }));
      await idp.send(new AdminResetUserPasswordCommand({ UserPoolId: scene.pool, Username: 'user-3' }));
    });
    expect(await scene.run()).toMatchObject({ imported: 45, failed: 0 });
    const one = await idp.send(new AdminGetUserCommand({ UserPoolId: scene.pool, Username: 'user-1' }));
    expect([one.Enabled, one.UserStatus]).toEqual([false, 'RESET_REQUIRED']);
    const users = await scene.users();
    expect(users.size).toBe(44);
    expect(users.get('user-3')).toBe('RESET_REQUIRED');
  });

  test('a job that ends early is partial: the rest comes with smaller ones', async () => {
    const scene = await Scene.start(45);
    cognitoSettings(scene.aws.sandbox.world).importThreshold = 'tenth';
    const { idp } = scene.aws.sdk;
    let isDone = false;
    scene.aws.sandbox.faults.onCall('before', async ({ operation }) => {
      if (operation !== 'StartUserImportJob' || isDone) return;
      isDone = true;
      for (const Username of ['user-3', 'user-4', 'user-5'])
        await idp.send(
          new AdminCreateUserCommand({ UserPoolId: scene.pool, Username, MessageAction: 'SUPPRESS' }),
        );
    });
    expect(await scene.run()).toMatchObject({ imported: 42, skipped: 3, jobs: 5 });
    expect((await scene.users()).size).toBe(45);
    const jobs = await scene.jobs();
    expect(jobs.map(({ Status }) => Status)).toEqual([
      'Failed',
      'Succeeded',
      'Succeeded',
      'Succeeded',
      'Succeeded',
    ]);
    expect(jobs.map(({ ImportedUsers }) => ImportedUsers)).toEqual([3, 20, 5, 10, 4]);
  });

  test('three jobs in a row that import nobody stop the run', async () => {
    const scene = await Scene.start(90);
    cognitoSettings(scene.aws.sandbox.world).importTwoAddressNames = 'failed';
    const pool = poolById(scene.aws.sandbox.world, scene.pool);
    Object.assign(pool.fixed, { UsernameAttributes: ['email', 'phone_number'] });
    await expect(scene.run()).rejects.toMatchObject({ code: 'NOBODY_IMPORTED', exitCode: 7 });
    expect((await scene.jobs()).filter(({ Status }) => Status === 'Failed')).toHaveLength(3);
  });

  test("somebody else's job: the run says so, and continues later", async () => {
    const scene = await Scene.start(25);
    const { idp } = scene.aws.sdk;
    const slow = Array.from(
      { length: 600 },
      (_, index) => `,,,,,,,,,x${index}@example.com,TRUE,,,,,,,,,FALSE,x${index}`,
    );
    await startImport(idp, scene.pool, scene.role, [scene.columns.join(','), ...slow].join('\n'), 'nightly');
    await expect(scene.run()).rejects.toMatchObject({
      code: 'IMPORT_RUNNING',
      exitCode: 4,
      message: expect.stringContaining('nightly'),
    });
    scene.clock.advance(60 * 60_000);
    expect(await scene.run()).toMatchObject({ imported: 25 });
  });

  test('an upload that S3 refuses stops the run with its reason, and no address', async () => {
    const scene = await Scene.start(25);
    scene.aws.sandbox.faults.inject({ operation: 'PutObject', kind: 'access-denied' });
    const error: unknown = await scene.run().catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      code: 'UPLOAD_REFUSED',
      message: 'Amazon S3 refused the file of the import job: AccessDenied (HTTP 403)',
    });
    expect(JSON.stringify(error)).not.toContain('Signature');
    expect(await scene.run()).toMatchObject({ imported: 25 });
    await scene.expectComplete();
  });

  test('a proxy that cuts uploads at 10 MB: the files get smaller until they pass', async () => {
    const scene = await Scene.start(6_000);
    scene.filler = 'x'.repeat(2_000);
    const { faults, journal } = scene.aws.sandbox;
    const isLarge = ({ input }: JournalEntry): boolean => Number(input.ContentLength) > 10_000_000;
    faults.inject({ operation: 'PutObject', kind: 'connection-reset', predicate: isLarge, times: 1000 });
    const done = await scene.run({ limits: { rows: 6_000, bytes: 90_000_000 } });
    expect(done).toEqual({ imported: 6_000, skipped: 0, failed: 0, jobs: 2 });
    await scene.expectComplete();
    const uploads = journal.calls.filter(({ operation }) => operation === 'PutObject');
    expect(uploads.map(({ result }) => result)).toEqual([
      ...['connection-reset', 'connection-reset', 'connection-reset'],
      ...['ok', 'ok'],
    ]);
  });

  test('a connection that breaks off now and then is only tried again', async () => {
    const scene = await Scene.start(25);
    scene.aws.sandbox.faults.inject({ operation: 'PutObject', kind: 'connection-reset', times: 5 });
    expect(await scene.run()).toMatchObject({ imported: 25, jobs: 2 });
    await scene.expectComplete();
  });

  test('a temporary folder that is gone is no bug', async () => {
    const scene = await Scene.start(25);
    vi.stubEnv('TMPDIR', join(temp, 'gone'));
    await expect(scene.run()).rejects.toMatchObject({ code: 'FILE_UNWRITABLE', exitCode: 2 });
    expect(await scene.jobs()).toEqual([]);
  });
});

test('files are private, in a folder of their own', async () => {
  const scene = await Scene.start(5);
  scene.killAt = 2;
  await expect(scene.run()).rejects.toThrow(Killed);
  const [folder] = await readdir(temp);
  const modes = await Promise.all(
    [join(temp, given(folder)), join(temp, given(folder), 'users.csv')].map(
      async (path) => (await stat(path)).mode,
    ),
  );
  expect(modes.map((mode) => (mode & 0o777).toString(8))).toEqual(['700', '600']);
});
