/** An import job of a throw-away pool: its role, its file, its start, and its end. */
import { randomBytes } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { GetCSVHeaderCommand } from '@aws-sdk/client-cognito-identity-provider';
import { PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { requireField } from '../../aws/errors.ts';
import { createRole } from '../../aws/iam.ts';
import type { JsonObject } from '../../core/json.ts';
import { inlinePolicyName } from '../../steps/role-cleanup.ts';
import {
  createJob,
  describeJob,
  endOf,
  type JobEnd,
  type JobsPool,
  startJob,
} from '../../users/import/jobs.ts';
import { upload } from '../../users/import/upload.ts';
import { importLogGroup, migrationName, tagsOf } from '../fixtures/names.ts';
import { eventually } from '../fixtures/retry.ts';
import { type Verdict, verdictOn } from '../fixtures/verdict.ts';
import type { SelfTestScene, ThrowAwayPool } from '../scene.ts';

/** A job takes minutes, even for a few users. */
const longestJobMs = 15 * 60_000;
const silenceMs = 60_000;

/** A role for the log of the jobs, with the name of a pool's label, by which the clean-up finds it. */
export async function jobRole(scene: SelfTestScene, label: string, Condition?: JsonObject): Promise<string> {
  const { runId: run, places } = scene;
  const { side, rolePath, permissionsBoundary, partition, account } = places.new;
  const name = migrationName({ run, label });
  const arn = await createRole(side.iam, {
    name,
    path: rolePath,
    description: 'Throw-away: of a self-test of cognito-migrate',
    trustPolicy: {
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { Service: 'cognito-idp.amazonaws.com' },
          Action: 'sts:AssumeRole',
          ...(Condition && { Condition }),
        },
      ],
    },
    permissionsBoundary: permissionsBoundary ?? null,
    tags: tagsOf(run),
  });
  const log = {
    Effect: 'Allow',
    Action: ['logs:CreateLogGroup', 'logs:CreateLogStream', 'logs:DescribeLogStreams', 'logs:PutLogEvents'],
    Resource: `arn:${partition}:logs:${side.region}:${account}:log-group:${importLogGroup('*', `${name}*`)}`,
  };
  const PolicyDocument = JSON.stringify({ Version: '2012-10-17', Statement: [log] });
  await side.iam.send(
    new PutRolePolicyCommand({ RoleName: name, PolicyName: inlinePolicyName, PolicyDocument }),
  );
  return arn;
}

export type Row = Readonly<Record<string, string>>;

/** A job that is ready to start. */
interface ReadyJob {
  start(): Promise<Verdict<void>>;
  isRunning(): Promise<boolean>;
  end(): Promise<JobEnd>;
}

/** Creates a job, and uploads its file. A row that is a text goes into the file as it is. */
export async function readyJob(
  scene: SelfTestScene,
  { id }: ThrowAwayPool,
  { roleArn, name, rows }: { roleArn: string; name: string; rows: readonly (Row | string)[] },
): Promise<ReadyJob> {
  const { side, endpoint } = scene.places.new;
  const pace = { clock: scene.clock, signal: scene.signal };
  const jobs: JobsPool = { idp: side.idp, idpOnce: side.idpOnce, userPoolId: id, roleArn, pace };
  const { CSVHeader = [] } = await side.idp.send(new GetCSVHeaderCommand({ UserPoolId: id }));
  const lines = rows.map((row) =>
    typeof row === 'string' ? row : CSVHeader.map((column) => row[column] ?? unset(column)).join(','),
  );
  const job = await createJob(jobs, name);
  const jobId = requireField(job.JobId, 'the ID of the job');
  const folder = await mkdtemp(join(tmpdir(), 'cognito-migrate-self-test-'));
  try {
    const file = join(folder, 'users.csv');
    await writeFile(file, [CSVHeader.join(','), ...lines, ''].join('\n'), { mode: 0o600 });
    const url = requireField(job.PreSignedUrl, 'the address for the upload');
    const { signal } = scene;
    await upload({
      url,
      file,
      region: side.region,
      endpoint,
      silenceMs,
      signal,
      onProgress: () => undefined,
    });
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  const ended = async (): Promise<JobEnd | undefined> => endOf(await describeJob(jobs, jobId));
  return {
    start: () => verdictOn(scene, () => startJob(jobs, jobId)),
    isRunning: async () => (await ended()) === undefined,
    async end() {
      const what = 'an import job runs';
      const end = await eventually(ended, (one) => one !== undefined, scene, what, longestJobMs);
      return requireField(end, 'the end of the job');
    },
  };
}

/** "TRUE or FALSE, and never empty." */
const unset = (column: string): string => (/_verified$|mfa_enabled$/.test(column) ? 'FALSE' : '');

export const rowFor = (userName: string, more: Row = {}): Row => ({
  'cognito:username': userName,
  email: `success+${randomBytes(9).toString('hex')}@simulator.amazonses.com`,
  email_verified: 'TRUE',
  name: 'Self Test',
  ...more,
});
