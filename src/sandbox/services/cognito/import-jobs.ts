/** Import jobs: GetCSVHeader, and the operations that create, start, stop, and describe a job. */
import { createHash } from 'node:crypto';
import { serviceMayAssume } from '../../auth/trust.ts';
import { type Call, type JsonObject, type Operation, ServiceError } from '../../operation.ts';
import type { World } from '../../world.ts';
import { roleByArn } from '../iam/state.ts';
import { invalidMember, invalidParameter, notFound } from './errors.ts';
import { newOpaque } from './ids.ts';
import { addImportJob, isBusy } from './import-engine.ts';
import { csvHeader } from './import-rows.ts';
import { limit, optStr, str } from './input.ts';
import { page } from './paging.ts';
import { authorizedPool, nextSeq } from './pool-access.ts';
import { texts } from './pool-config.ts';
import type { ImportJob, Pool } from './state.ts';

/** "You can create up to 1,000 import jobs per user pool." */
const mostJobs = 1000;
/** X-Amz-Expires in the examples of the AWS CLI. */
export const uploadSeconds = 899;

const preconditionNotMet = (message: string): ServiceError =>
  new ServiceError('PreconditionNotMetException', message);

const getHeader: Operation = (call) => {
  const pool = authorizedPool(call);
  return { UserPoolId: pool.id, CSVHeader: [...csvHeader(pool)] };
};

function jobType(job: ImportJob): JsonObject {
  return {
    JobName: job.name,
    JobId: job.id,
    UserPoolId: job.poolId,
    PreSignedUrl: job.url,
    CreationDate: job.created / 1000,
    ...(job.started === undefined ? {} : { StartDate: job.started / 1000 }),
    ...(job.completed === undefined ? {} : { CompletionDate: job.completed / 1000 }),
    Status: job.status,
    CloudWatchLogsRoleArn: job.role,
    ImportedUsers: job.imported,
    SkippedUsers: job.skipped,
    FailedUsers: job.failed,
    ...(job.message === undefined ? {} : { CompletionMessage: job.message }),
  };
}

/**
 * Whether Cognito may use the role: it exists long enough, and trusts cognito-idp.amazonaws.com.
 * AWS documents neither the text of the refusal, nor whether Cognito gives its source.
 */
function mayUse(world: World, pool: Pool, roleArn: string): boolean {
  const role = roleByArn(world, roleArn);
  if (!role || world.now() < role.createdAt + world.delays.roleToLambda) return false;
  const context =
    pool.settings.importSourceAccount === 'given'
      ? { 'aws:SourceAccount': pool.account, 'aws:SourceArn': pool.arn }
      : {};
  return serviceMayAssume(world, role, 'cognito-idp.amazonaws.com', context);
}

const createJob: Operation = (call) => {
  const pool = authorizedPool(call);
  const name = str(call.input, 'JobName');
  const role = str(call.input, 'CloudWatchLogsRoleArn');
  if (!/^[\w\s+=,.@-]{1,128}$/.test(name))
    throw invalidMember(name, 'JobName', 'Member must satisfy regular expression pattern: [\\w\\s+=,.@-]+');
  call.authorize('iam:PassRole', role, { 'iam:PassedToService': 'cognito-idp.amazonaws.com' });
  if (!mayUse(call.world, pool, role))
    throw invalidParameter('Role does not have a trust relationship allowing Cognito to assume the role');
  if (pool.importJobs.length >= mostJobs)
    throw new ServiceError('LimitExceededException', 'The user pool has too many import jobs.');
  const id = `import-${newOpaque(call.world, 12).replaceAll(/[_-]/g, 'x').slice(0, 10)}`;
  const now = call.world.now();
  const token = newOpaque(call.world);
  const job: ImportJob = {
    seq: nextSeq(call),
    id,
    name,
    poolId: pool.id,
    role,
    created: now,
    url: uploadUrl(call, pool, id, token),
    token: digest(token),
    status: 'Created',
    imported: 0,
    skipped: 0,
    failed: 0,
  };
  addImportJob(call.world, pool, job);
  return { UserImportJob: jobType(job) };
};

/** The address in AWS is in S3, with the same parameters. */
function uploadUrl(call: Call, pool: Pool, id: string, token: string): string {
  const url = new URL(`/_import/${pool.account}/${pool.id}/${id}`, call.world.endpoint());
  const date = `${new Date(call.world.now()).toISOString().replaceAll(/[:-]|\.\d+/g, '')}`;
  url.searchParams.set('X-Amz-Date', date);
  url.searchParams.set('X-Amz-SignedHeaders', 'host;x-amz-server-side-encryption');
  url.searchParams.set('X-Amz-Expires', String(uploadSeconds));
  url.searchParams.set('X-Amz-Signature', token);
  return url.href;
}

/** Only the hash is kept beside the job. Comparing hashes takes the same time for every wrong token. */
export const digest = (token: string): string => createHash('sha256').update(token).digest('base64url');

function namedJob(call: Call, pool: Pool): ImportJob {
  const id = str(call.input, 'JobId');
  const job = pool.importJobs.find((candidate) => candidate.id === id);
  if (job === undefined) throw notFound(`User import job ${id} does not exist.`);
  return job;
}

const startJob: Operation = (call) => {
  const pool = authorizedPool(call);
  const job = namedJob(call, pool);
  if (job.status !== 'Created') throw preconditionNotMet('The job can not be started in its present state.');
  if (job.file === undefined) throw preconditionNotMet(`No csv file was uploaded for ${job.id}`);
  if (texts(pool.config, 'AutoVerifiedAttributes').length === 0)
    throw preconditionNotMet('The user pool has no auto verified attributes.');
  if (pool.settings.secondImportJob === 'refused' && pool.importJobs.some(isBusy))
    throw preconditionNotMet('Another user import job is in progress for this user pool.');
  job.status = 'Pending';
  job.started = call.world.now();
  return { UserImportJob: jobType(job) };
};

const stopJob: Operation = (call) => {
  const pool = authorizedPool(call);
  const job = namedJob(call, pool);
  if (job.status !== 'Pending' && job.status !== 'InProgress')
    throw preconditionNotMet('The job can not be stopped in its present state.');
  job.status = 'Stopping';
  return { UserImportJob: jobType(job) };
};

const describeJob: Operation = (call) => ({
  UserImportJob: jobType(namedJob(call, authorizedPool(call))),
});

const listJobs: Operation = (call) => {
  const pool = authorizedPool(call);
  const size = limit(call.input, 'MaxResults', 60);
  if (size === undefined || size < 1) throw invalidParameter('MaxResults must be between 1 and 60.');
  const { items, next } = page(pool.importJobs, size, optStr(call.input, 'PaginationToken'));
  return {
    UserImportJobs: items.map(jobType),
    ...(next === undefined ? {} : { PaginationToken: next }),
  };
};

export const importJobOperations = {
  GetCSVHeader: getHeader,
  CreateUserImportJob: createJob,
  StartUserImportJob: startJob,
  StopUserImportJob: stopJob,
  DescribeUserImportJob: describeJob,
  ListUserImportJobs: listJobs,
} satisfies Record<string, Operation>;
