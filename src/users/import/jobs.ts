/** The import jobs of the new pool. */
import {
  type CognitoIdentityProviderClient,
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  StartUserImportJobCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';
import { isNamed, isTransient, requireField } from '../../aws/errors.ts';
import { type Pace, retry } from '../../aws/retry.ts';
import { isRunningImport, listImportJobs } from '../../aws/user-pool/index.ts';

export interface JobsPool {
  readonly idp: CognitoIdentityProviderClient;
  /** Never retries: a repeated CreateUserImportJob makes a second job. */
  readonly idpOnce: CognitoIdentityProviderClient;
  readonly userPoolId: string;
  /** ARN of the role that writes the log of the job. */
  readonly roleArn: string;
  readonly pace: Pace;
}

/** How a job ended, in AWS's words. */
export interface JobEnd {
  readonly status: string;
  readonly imported: number;
  readonly skipped: number;
  readonly failed: number;
}

/** The end of a job. Undefined if it has not ended. */
export function endOf(job: UserImportJobType): JobEnd | undefined {
  if (job.Status === 'Created' || isRunningImport(job)) return undefined;
  return { status: job.Status ?? 'unknown', ...countsOf(job) };
}

/** The counts of a job until now. */
export const countsOf = ({ ImportedUsers, SkippedUsers, FailedUsers }: UserImportJobType) => ({
  imported: ImportedUsers ?? 0,
  skipped: SkippedUsers ?? 0,
  failed: FailedUsers ?? 0,
});

/** The newest job of this name that is not started. */
export async function unstartedJob(pool: JobsPool, name: string): Promise<UserImportJobType | undefined> {
  const time = ({ CreationDate }: UserImportJobType): number => CreationDate?.getTime() ?? 0;
  const named = (await listImportJobs(pool.idp, pool.userPoolId)).filter(
    (job) => job.JobName === name && job.Status === 'Created',
  );
  return named.sort((one, other) => time(other) - time(one))[0];
}

/** Time until a new role can be used, and until AWS answers again. */
const waits = { within: 120_000, first: 1_000, longest: 10_000, onWait: () => undefined };

/**
 * A role that has just been created is refused at first.
 * AWS documents no text for this. All others of this name are about the job's own name and the role.
 */
const isRoleUnknown = (error: unknown): boolean =>
  isNamed(error, 'InvalidParameterException') && error instanceof Error && /role/i.test(error.message);

/** Creates a job. If the answer is lost, the job is found by its name. */
export function createJob(pool: JobsPool, JobName: string): Promise<UserImportJobType> {
  const { idpOnce, userPoolId: UserPoolId, roleArn: CloudWatchLogsRoleArn, pace } = pool;
  const command = new CreateUserImportJobCommand({ UserPoolId, JobName, CloudWatchLogsRoleArn });
  const create = async (): Promise<UserImportJobType> => {
    try {
      const { UserImportJob } = await idpOnce.send(command);
      return requireField(UserImportJob, 'the import job');
    } catch (error) {
      const made = isTransient(error) ? await unstartedJob(pool, JobName) : undefined;
      if (made === undefined) throw error;
      return made;
    }
  };
  return retry(create, (error) => isTransient(error) || isRoleUnknown(error), { ...waits, ...pace });
}

export async function describeJob(
  { idp, userPoolId: UserPoolId }: Pick<JobsPool, 'idp' | 'userPoolId'>,
  JobId: string,
): Promise<UserImportJobType> {
  const { UserImportJob } = await idp.send(new DescribeUserImportJobCommand({ UserPoolId, JobId }));
  return requireField(UserImportJob, 'the import job');
}

/** Starts a job. If the answer is lost, the state of the job says whether it has started. */
export function startJob(pool: JobsPool, JobId: string): Promise<void> {
  const { idpOnce, userPoolId: UserPoolId, pace } = pool;
  const start = async (): Promise<void> => {
    try {
      await idpOnce.send(new StartUserImportJobCommand({ UserPoolId, JobId }));
    } catch (error) {
      const isStarted = isTransient(error) && (await describeJob(pool, JobId)).Status !== 'Created';
      if (!isStarted) throw error;
    }
  };
  return retry(start, isTransient, { ...waits, ...pace });
}
