/** Writes Lambda's log of a run to CloudWatch Logs, if the execution role allows it. */
import { parseArn } from '../../arn.ts';
import type { World } from '../../world.ts';
import { openRoleStream } from '../logs/role-stream.ts';
import { addEvents } from '../logs/state.ts';
import type { Environment } from './pool.ts';
import type { Finished } from './process.ts';
import type { LambdaFunction } from './state.ts';

export interface RunReport {
  readonly requestId: string;
  readonly startedAt: number;
  readonly duration: number;
  readonly finished: Finished;
}

/**
 * The lines of a run, including Lambda's own.
 * Lambda Developer Guide, "Viewing CloudWatch logs for Lambda functions".
 */
function linesOf(
  world: World,
  target: LambdaFunction,
  environment: Environment,
  report: RunReport,
): string[] {
  const { requestId, duration, finished } = report;
  const { logFormat, memorySize } = target.settings;
  const first = environment.initMs !== undefined && !reported.has(environment);
  reported.add(environment);
  const billed = Math.ceil(duration);
  if (logFormat === 'JSON') {
    const time = new Date(world.now()).toISOString();
    const record = (type: string, detail: object) =>
      JSON.stringify({ time, type, record: { requestId, ...detail } });
    const metrics = {
      durationMs: Number(duration.toFixed(3)),
      billedDurationMs: billed,
      memorySizeMB: memorySize,
    };
    const status = finished.error ? 'error' : 'success';
    return [
      record('platform.start', { version: '$LATEST' }),
      ...finished.lines,
      record('platform.report', { status, metrics }),
    ];
  }
  const init =
    first && environment.initMs !== undefined ? `\tInit Duration: ${environment.initMs.toFixed(2)} ms` : '';
  const endedEarly =
    finished.error?.errorType === 'Sandbox.Timedout' || finished.error?.errorType === 'Runtime.ExitError';
  const time = new Date(world.now()).toISOString();
  const timedOut = finished.error?.errorType === 'Sandbox.Timedout';
  const text = finished.error?.errorMessage.replace(/^RequestId: \S+ Error: /, '') ?? '';
  return [
    `START RequestId: ${requestId} Version: $LATEST`,
    ...finished.lines,
    ...(endedEarly
      ? [timedOut ? `${time} ${requestId} ${text}` : `RequestId: ${requestId} Error: ${text}`]
      : []),
    `END RequestId: ${requestId}`,
    `REPORT RequestId: ${requestId}\tDuration: ${duration.toFixed(2)} ms\tBilled Duration: ${billed} ms\tMemory Size: ${memorySize} MB\tMax Memory Used: ${Math.min(memorySize, 80)} MB${init}\t`,
  ];
}

const reported = new WeakSet<Environment>();

/** Writes a run's lines to the function's log group. Returns them as one text. */
export function writeLogs(
  world: World,
  target: LambdaFunction,
  environment: Environment,
  report: RunReport,
): string {
  const lines = linesOf(world, target, environment, report);
  const stream = openStream(world, target, environment.logStream);
  if (stream) {
    const times = { first: report.startedAt, last: world.now() };
    const events = lines.map((line, index) => ({
      timestamp: index < lines.length - 2 ? times.first : times.last,
      message: `${line}\n`,
    }));
    addEvents(stream.place, stream.stream, events);
  }
  return lines.map((line) => `${line}\n`).join('');
}

/** The stream of an environment. Undefined if the permissions of the execution role are not sufficient. */
function openStream(world: World, target: LambdaFunction, stream: string) {
  const { partition, region, account } = parseArn(target.arn) ?? { partition: '', region: '', account: '' };
  const { logGroup: group, role: roleArn } = target.settings;
  const place = { world, partition, account, region };
  return openRoleStream({ ...place, roleArn, session: target.name, group, stream, looksFirst: false });
}
