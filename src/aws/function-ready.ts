/** Functions take a moment to become usable after every change (AWS Lambda: "Lambda function states"). */
import {
  type FunctionConfiguration,
  GetFunctionConfigurationCommand,
  type LambdaClient,
} from '@aws-sdk/client-lambda';
import { AwsError } from '../core/errors.ts';
import type { Aws } from './clients.ts';
import { patiently } from './retry.ts';

/** What is needed of AWS to wait. */
type Waiting = Pick<Aws, 'clock' | 'signal'> & { readonly new: Pick<Aws['new'], 'lambda'> };

class NotYet extends Error {}

/**
 * Waits until the function takes the next change or call: at most 5 minutes. The SDK's own waiters cannot be used: they
 * wait in real time, and turn a denied permission into a failure of the function.
 */
export async function functionSettled(aws: Waiting, name: string): Promise<FunctionConfiguration> {
  const { new: side, clock, signal } = aws;
  try {
    return await patiently(
      () => readSettled(side.lambda, name),
      (error) => error instanceof NotYet,
      { within: 300_000, first: 1_000, longest: 5_000, clock, signal, waiting: () => undefined },
    );
  } catch (error) {
    throw error instanceof NotYet ? notReady(name, error.message, error) : error;
  }
}

/** The same, and throws when what it was waiting for has failed. */
export async function functionReady(aws: Waiting, name: string): Promise<void> {
  const { State, StateReason, LastUpdateStatus, LastUpdateStatusReason } = await functionSettled(aws, name);
  if (State === 'Failed') throw notReady(name, StateReason ?? State);
  if (LastUpdateStatus === 'Failed') throw notReady(name, LastUpdateStatusReason ?? LastUpdateStatus);
}

async function readSettled(lambda: LambdaClient, FunctionName: string): Promise<FunctionConfiguration> {
  const found = await lambda.send(new GetFunctionConfigurationCommand({ FunctionName }));
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
