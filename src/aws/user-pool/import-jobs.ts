/**
 * The import jobs of a pool. While one runs, AWS refuses each change of the pool
 * (UserImportInProgressException), no matter whose job it is.
 */
import {
  type CognitoIdentityProviderClient,
  ListUserImportJobsCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';
import { ConflictError } from '../../core/errors.ts';
import { number } from '../../core/format-number.ts';
import { printable } from '../../core/printable.ts';
import { isNamed } from '../errors.ts';
import { readOptional } from '../optional-read.ts';
import { importedPerSecond, jobStartMs, mostRows } from './import-limits.ts';

/** Whether a job blocks all changes of the pool. */
export const isRunningImport = ({ Status }: UserImportJobType): boolean =>
  Status === 'Pending' || Status === 'InProgress' || Status === 'Stopping';

/** All jobs of a pool, those that ended or expired included. */
export async function listImportJobs(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
): Promise<UserImportJobType[]> {
  const found: UserImportJobType[] = [];
  let token: string | undefined;
  do {
    const { UserImportJobs, PaginationToken } = await idp.send(
      new ListUserImportJobsCommand({
        UserPoolId,
        MaxResults: 60,
        ...(token === undefined ? {} : { PaginationToken: token }),
      }),
    );
    found.push(...(UserImportJobs ?? []));
    token = PaginationToken;
  } while (token !== undefined);
  return found;
}

/**
 * Import jobs that prevent an update of the pool.
 * @throws AWS's own error. A caller without cognito-idp:ListUserImportJobs may continue without the jobs.
 */
export const runningImportJobs = async (
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
): Promise<UserImportJobType[]> => (await listImportJobs(idp, userPoolId)).filter(isRunningImport);

/**
 * Changes a pool. If an import job prevents it, the error names the job.
 * @throws ConflictError (IMPORT_RUNNING), or the error of the change.
 */
export async function unlessImporting<T>(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
  change: () => Promise<T>,
): Promise<T> {
  try {
    return await change();
  } catch (error) {
    if (!isNamed(error, 'UserImportInProgressException')) throw error;
    const jobs = await readOptional(runningImportJobs(idp, userPoolId));
    throw importRunning(jobs?.[0], error);
  }
}

/** `2026-11-22 12:11 UTC` */
const minuteOf = (at: number): string => `${new Date(at).toISOString().slice(0, 16).replace('T', ' ')} UTC`;

/** When a job is expected to end. AWS does not say how many users it has, but the name of our own jobs does. */
function expectedEnd({ JobName = '', StartDate, CreationDate }: UserImportJobType): string {
  const begun = StartDate ?? CreationDate;
  if (begun === undefined) return '';
  const [, rows] = /^cognito-migrate \S+ \S+ \d+ (\d+) users/.exec(JobName) ?? [];
  const ms = jobStartMs + (Number(rows ?? mostRows) / importedPerSecond) * 1000;
  const end = minuteOf(begun.getTime() + ms);
  return rows === undefined
    ? `. It ends by ${end} if its file has ${number(mostRows)} users, the most that AWS takes`
    : `. It is expected to end around ${end}`;
}

/** @param job the job in the way. Undefined if it cannot be read, or has ended by now. */
export function importRunning(job: UserImportJobType | undefined, cause?: unknown): ConflictError {
  const name = job?.JobName === undefined ? '' : `: ${printable(job.JobName)}`;
  const since = job?.StartDate === undefined ? '' : ` since ${job.StartDate.toISOString()}`;
  const users = job === undefined ? 0 : (job.ImportedUsers ?? 0) + (job.SkippedUsers ?? 0);
  const progress = users === 0 ? '' : `, ${number(users)} users so far`;
  const end = job === undefined ? '' : expectedEnd(job);
  return new ConflictError(`An import job of the pool is running${name}${since}${progress}${end}`, {
    code: 'IMPORT_RUNNING',
    found: job?.JobId,
    hint: [
      'AWS refuses every change of a pool while users are imported into it, about 30 users a second.',
      'Wait until the job ends, and run the same command again. It continues from here.',
    ],
    cause,
  });
}
