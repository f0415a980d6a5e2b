/** Invoke, for callers of the API and for AWS services. */
import { type Call, type JsonObject, ServiceError } from '../../operation.ts';
import type { InvokeResult, InvokeSource, World } from '../../world.ts';
import { invokeLater } from './async-invoke.ts';
import { pendingError } from './functions.ts';
import type { LambdaHost } from './host.ts';
import { namedResource } from './lookup.ts';
import { mayInvoke } from './permissions.ts';
import { runFunction } from './run.ts';
import { readerOf } from './settings.ts';
import { findNamed } from './state.ts';

function checkPayload(payload: string): string {
  if (payload === '') return '{}';
  try {
    JSON.parse(payload);
    return payload;
  } catch {
    const text = `Could not parse request body into json: Could not parse payload into json`;
    throw new ServiceError('InvalidRequestContentException', text);
  }
}

/** The Invoke operation. */
export async function invoke(host: LambdaHost, call: Call): Promise<JsonObject> {
  const { target, arn } = namedResource(call);
  const reader = readerOf(call);
  const type =
    reader.optionalText('InvocationType', { oneOf: ['Event', 'RequestResponse', 'DryRun'] }) ??
    'RequestResponse';
  const logType = reader.optionalText('LogType', { oneOf: ['None', 'Tail'] }) ?? 'None';
  const payload = checkPayload(reader.optionalText('Payload') ?? '');
  // "6 MB each for request and response (synchronous)", "1 MB (asynchronous)". Lambda Developer Guide, "Lambda quotas".
  const most = type === 'Event' ? 1_048_576 : 6_291_556;
  if (Buffer.byteLength(payload) > most) {
    const text = `${Buffer.byteLength(payload)} byte payload is too large for the ${type} invocation type (limit ${most} bytes)`;
    throw new ServiceError('RequestTooLargeException', text, 413);
  }
  if (call.world.now() < target.activeAt) throw pendingError();
  if (type === 'DryRun') return { StatusCode: 204, Payload: '' };
  if (type === 'Event') {
    // The answer doesn't wait for the function. Its failures are in its log and metrics.
    void invokeLater(call.world, host, arn, payload).catch(() => undefined);
    return { StatusCode: 202, Payload: '' };
  }
  const run = await runFunction(call.world, host, target, payload, arn);
  const output: JsonObject = { StatusCode: 200, Payload: run.payload, ExecutedVersion: target.version };
  if (run.error) output.FunctionError = 'Unhandled';
  // "LogType: Set to Tail to include the execution log in the response": the last 4 KB, in base64.
  if (logType === 'Tail') output.LogResult = Buffer.from(run.log).subarray(-4096).toString('base64');
  return output;
}

/**
 * Invokes a function as an AWS service does.
 * The resource-based policy and the service's own time limit apply.
 */
export async function invokeByService(
  world: World,
  host: LambdaHost,
  functionArn: string,
  source: InvokeSource,
  payload: string,
  timeoutMs: number,
): Promise<InvokeResult> {
  const found = findNamed(world, functionArn);
  // A function that is Pending cannot be invoked. The service sees one more refusal.
  if (!found || !mayInvoke(found, source) || world.now() < found.target.activeAt) return { kind: 'denied' };
  const { target } = found;
  let cancel = (): void => undefined;
  const timeoutResult = new Promise<InvokeResult>((resolve) => {
    cancel = host.timer(timeoutMs, () => resolve({ kind: 'timeout' }));
  });
  const work = runFunction(world, host, target, payload, functionArn).then(
    ({ error, payload: answer }): InvokeResult =>
      error
        ? { kind: 'function-error', errorType: error.errorType, errorMessage: error.errorMessage }
        : { kind: 'ok', payload: answer },
    (error: unknown): InvokeResult => {
      if (error instanceof ServiceError) return { kind: 'denied' };
      throw error;
    },
  );
  try {
    return await Promise.race([work, timeoutResult]);
  } finally {
    cancel();
  }
}
