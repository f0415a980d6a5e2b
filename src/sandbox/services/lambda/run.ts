/** Runs a function: environment, credentials, Timeout, and log lines. */
import { randomUUID } from 'node:crypto';
import { parseArn } from '../../arn.ts';
import { ServiceError } from '../../operation.ts';
import { issueSession } from '../../sessions.ts';
import type { World } from '../../world.ts';
import { oneSample, putSamples } from '../cloudwatch/state.ts';
import { roleByArn } from '../iam/state.ts';
import { withinReserved } from './concurrency.ts';
import type { LambdaHost } from './host.ts';
import { writeLogs } from './logging.ts';
import type { Environment, Launch } from './pool.ts';
import type { Finished, ProcessError } from './process.ts';
import { roleIsAssumable } from './role.ts';
import type { LambdaFunction } from './state.ts';

export interface Run {
  readonly requestId: string;
  readonly payload: string;
  readonly error: ProcessError | undefined;
  readonly log: string;
}

const sessionSeconds = 12 * 3600;

function launchOf(world: World, host: LambdaHost, target: LambdaFunction): Launch {
  const { settings } = target;
  const role = roleByArn(world, settings.role);
  const { partition, region, account } = parseArn(target.arn) ?? {
    partition: 'aws',
    region: '',
    account: '',
  };
  if (!role || !roleIsAssumable(world, settings.role)) {
    // AWS doesn't document Lambda's text once the role is gone. This is its text for such roles.
    throw new ServiceError(
      'AccessDeniedException',
      'The role defined for the function cannot be assumed by Lambda.',
      403,
    );
  }
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role.name}/${target.name}`;
  const principal = { kind: 'session', account, arn, roleArn: role.arn } as const;
  const session = issueSession(world, principal, sessionSeconds, role.id);
  return {
    zip: target.zip,
    expiresAt: session.expiration - 60_000,
    env: (folder, logStream) => ({
      // Windows requires it to open sockets. Lambda's own PATH is of no use here.
      ...(process.env.SystemRoot === undefined ? {} : { SystemRoot: process.env.SystemRoot }),
      AWS_ENDPOINT_URL: host.endpoint(),
      ...Object.fromEntries(settings.variables ?? []),
      // Lambda Developer Guide, "Defined runtime environment variables".
      _HANDLER: settings.handler,
      AWS_DEFAULT_REGION: region,
      AWS_REGION: region,
      AWS_EXECUTION_ENV: `AWS_Lambda_${settings.runtime}`,
      AWS_LAMBDA_FUNCTION_NAME: target.name,
      AWS_LAMBDA_FUNCTION_MEMORY_SIZE: String(settings.memorySize),
      AWS_LAMBDA_FUNCTION_VERSION: target.version,
      AWS_LAMBDA_INITIALIZATION_TYPE: 'on-demand',
      AWS_LAMBDA_LOG_FORMAT: settings.logFormat,
      AWS_LAMBDA_LOG_GROUP_NAME: settings.logGroup,
      AWS_LAMBDA_LOG_STREAM_NAME: logStream,
      AWS_ACCESS_KEY_ID: session.accessKeyId,
      AWS_SECRET_ACCESS_KEY: session.secretAccessKey,
      AWS_SESSION_TOKEN: session.sessionToken,
      LAMBDA_TASK_ROOT: folder,
      LANG: 'en_US.UTF-8',
      TZ: ':UTC',
    }),
  };
}

/** Name of a new log stream in Lambda's format: date, version, and a random number. */
function streamName(world: World, version: string): string {
  const day = new Date(world.now()).toISOString().slice(0, 10).replaceAll('-', '/');
  return `${day}/[${version}]${Buffer.from(world.randomBytes(16)).toString('hex')}`;
}

/** Waits for the work, but at most `ms` of real time. After that, returns the result of `onTimeout`. */
async function withTimeLimit(
  host: LambdaHost,
  ms: number,
  work: Promise<Finished>,
  onTimeout: () => Finished,
): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const cancel = host.timer(ms, () => resolve(onTimeout()));
    work.finally(cancel).then(resolve, reject);
  });
}

/**
 * Limit of the Init phase, in milliseconds.
 * "The Init phase is limited to 10 seconds." Lambda Developer Guide, "AWS Lambda execution environment".
 */
const initLimitMs = 10_000;

/** Waits until a new environment has loaded the handler. Returns the failure, or undefined. */
async function start(host: LambdaHost, environment: Environment): Promise<Finished | undefined> {
  if (environment.initMs !== undefined) return undefined;
  const { process } = environment;
  const started = await withTimeLimit(host, initLimitMs, process.started, () =>
    timedOut('init', initLimitMs / 1000, process.takeLines()),
  );
  environment.initMs = performance.now() - environment.startedAt;
  environment.initLines = started.lines;
  if (!started.error) return undefined;
  environment.failed = started;
  return started;
}

function timedOut(id: string, seconds: number, lines: readonly string[]): Finished {
  const errorMessage = `RequestId: ${id} Error: Task timed out after ${seconds.toFixed(2)} seconds`;
  return { payload: undefined, error: { errorType: 'Sandbox.Timedout', errorMessage, trace: [] }, lines };
}

/** What a function gets. */
interface Event {
  readonly payload: string;
  /** As the caller names the function. */
  readonly arn: string;
  /** The time of the world. */
  readonly now: number;
}

/** Handles the event within the function's Timeout, which counts from the end of the start. */
async function handle(
  host: LambdaHost,
  target: LambdaFunction,
  environment: Environment,
  requestId: string,
  { payload, arn, now }: Event,
): Promise<Finished> {
  const failed = await start(host, environment);
  if (failed) return failed;
  const { process, initLines } = environment;
  const { timeout } = target.settings;
  environment.initLines = [];
  const work = process.run(requestId, payload, { deadline: Date.now() + timeout * 1000, arn, now });
  const onTimeout = () => timedOut(requestId, timeout, process.takeLines());
  const finished = await withTimeLimit(host, timeout * 1000, work, onTimeout);
  return { ...finished, lines: [...initLines, ...finished.lines] };
}

/** Adds one sample to a metric of the function. Lambda Developer Guide, "Types of metrics for Lambda functions". */
function count(world: World, target: LambdaFunction, name: string, value = 1): void {
  const { region = '', account = '' } = parseArn(target.arn) ?? {};
  const metric = { namespace: 'AWS/Lambda', name, dimensions: { FunctionName: target.name } };
  putSamples({ world, account, region }, metric, [oneSample(world.now(), value, 'Count')]);
}

/**
 * Runs the function once, in its own environment.
 * Resolves when it is done or its Timeout is over. Throws if its reserved concurrency is used up.
 * "Throttled requests and other invocation errors don't count as either Invocations or Errors."
 */
export async function runFunction(
  world: World,
  host: LambdaHost,
  target: LambdaFunction,
  payload: string,
  arn = target.arn,
): Promise<Run> {
  try {
    const run = await withinReserved(world, target, () => runOnce(world, host, target, payload, arn));
    count(world, target, 'Invocations');
    count(world, target, 'Errors', run.error === undefined ? 0 : 1);
    return run;
  } catch (error) {
    if (error instanceof ServiceError && error.status === 429) count(world, target, 'Throttles');
    throw error;
  }
}

async function runOnce(
  world: World,
  host: LambdaHost,
  target: LambdaFunction,
  payload: string,
  arn: string,
): Promise<Run> {
  const requestId = randomUUID();
  host.noteFunction(target.arn);
  const startedAt = world.now();
  const environment = await target.pool.acquire(startedAt, streamName(world, target.version), () =>
    launchOf(world, host, target),
  );
  const startedMs = performance.now();
  const finished = await handle(host, target, environment, requestId, {
    payload,
    arn,
    now: world.now(),
  });
  const duration = performance.now() - startedMs;
  const crashed =
    finished.error?.errorType.startsWith('Sandbox.') || finished.error?.errorType === 'Runtime.ExitError';
  await target.pool.release(environment, !crashed && !environment.failed);
  const log = writeLogs(world, target, environment, { requestId, startedAt, duration, finished });
  return { requestId, payload: resultPayload(finished), error: finished.error, log };
}

function resultPayload({ payload, error }: Finished): string {
  if (!error) return payload ?? 'null';
  const { errorType, errorMessage, trace } = error;
  return JSON.stringify(trace.length > 0 ? { errorType, errorMessage, trace } : { errorType, errorMessage });
}
