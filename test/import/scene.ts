/** An import of 27 users in several jobs, beside users who are in the new pool already, and ways to end it at any call. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AdminGetUserCommand } from '@aws-sdk/client-cognito-identity-provider';
import { expect } from 'vitest';
import { deliveries } from '../../src/sandbox/services/cognito/index.ts';
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
import type { CliResult } from '../support/run-cli.ts';

const users = 26;
/** Users of the new pool, whom nobody may change. */
const existing = ['xena@example.com', 'yara@example.com'];
const words = [...agreed, '--job-size', '10', '--json'];

export interface ImportScene {
  readonly aws: ImportAws;
  /** Runs the import to its end. Returns the number of its calls. */
  run(): Promise<{ readonly result: CliResult; readonly calls: number }>;
  /**
   * Runs the import until this call, and leaves it there for good: nothing of it runs after that, as after kill -9.
   * Half numbers end it after the call, before the program has the answer.
   */
  kill(at: number): Promise<void>;
  /** Lets a call fail once, after so many others. */
  fail(kind: 'lost-response' | 'throttle', skip: number): void;
  /** Deletes the journal, and the files of jobs, which only the journal names. */
  loseJournal(): Promise<void>;
  /** Lets so many users move, right before the first job starts. Returns their names. */
  moveMeanwhile(count: number): Promise<readonly string[]>;
  statusOf(name: string): Promise<string | undefined>;
  /** Runs it again, and expects that everyone is there once, and that nothing is left over. */
  finish(): Promise<void>;
}

export async function startScene(): Promise<ImportScene> {
  const aws = await startImportAws();
  await install(aws, '--add-old-sub');
  const names = Array.from({ length: users }, (_, index) => `user-${index}@example.com`);
  for (const name of names) await byEmail(aws, name);
  for (const name of existing) await byEmail(aws, name, { pool: aws.newPool });
  const files = (await readdir(aws.folder)).toSorted();
  const existingUsers = await describe(aws);
  const { faults, journal } = aws.sandbox;

  const run: ImportScene['run'] = async () => {
    const before = journal.calls.length;
    const result = await aws.import([...words, '--break-lock']);
    return { result, calls: journal.calls.length - before };
  };
  return {
    aws,
    run,
    async kill(at) {
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
        faults.onCall('before', () => {
          calls += 1;
          return isKilled || calls >= at ? hang() : undefined;
        }),
        faults.onCall('after', () => (isKilled || calls + 0.5 >= at ? hang() : undefined)),
      ];
      const ended = aws.import(words).then(
        () => undefined,
        () => undefined,
      );
      await Promise.race([reached, ended]);
      // Whatever it does beside that call ends in a call that hangs, or at once.
      await pause(30);
      for (const stop of stops) stop();
    },
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
    async statusOf(name) {
      const command = new AdminGetUserCommand({ UserPoolId: aws.newPool, Username: name });
      return (await aws.sdk.idp.send(command)).UserStatus;
    },
    async finish() {
      faults.clear();
      const { result } = await run();
      expect(result.code, result.stderr + result.stdout).toBe(0);
      const found = await emailsOf(aws, aws.newPool);
      const everyone = [...names, aws.user.username];
      expect(Object.keys(found).toSorted()).toEqual([...everyone, ...existing].toSorted());
      for (const name of everyone) expect(found[name]).toBe('RESET_REQUIRED');
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

/** All that AWS says about the users who were in the new pool before. */
async function describe({ sdk, newPool: UserPoolId }: ImportAws): Promise<string> {
  const read = existing.map(async (Username) => {
    const { $metadata: _, ...user } = await sdk.idp.send(new AdminGetUserCommand({ UserPoolId, Username }));
    return user;
  });
  return JSON.stringify(await Promise.all(read));
}
