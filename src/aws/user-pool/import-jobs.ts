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

/** @param job the job in the way. Undefined if it cannot be read, or has ended by now. */
export function importRunning(job: UserImportJobType | undefined, cause?: unknown): ConflictError {
  const name = job?.JobName === undefined ? '' : `: ${printable(job.JobName)}`;
  const since = job?.StartDate === undefined ? '' : ` since ${job.StartDate.toISOString()}`;
  const users = job === undefined ? 0 : (job.ImportedUsers ?? 0) + (job.SkippedUsers ?? 0);
  const progress = users === 0 ? '' : `, ${number(users)} users so far`;
  return new ConflictError(`An import job of the pool is running${name}${since}${progress}`, {
    code: 'IMPORT_RUNNING',
    found: job?.JobId,
    hint: [
      'AWS refuses every change of a pool while users are imported into it, about 30 users a second.',
      'Wait until the job ends, and run the same command again. It continues from here.',
    ],
    cause,
  });
}
