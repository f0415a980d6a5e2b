/** The work of an import: the role, the jobs, and the removal of the role. */
import { DescribeUserPoolCommand, GetCSVHeaderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { isNamed, requireField } from '../../../aws/errors.ts';
import { isFunctionGone } from '../../../aws/function/gone.ts';
import { apply } from '../../../core/apply.ts';
import { destroy } from '../../../core/destroy.ts';
import { CheckError, ConflictError, UnhealthyError } from '../../../core/errors.ts';
import { findingTitles } from '../../../core/findings.ts';
import { number } from '../../../core/format-number.ts';
import { type Journal, openJournal } from '../../../core/journal.ts';
import type { StepRecord } from '../../../core/state.ts';
import type { StateStore } from '../../../core/state-store.ts';
import type { OnProgress } from '../../../core/step.ts';
import { importSteps, unnamedSource } from '../../../steps/import-role.ts';
import { importRoleArn } from '../../../steps/names.ts';
import {
  ChunkData,
  type ChunkProgress,
  type ChunkState,
  chunkStates,
  type ImportChunk,
  rebuiltChunks,
} from '../../../users/import/chunks.ts';
import { headerRow } from '../../../users/import/csv-row.ts';
import type { RefusedUsers } from '../../../users/import/refused.ts';
import { type Imported, runImport } from '../../../users/import/run.ts';
import { type ImportScan, type ImportSource, missingRows } from '../../../users/import/source.ts';
import type { Context } from '../../context.ts';
import { breaksLock } from '../../inputs/options.ts';
import type { Migration } from '../../migration/read-migration.ts';
import { duration } from '../../terminal/style.ts';

/** GetCSVHeader: the columns that a file must have. */
export async function readColumns({ aws, inputs }: Migration): Promise<readonly string[]> {
  const command = new GetCSVHeaderCommand({ UserPoolId: inputs.NEW_USER_POOL_ID });
  return requireField((await aws.new.idp.send(command)).CSVHeader, 'the header of an import file');
}

export type ImportJournal = Journal<ChunkState, ChunkData>;

/** The journal of an earlier run that has not ended, or a new one. */
export function openImportJournal({ io, command }: Context, migration: Migration): Promise<ImportJournal> {
  const { aws, inputs, file } = migration;
  const pool = { idp: aws.new.idp, userPoolId: inputs.NEW_USER_POOL_ID };
  return openJournal({
    stateFile: file,
    name: 'import',
    migration: `${inputs.OLD_USER_POOL_ID} → ${inputs.NEW_USER_POOL_ID}`,
    states: chunkStates,
    data: ChunkData,
    // Only jobs that still run are left to do. The pools say who is missing.
    rebuild: async () =>
      (await rebuiltChunks(pool, inputs.OLD_USER_POOL_ID)).filter(({ state }) => state !== 'done'),
    now: io.clock.now,
    breakLock: breaksLock(command),
  });
}

export interface Importing {
  readonly migration: Migration;
  readonly source: ImportSource;
  readonly scan: ImportScan;
  readonly journal: ImportJournal;
  readonly jobSize: number;
  readonly refused: RefusedUsers;
}

/** 90 MB. AWS refuses more than 100. */
const mostBytes = 90_000_000;

/** Creates the role, runs the jobs, and removes the role, whatever became of them. */
export async function importAll(context: Context, args: Importing): Promise<Imported> {
  const { reporter, io } = context;
  const { migration, source, scan, journal, jobSize, refused } = args;
  const { aws, inputs } = migration;
  const { now } = io.clock;
  const logGroupName = `/aws/cognito/userpools/${inputs.NEW_USER_POOL_ID}/${inputs.NEW_USER_POOL_NAME}`;
  const { signal } = io.interrupt;
  const role = { steps: importSteps, aws, inputs, store: noStore(), emit: reporter.emit, now, signal };
  const work = (onProgress: OnProgress): Promise<Imported> => {
    const progress = new JobProgress(scan.importable, onProgress, context);
    return runImport({
      idp: aws.new.idp,
      idpOnce: aws.new.idpOnce,
      userPoolId: inputs.NEW_USER_POOL_ID,
      roleArn: importRoleArn(inputs),
      region: aws.new.region,
      // The SDK reads the variables itself, so they count as much as the flag.
      endpoint:
        inputs.ENDPOINT_URL ??
        (io.env.AWS_ENDPOINT_URL_COGNITO_IDENTITY_PROVIDER || io.env.AWS_ENDPOINT_URL || undefined),
      pace: source.pace,
      journal,
      oldPoolId: inputs.OLD_USER_POOL_ID,
      header: headerRow(source.importPool),
      limits: { rows: jobSize, bytes: mostBytes },
      beforeJob: () => assertTriggerWorks(migration),
      onRefused: (rows) => refused.add({ logs: aws.new.logs, logGroupName, pace: source.pace }, rows),
      missing: () => missingRows(source, scan),
      onProgress: progress.show,
    });
  };
  try {
    await apply(role);
    return await reporter.busy('Importing', work);
  } catch (error) {
    throw isRoleRefused(error) && !inputs.ACCEPT.includes(unnamedSource) ? roleRefused(error) : error;
  } finally {
    // A job that still runs writes its log with the role, and the next run continues with it.
    const isRunning = journal.chunks.some(({ state }) => state === 'started');
    const keep = new Set(isRunning ? importSteps.map(({ id }) => id) : []);
    // Ctrl-C doesn't prevent this: the role would stay without a use.
    await destroy({ ...role, signal: new AbortController().signal, keep });
  }
}

/**
 * Users who are not imported yet still need the trigger.
 * @throws an error if it no longer calls the function that it called at the beginning, or if that one is gone.
 */
async function assertTriggerWorks({ aws, inputs, newPool }: Migration): Promise<void> {
  const before = newPool?.pool.LambdaConfig?.UserMigration;
  if (before === undefined) return;
  const describing = new DescribeUserPoolCommand({ UserPoolId: inputs.NEW_USER_POOL_ID });
  const now = (await aws.new.idp.send(describing)).UserPool?.LambdaConfig?.UserMigration;
  if (now !== before)
    throw new ConflictError('The user migration trigger of the new pool has changed during the import', {
      code: 'CHANGED_MEANWHILE',
      expected: before,
      found: now,
      hint: ["Users who aren't imported yet may not be able to sign in. Look:  cognito-migrate status"],
    });
  if (await isFunctionGone(aws.new.lambda, before))
    throw new UnhealthyError('The trigger of the new pool calls a function that no longer exists', {
      code: 'FUNCTION_GONE',
      found: before,
      hint: [
        "Users who aren't imported yet can't sign in. Repair it:  cognito-migrate init",
        'Then run the same command again. It continues from here.',
      ],
    });
}

const isRoleRefused = (error: unknown): error is Error =>
  isNamed(error, 'InvalidParameterException') && error instanceof Error && /role/i.test(error.message);

const roleRefused = (cause: Error): CheckError =>
  new CheckError(`${findingTitles[unnamedSource]}: ${cause.message}`, {
    code: unnamedSource,
    hint: [
      'The role trusts Cognito only for pools of this account. Cognito may not say for which account it asks.',
      `To trust Cognito without this condition, until the import ends:  --accept ${unnamedSource}`,
      'Nobody was imported.',
    ],
    cause,
  });

/** `Job 0001  ██████░░░░  4,020 of 11,403 imported · 3 min left`, and one line for each job that ends. */
class JobProgress {
  readonly #expected: number;
  readonly #onProgress: OnProgress;
  readonly #context: Context;
  readonly #begun: number;
  readonly #ended = new Set<number>();
  #before = 0;

  constructor(expected: number, onProgress: OnProgress, context: Context) {
    this.#expected = expected;
    this.#onProgress = onProgress;
    this.#context = context;
    this.#begun = context.io.clock.now();
  }

  readonly show = (chunk: ImportChunk, progress: ChunkProgress): void => {
    if (chunk.state === 'done') this.#end(chunk);
    else if ('uploaded' in progress) {
      const share = progress.of === 0 ? 1 : progress.uploaded / progress.of;
      this.#onProgress(`Uploading ${number(chunk.data.rows)} users  ${bar(share)}`);
    } else if (chunk.state === 'started') this.#running(progress.imported);
  };

  #running(imported: number): void {
    const done = this.#before + imported;
    const all = Math.max(done, this.#expected);
    const ms = this.#context.io.clock.now() - this.#begun;
    const left = done === 0 || ms === 0 ? '' : ` · ${duration(((all - done) * ms) / done)} left`;
    this.#onProgress(
      `Importing  ${bar(all === 0 ? 1 : done / all)}  ${number(done)} of ${number(all)}${left}`,
    );
  }

  #end({ number: key, data }: ImportChunk): void {
    const { end } = data;
    if (end === undefined || end.status === 'Abandoned' || this.#ended.has(key)) return;
    this.#ended.add(key);
    this.#before += end.imported;
    const others = [
      ...(end.skipped > 0 ? [`${number(end.skipped)} were there already`] : []),
      ...(end.failed > 0 ? [`${number(end.failed)} failed`] : []),
      ...(end.status === 'Succeeded' ? [] : [`the job ended early: ${end.status}`]),
    ];
    const detail = [`${number(end.imported)} imported`, ...others].join(', ');
    this.#context.reporter.emit({
      type: 'done',
      step: 'import-job',
      key: String(key),
      title: 'import job',
      done: 'created',
      ms: 0,
      detail,
    });
  }
}

const barWidth = 20;

function bar(share: number): string {
  const done = Math.floor(Math.min(1, share) * barWidth);
  return `${'█'.repeat(done)}${'░'.repeat(barWidth - done)}`;
}

/**
 * The records of the role, which only live as long as the run. Its name and its tags find it again.
 * A state file must not begin with it: the next run would take everything else for unmade.
 */
export function noStore(): StateStore {
  const records = new Map<string, StepRecord>();
  const nameOf = (step: string, key: string): string => `${step}:${key}`;
  const done = (): Promise<void> => Promise.resolve();
  return {
    file: '',
    record: (step, key) => records.get(nameOf(step, key)),
    keys: () => [],
    async set(step, key, status) {
      records.set(nameOf(step, key), { status, at: '' });
    },
    async drop(step, key) {
      records.delete(nameOf(step, key));
    },
    setVariables: done,
    deleteFile: done,
    close: done,
  };
}
