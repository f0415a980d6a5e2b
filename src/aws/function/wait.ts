/**
 * Waits for functions, which need a moment after every change to become usable.
 * Source: AWS Lambda, "Lambda function states".
 */
import { type FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { AwsError } from '../../core/errors.ts';
import type { OnProgress } from '../../core/step.ts';
import type { Aws } from '../clients.ts';
import { errorName } from '../errors.ts';
import { retry, waitLine } from '../retry.ts';

/** The AWS access that a wait needs. */
type Waiting = Pick<Aws, 'clock' | 'signal'> & { readonly new: Pick<Aws['new'], 'lambda'> };

class NotYet extends Error {}

/** Lambda's error until it sees the IAM role. Only the message distinguishes it from other refusals. */
export const roleNotReady = (error: unknown): boolean =>
  errorName(error) === 'InvalidParameterValueException' && /cannot be assumed by Lambda/i.test(String(error));

/**
 * Waits until the function accepts the next change or call, for at most 5 minutes.
 * The SDK's own waiters don't work here. They wait in real time, and report a denied permission as a failure
 * of the function.
 * @param known The configuration that AWS has just returned, if any. Saves the first call.
 * @param onProgress Called before each pause with what is awaited, since when, and until when.
 */
export async function functionSettled(
  aws: Waiting,
  name: string,
  known?: FunctionConfiguration,
  onProgress: OnProgress = () => undefined,
): Promise<FunctionConfiguration> {
  const { new: side, clock, signal } = aws;
  const within = 300_000;
  let said = known;
  let state = '';
  const look = async (): Promise<FunctionConfiguration> => {
    const found =
      said ?? (await side.lambda.send(new GetFunctionConfigurationCommand({ FunctionName: name })));
    said = undefined;
    state = found.State === 'Pending' ? 'Lambda is creating the function' : 'Lambda is updating the function';
    return requireSettled(found);
  };
  try {
    return await retry(look, (error) => error instanceof NotYet, {
      within,
      first: 1_000,
      longest: 5_000,
      clock,
      signal,
      onWait: (waited) => onProgress(waitLine(state, waited, { within })),
    });
  } catch (error) {
    throw error instanceof NotYet ? notReady(name, error.message, error) : error;
  }
}

/** Waits in the same way, and throws if the awaited change failed. */
export async function functionReady(
  aws: Waiting,
  name: string,
  known?: FunctionConfiguration,
  onProgress?: OnProgress,
): Promise<void> {
  const found = await functionSettled(aws, name, known, onProgress);
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = found;
  if (State === 'Failed') throw notReady(name, StateReason ?? State);
  if (LastUpdateStatus === 'Failed') throw notReady(name, LastUpdateStatusReason ?? LastUpdateStatus);
}

function requireSettled(found: FunctionConfiguration): FunctionConfiguration {
  // Inactive (idle for weeks) counts as settled, because the next invocation wakes the function.
  if (found.State === 'Pending') throw new NotYet('it is still being created');
  if (found.LastUpdateStatus === 'InProgress') throw new NotYet('it is still being updated');
  return found;
}

const notReady = (name: string, why: string, cause?: unknown): AwsError =>
  new AwsError(`The function ${name} did not become ready: ${why}`, {
    code: 'FUNCTION_NOT_READY',
    hint: ['Run the same command again to continue from here.'],
    cause,
  });
