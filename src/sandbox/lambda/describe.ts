/** A function as Lambda answers it. Lambda API Reference, FunctionConfiguration. */
import { createHash } from 'node:crypto';
import type { Call, JsonObject } from '../operation.ts';
import type { LambdaFunction } from './state.ts';

/** True while a new function is being made. */
export const isPending = (call: Call, target: LambdaFunction): boolean => call.world.now() < target.activeAt;
/** True while a change of a function is under way. */
export const isUpdating = (call: Call, target: LambdaFunction): boolean =>
  call.world.now() < target.updateDoneAt;

const lambdaDate = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');

/** A function's configuration as Lambda answers it. */
export function describe(call: Call, target: LambdaFunction): JsonObject {
  const { settings } = target;
  const output: JsonObject = {
    FunctionName: target.name,
    FunctionArn: target.arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: target.zip.length,
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    LastModified: lambdaDate(target.modifiedAt),
    CodeSha256: createHash('sha256').update(target.zip).digest('base64'),
    Version: '$LATEST',
    RevisionId: target.revisionId,
    PackageType: 'Zip',
    Architectures: [...settings.architectures],
    ...settings.extras,
    LoggingConfig: settings.logging,
    ...states(call, target),
  };
  if (settings.variables.size > 0) output.Environment = { Variables: Object.fromEntries(settings.variables) };
  return output;
}

function states(call: Call, target: LambdaFunction): JsonObject {
  if (isPending(call, target)) {
    return {
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    };
  }
  if (isUpdating(call, target)) {
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      LastUpdateStatusReason: 'The function is being updated.',
      LastUpdateStatusReasonCode: 'Updating',
    };
  }
  return { State: 'Active', LastUpdateStatus: 'Successful' };
}
