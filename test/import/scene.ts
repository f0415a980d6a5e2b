/** An import of some users in several jobs, beside users who are in the new pool already, and ways to end it at any call. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminGetUserCommand, InitiateAuthCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect } from 'vitest';
import type { JournalEntry } from '../../src/sandbox/journal.ts';
import { deliveries, generateUsers, poolById } from '../../src/sandbox/services/cognito/index.ts';
import {
  agreed,
  chunkFoldersOf,
  emailsOf,
  type ImportAws,
  importRolesOf,
  jobsOf,
  startImportAws,
} from '../cli/import/support.ts';
import { addMoved, byEmail, install } from '../cli/users-support.ts';
import { type CliResult, fakeIo, runCli } from '../support/run-cli.ts';

const users = 26;
/** Users of the new pool, whom nobody may change. */
const existing = ['xena@example.com', 'yara@example.com'];
const password = 'Old-password-1';

interface ImportSceneOptions {
  /** Users of the old pool that the local AWS computes from their numbers. Without them, it has 27. */
  readonly generated?: number;
  readonly jobSize?: number;
}

export interface ImportScene {
  readonly aws: ImportAws;
  /** Runs the import to its end. Returns the number of its calls. */
  run(): Promise<{ readonly result: CliResult; readonly calls: number }>;
  /**
   * Runs the import until this call, and leaves it there for good: nothing of it runs after that, as after kill -9.
   * Half numbers end it after the call, before the program has the answer.
   */
  kill(at: number): Promise<void>;
  /** The same at the first call that this is true for. */
  killAt(isPoint: (call: JournalEntry) => boolean): Promise<void>;
  /** Lets a call fail once, after so many others. */
  fail(kind: 'lost-response' | 'throttle', skip: number): void;
  /** Deletes the journal, and the files of jobs, which only the journal names. */
  loseJournal(): Promise<void>;
  /** Lets so many users move, right before the first job starts. Returns their names. */
  moveMeanwhile(count: number): Promise<readonly string[]>;
  /** Lets these generated users sign in with their old passwords, right before a job starts. */
  signInMeanwhile(movers: readonly number[]): void;
  statusOf(name: string): Promise<string | undefined>;
  /** Runs it again, and expects that everyone is there once, and that nothing is left over. */
  finish(): Promise<void>;
}

/** Whether a run ends before this call. The second argument counts the calls. */
export type Point = (call: JournalEntry, calls: number) => boolean;

/**
 * Leaves a run at a call for good: nothing of it runs after that, as after kill -9.
 * @param at the call at which the run ends, if it is a number. Half numbers end it after the call.
 */
export async function leaveAt(
  { sandbox: { faults } }: Pick<ImportAws, 'sandbox'>,
  begin: () => Promise<unknown>,
  isPoint: Point,
  at = Number.POSITIVE_INFINITY,
): Promise<void> {
  let reach = (): void => undefined;
  const reached = new Promise<void>((resolve) => {
    reach = resolve;
  });
  let calls = 0;
  let isKilled = false;
  const hang = (): Promise<void> => {
    isKilled = true;
    reach();
    return new Promise<void>(() => undefined);
  };
  const stops = [
    faults.onCall('before', (call) => {
      calls += 1;
      return isKilled || isPoint(call, calls) ? hang() : undefined;
    }),
    faults.onCall('after', () => (isKilled || calls + 0.5 >= at ? hang() : undefined)),
  ];
  const ended = begin().then(
    () => undefined,
    () => undefined,
  );
  await Promise.race([reached, ended]);
  // Whatever it does beside that call ends in a call that hangs, or at once.
  await pause(30);
  for (const stop of stops) stop();
}

export async function startScene({ generated, jobSize = 10 }: ImportSceneOptions = {}): Promise<ImportScene> {
  const aws = await (generated === undefined ? startImportAws() : startLargeAws(generated));
  await install(aws, '--add-old-sub');
  const words = [...agreed, '--job-size', String(jobSize), '--json'];
  const digits = generated === undefined ? 0 : 7;
  const names = Array.from(
    { length: generated ?? users },
    (_, index) => `user-${String(index).padStart(digits, '0')}@example.com`,
  );
  const everyone = generated === undefined ? [...names, aws.user.username] : names;
  if (generated === undefined) for (const name of names) await byEmail(aws, name);
  for (const name of existing) await byEmail(aws, name, { pool: aws.newPool });
  const files = (await readdir(aws.folder)).toSorted();
  const existingUsers = await describe(aws);
  const { faults, journal } = aws.sandbox;
  const signedIn = new Set<string>();

  const run: ImportScene['run'] = async () => {
    const before = journal.calls.length;
    const result = await aws.import([...words, '--break-lock']);
    return { result, calls: journal.calls.length - before };
  };
  const end = (isPoint: Point, at?: number): Promise<void> =>
    leaveAt(aws, () => aws.import(words), isPoint, at);
  return {
    aws,
    run,
    kill: (at) => end((_, calls) => calls >= at, at),
    killAt: (isPoint) => end(isPoint),
    fail: (kind, skip) => void faults.inject({ kind, skip }),
    async loseJournal() {
      for (const name of await readdir(aws.folder))
        if (name.includes('import')) await rm(join(aws.folder, name), { force: true });
      for (const name of await chunkFoldersOf(aws)) await rm(join(aws.temp, name), { recursive: true });
    },
    async moveMeanwhile(count) {
      const movers = names.slice(0, count);
      let isDone = false;
      faults.onCall('before', async ({ operation }) => {
        if (operation !== 'StartUserImportJob' || isDone) return;
        isDone = true;
        for (const name of movers) await addMoved(aws, name);
      });
      return movers;
    },
    signInMeanwhile(movers) {
      const left = [...movers];
      faults.onCall('before', async ({ operation }) => {
        if (operation !== 'StartUserImportJob') return;
        for (const number of left.splice(0)) {
          const name = names[number] ?? '';
          const command = new InitiateAuthCommand({
            ClientId: aws.clients.web,
            AuthFlow: 'USER_PASSWORD_AUTH',
            AuthParameters: { USERNAME: name, PASSWORD: password },
          });
          expect((await aws.sdk.idp.send(command)).AuthenticationResult?.AccessToken).toBeDefined();
          signedIn.add(name);
        }
      });
    },
    async statusOf(name) {
      const command = new AdminGetUserCommand({ UserPoolId: aws.newPool, Username: name });
      return (await aws.sdk.idp.send(command)).UserStatus;
    },
    async finish() {
      faults.clear();
      const { result } = await run();
      expect(result.code, result.stderr + result.stdout).toBe(0);
      const found = await emailsOf(aws, aws.newPool);
      expect(Object.keys(found).toSorted()).toEqual([...everyone, ...existing].toSorted());
      const wrong = everyone.filter(
        (name) => found[name] !== (signedIn.has(name) ? 'CONFIRMED' : 'RESET_REQUIRED'),
      );
      expect(wrong).toEqual([]);
      expect(poolById(aws.sandbox.world, aws.newPool).users.size).toBe(everyone.length + existing.length);
      expect(await describe(aws)).toBe(existingUsers);
      expect(deliveries(aws.sandbox.world, aws.newPool)).toEqual([]);
      const jobs = await jobsOf(aws);
      expect(jobs.filter(({ Status = '' }) => !['Created', 'Succeeded'].includes(Status))).toEqual([]);
      expect(await importRolesOf(aws)).toEqual([]);
      expect((await readdir(aws.folder)).toSorted()).toEqual(files);
      // A run that ends between the file and its record leaves the file. Nothing else can.
      expect((await chunkFoldersOf(aws)).length).toBeLessThanOrEqual(1);
      expect((await aws.import(['--clean'])).code).toBe(0);
      expect(await chunkFoldersOf(aws)).toEqual([]);
    },
  };
}

/** An old pool of so many users instead of the one with ana. */
async function startLargeAws(generated: number): Promise<ImportAws> {
  const aws = await startImportAws();
  const oldPool = await aws.addPool('large', { UsernameAttributes: ['email'] });
  generateUsers(aws.sandbox.world, oldPool, generated, password);
  const pools = ['--old-user-pool-id', oldPool, '--new-user-pool-id', aws.newPool, ...aws.where];
  return {
    ...aws,
    oldPool,
    init: (...more) => ['init', ...pools, ...more],
    import: (given, more = {}) =>
      runCli(['import', ...pools, ...given], fakeIo({ clock: aws.clock, ...more })),
  };
}

/** All that AWS says about the users who were in the new pool before. */
async function describe({ sdk, newPool: UserPoolId }: ImportAws): Promise<string> {
  const read = existing.map(async (Username) => {
    const { $metadata: _, ...user } = await sdk.idp.send(new AdminGetUserCommand({ UserPoolId, Username }));
    return user;
  });
  return JSON.stringify(await Promise.all(read));
}
