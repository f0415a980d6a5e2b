/** Functions take a moment to become usable after every change (AWS Lambda: "Lambda function states"). */
import {
  type LambdaClient,
  waitUntilFunctionActiveV2,
  waitUntilFunctionUpdatedV2,
} from '@aws-sdk/client-lambda';
import { AwsError, CancelledError } from '../core/errors.ts';

const longest = 300;

/** Waits until the function is Active and no update is in progress: at most 5 minutes. */
export async function functionReady(
  lambda: LambdaClient,
  FunctionName: string,
  signal: AbortSignal,
): Promise<void> {
  const options = { client: lambda, maxWaitTime: longest, minDelay: 1, maxDelay: 5, abortSignal: signal };
  try {
    await waitUntilFunctionActiveV2(options, { FunctionName });
    await waitUntilFunctionUpdatedV2(options, { FunctionName });
  } catch (error) {
    if (signal.aborted) {
      throw new CancelledError('Stopped while the function was being made ready.', {
        code: 'CANCELLED',
        hint: ['Running the same command again goes on from here.'],
      });
    }
    if (error instanceof Error && (error.name === 'TimeoutError' || error.name === 'Error')) {
      throw new AwsError(`The function ${FunctionName} did not become ready: ${error.message}`, {
        code: 'FUNCTION_NOT_READY',
        hint: ['Run the same command again: it goes on from here.'],
        cause: error,
      });
    }
    throw error;
  }
}
