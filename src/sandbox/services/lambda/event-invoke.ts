/**
 * Asynchronous invocation.
 * Lambda Developer Guide, "Configuring error handling settings for asynchronous invocations".
 */
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { namedFunction } from './lookup.ts';
import { readerOf } from './settings.ts';
import type { LambdaFunction } from './state.ts';

const latest = '$LATEST';

function configOf(target: LambdaFunction): JsonObject {
  const existing = target.eventInvokeConfigs.get(latest);
  if (existing !== undefined) return existing;
  const message = `The function ${target.arn}:${latest} doesn't have an EventInvokeConfig`;
  throw new ServiceError('ResourceNotFoundException', message, 404);
}

function put(call: Call): JsonObject {
  const target = namedFunction(call);
  const reader = readerOf(call);
  const attempts = reader.optionalInteger('MaximumRetryAttempts', 0, 2);
  const age = reader.optionalInteger('MaximumEventAgeInSeconds', 60, 21_600);
  const config: JsonObject = {
    LastModified: call.world.now() / 1000,
    FunctionArn: `${target.arn}:${latest}`,
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...reader.optionalObject('DestinationConfig') },
    ...(attempts === undefined ? {} : { MaximumRetryAttempts: attempts }),
    ...(age === undefined ? {} : { MaximumEventAgeInSeconds: age }),
  };
  target.eventInvokeConfigs.set(latest, config);
  return config;
}

export const eventInvokeOperations: Operations = {
  PutFunctionEventInvokeConfig: put,
  GetFunctionEventInvokeConfig: (call) => configOf(namedFunction(call)),
  ListFunctionEventInvokeConfigs: (call) => ({
    FunctionEventInvokeConfigs: [...namedFunction(call).eventInvokeConfigs.values()],
  }),
  DeleteFunctionEventInvokeConfig: (call) => {
    const target = namedFunction(call);
    configOf(target);
    target.eventInvokeConfigs.delete(latest);
    return {};
  },
};
