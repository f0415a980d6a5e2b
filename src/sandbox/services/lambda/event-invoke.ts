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
  const found = target.eventInvokeConfigs.get(latest);
  if (found !== undefined) return found;
  const words = `The function ${target.arn}:${latest} doesn't have an EventInvokeConfig`;
  throw new ServiceError('ResourceNotFoundException', words, 404);
}

function put(call: Call): JsonObject {
  const target = namedFunction(call);
  const reader = readerOf(call);
  const attempts = reader.optionalInteger('MaximumRetryAttempts', 0, 2);
  const age = reader.optionalInteger('MaximumEventAgeInSeconds', 60, 21_600);
  const made: JsonObject = {
    LastModified: call.world.now() / 1000,
    FunctionArn: `${target.arn}:${latest}`,
    DestinationConfig: { OnSuccess: {}, OnFailure: {}, ...reader.optionalObject('DestinationConfig') },
    ...(attempts === undefined ? {} : { MaximumRetryAttempts: attempts }),
    ...(age === undefined ? {} : { MaximumEventAgeInSeconds: age }),
  };
  target.eventInvokeConfigs.set(latest, made);
  return made;
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
