/**
 * Reserved concurrency. Lambda Developer Guide, "Configuring reserved concurrency for a function".
 * It "applies to the function as a whole, including all published versions and the unpublished version".
 */
import { parseArn } from '../../arn.ts';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import type { World } from '../../world.ts';
import { namedFunction } from './lookup.ts';
import { readerOf } from './settings.ts';
import { type LambdaFunction, lambdaState, latest } from './state.ts';

/** Concurrent executions of an account, and the part that no function can reserve. AWS's defaults. */
const accountLimit = 1_000;
const unreservedMinimum = 100;

/** All functions and versions in the account and Region of a function. */
function neighborsOf(world: World, { arn }: LambdaFunction): readonly LambdaFunction[] {
  const { account = '', region = '' } = parseArn(arn) ?? {};
  return [...lambdaState(world, account, region).functions.values()];
}

/** The function with all its versions. $LATEST is among them. */
const wholeOf = (world: World, target: LambdaFunction): readonly LambdaFunction[] =>
  neighborsOf(world, target).filter(({ name }) => name === target.name);

/** The reserved concurrency of a function or version. Undefined if the function has none. */
export const reservedOf = (world: World, target: LambdaFunction): number | undefined =>
  wholeOf(world, target).find(({ version }) => version === latest)?.reservedConcurrency;

/** Counts one run of a function. Throws the recorded 429 if as many runs as reserved are under way. */
export async function withinReserved<T>(
  world: World,
  target: LambdaFunction,
  work: () => Promise<T>,
): Promise<T> {
  const { pool } = target;
  const reserved = reservedOf(world, target);
  const running = wholeOf(world, target).reduce((sum, one) => sum + one.pool.running, 0);
  if (reserved !== undefined && running >= reserved) {
    const reason = 'ReservedFunctionConcurrentInvocationLimitExceeded';
    throw new ServiceError('TooManyRequestsException', 'Rate Exceeded.', 429, reason);
  }
  pool.running += 1;
  try {
    return await work();
  } finally {
    pool.running -= 1;
  }
}

function put(call: Call): JsonObject {
  const target = namedFunction(call);
  const reader = readerOf(call);
  const wanted = reader.optionalInteger('ReservedConcurrentExecutions', 0);
  if (wanted === undefined)
    return reader.fail('ReservedConcurrentExecutions', 'null', 'Member must not be null');
  const others = neighborsOf(call.world, target)
    .filter(({ name, version }) => version === latest && name !== target.name)
    .reduce((sum, { reservedConcurrency = 0 }) => sum + reservedConcurrency, 0);
  if (accountLimit - others - wanted < unreservedMinimum) {
    const text = `Specified ReservedConcurrentExecutions for function decreases account's UnreservedConcurrentExecution below its minimum value of [${unreservedMinimum}].`;
    throw new ServiceError('InvalidParameterValueException', text);
  }
  target.reservedConcurrency = wanted;
  return { ReservedConcurrentExecutions: wanted };
}

export const concurrencyOperations: Operations = {
  PutFunctionConcurrency: put,
  GetFunctionConcurrency: (call) => {
    const { reservedConcurrency } = namedFunction(call);
    return reservedConcurrency === undefined ? {} : { ReservedConcurrentExecutions: reservedConcurrency };
  },
  DeleteFunctionConcurrency: (call) => {
    namedFunction(call).reservedConcurrency = undefined;
    return {};
  },
};
