/** Functions take a moment to become usable after every change (AWS Lambda: "Lambda function states"). */
import { type FunctionConfiguration, GetFunctionConfigurationCommand } from '@aws-sdk/client-lambda';
import { AwsError } from '../../core/errors.ts';
import type { Aws } from '../clients.ts';
import { retry, waitLine } from '../retry.ts';

/** What is needed of AWS to wait. */
type Waiting = Pick<Aws, 'clock' | 'signal'> & { readonly new: Pick<Aws['new'], 'lambda'> };

class NotYet extends Error {}

/**
 * Waits until the function takes the next change or call: at most 5 minutes. The SDK's own waiters cannot be used: they
 * wait in real time, and turn a denied permission into a failure of the function.
 * @param known what AWS has just said of it, where that need not be asked again.
 * @param tell is told before each pause what is waited for, since when, and until when.
 */
export async function functionSettled(
  aws: Waiting,
  name: string,
  known?: FunctionConfiguration,
  tell: (message: string) => void = () => undefined,
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
    return settled(found);
  };
  try {
    return await retry(look, (error) => error instanceof NotYet, {
      within,
      first: 1_000,
      longest: 5_000,
      clock,
      signal,
      onWait: (waited) => tell(waitLine(state, waited, { within })),
    });
  } catch (error) {
    throw error instanceof NotYet ? notReady(name, error.message, error) : error;
  }
}

/** The same, and throws when what it was waiting for has failed. */
export async function functionReady(
  aws: Waiting,
  name: string,
  known?: FunctionConfiguration,
  tell?: (message: string) => void,
): Promise<void> {
  const found = await functionSettled(aws, name, known, tell);
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = found;
  if (State === 'Failed') throw notReady(name, StateReason ?? State);
  if (LastUpdateStatus === 'Failed') throw notReady(name, LastUpdateStatusReason ?? LastUpdateStatus);
}

function settled(found: FunctionConfiguration): FunctionConfiguration {
  // Inactive (idle for weeks) is settled: the next invocation wakes it.
  if (found.State === 'Pending') throw new NotYet('it is still being made');
  if (found.LastUpdateStatus === 'InProgress') throw new NotYet('it is still being updated');
  return found;
}

const notReady = (name: string, why: string, cause?: unknown): AwsError =>
  new AwsError(`The function ${name} did not become ready: ${why}`, {
    code: 'FUNCTION_NOT_READY',
    hint: ['Run the same command again: it goes on from here.'],
    cause,
  });
