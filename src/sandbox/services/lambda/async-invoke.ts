/**
 * Asynchronous invocation: a queue before the function, with retries on the world's clock.
 * Lambda Developer Guide, "Asynchronous invocation" and "How Lambda handles errors and retries with asynchronous
 * invocation".
 */
import { parseArn } from '../../arn.ts';
import { ServiceError } from '../../operation.ts';
import type { World } from '../../world.ts';
import { oneSample, putSamples } from '../cloudwatch/state.ts';
import type { LambdaHost } from './host.ts';
import { withoutLatest } from './names.ts';
import { runFunction } from './run.ts';
import { findNamed, type LambdaFunction, latest } from './state.ts';

/** "Lambda waits 1 minute before the first retry, and 2 minutes before the second". In milliseconds. */
const retryAfterMs = [60_000, 120_000];

/** "up to 6 hours", if the function has no other maximum. In milliseconds. */
const longestAgeMs = 6 * 3_600_000;

/**
 * Throttling and system errors return the event to the queue: "the retry interval increases exponentially from 1 second after
 * the first attempt to a maximum of 5 minutes". They aren't attempts. In milliseconds.
 */
const backoffMs = { first: 1000, longest: 300_000 };

/** The function's own settings for asynchronous invocation. */
function rulesOf({ eventInvokeConfigs }: LambdaFunction) {
  const { MaximumRetryAttempts, MaximumEventAgeInSeconds } = eventInvokeConfigs.get(latest) ?? {};
  return {
    retries: typeof MaximumRetryAttempts === 'number' ? MaximumRetryAttempts : retryAfterMs.length,
    maxAgeMs: typeof MaximumEventAgeInSeconds === 'number' ? MaximumEventAgeInSeconds * 1000 : longestAgeMs,
  };
}

function count(world: World, arn: string, name: string, value = 1): void {
  const { region = '', account = '', resource = '' } = parseArn(arn) ?? {};
  const FunctionName = resource.split(':')[1] ?? '';
  const metric = { namespace: 'AWS/Lambda', name, dimensions: { FunctionName } };
  putSamples({ world, account, region }, metric, [oneSample(world.now(), value, 'Count')]);
}

/** The end of one attempt. Undefined: the event is done or dropped. */
type Failure = 'failed' | 'not-begun';

async function attempt(
  world: World,
  host: LambdaHost,
  target: LambdaFunction,
  arn: string,
  payload: string,
): Promise<Failure | undefined> {
  try {
    const run = await runFunction(world, host, target, payload, arn);
    return run.error === undefined ? undefined : 'failed';
  } catch (error) {
    return error instanceof ServiceError && error.status === 429 ? 'not-begun' : 'failed';
  }
}

/**
 * Puts an event into the function's queue. Resolves when it is done or dropped.
 * Each attempt runs the code that the function, version, or alias has at that time.
 * @param arn As the caller names the function.
 */
export async function invokeLater(
  world: World,
  host: LambdaHost,
  arn: string,
  payload: string,
): Promise<void> {
  const since = world.now();
  let failures = 0;
  let backoff = backoffMs.first;
  count(world, arn, 'AsyncEventsReceived');
  for (;;) {
    const target = findNamed(world, withoutLatest(arn))?.target;
    if (target === undefined) return;
    const { retries, maxAgeMs } = rulesOf(target);
    if (failures > retries || world.now() - since > maxAgeMs) return count(world, arn, 'AsyncEventsDropped');
    const end = await attempt(world, host, target, arn, payload);
    if (end === undefined) return;
    if (end === 'failed') {
      failures += 1;
      if (failures <= retries) await world.sleep(retryAfterMs[failures - 1] ?? 0);
    } else {
      await world.sleep(backoff);
      backoff = Math.min(backoff * 2, backoffMs.longest);
    }
  }
}
