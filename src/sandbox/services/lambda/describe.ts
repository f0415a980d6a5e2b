/** Describes functions as Lambda does. Lambda API Reference, FunctionConfiguration. */
import { createHash } from 'node:crypto';
import type { Call, JsonObject } from '../../operation.ts';
import type { LambdaFunction } from './state.ts';

/** True while a new function is being created. */
export const isPending = (call: Call, target: LambdaFunction): boolean => call.world.now() < target.activeAt;
/** True while an update of a function is in progress. */
export const isUpdating = (call: Call, target: LambdaFunction): boolean =>
  call.world.now() < target.updateDoneAt;

/**
 * The RevisionId of a function.
 * Recorded: it changes once more when a function becomes Active, and when an update is done.
 */
export function revisionId(call: Call, target: LambdaFunction): string {
  const { underWay, done } = target.revision;
  return isPending(call, target) || isUpdating(call, target) ? underWay : done;
}

const lambdaDate = (time: number): string => new Date(time).toISOString().replace('Z', '+0000');

/**
 * A function's configuration as Lambda returns it.
 * @param arn the ARN that the caller named it by. Qualified for a version or an alias.
 */
export function describe(call: Call, target: LambdaFunction, arn = target.arn): JsonObject {
  const { settings } = target;
  const output: JsonObject = {
    FunctionName: target.name,
    FunctionArn: arn,
    Runtime: settings.runtime,
    Role: settings.role,
    Handler: settings.handler,
    CodeSize: target.zip.length,
    Description: settings.description,
    Timeout: settings.timeout,
    MemorySize: settings.memorySize,
    LastModified: lambdaDate(target.modifiedAt),
    CodeSha256: createHash('sha256').update(target.zip).digest('base64'),
    Version: target.version,
    RevisionId: revisionId(call, target),
    PackageType: 'Zip',
    Architectures: [...settings.architectures],
    RuntimeVersionConfig: { RuntimeVersionArn: runtimeVersionArn(call, settings.runtime) },
    ...settings.extras,
    LoggingConfig: settings.logging,
    ...states(call, target),
  };
  // Recorded: a function with no variables shows an empty map. A function without Environment shows nothing.
  if (settings.variables !== undefined)
    output.Environment = { Variables: Object.fromEntries(settings.variables) };
  return output;
}

/**
 * The ARN of a runtime version. It contains a digest, like AWS's own.
 * It is the same for all functions of a runtime in a Region.
 */
function runtimeVersionArn({ partition, region }: Call, runtime: string): string {
  return `arn:${partition}:lambda:${region}::runtime:${createHash('sha256').update(runtime).digest('hex')}`;
}

function states(call: Call, target: LambdaFunction): JsonObject {
  if (isPending(call, target)) {
    return {
      State: 'Pending',
      StateReason: 'The function is being created.',
      StateReasonCode: 'Creating',
    };
  }
  if (isUpdating(call, target)) {
    return {
      State: 'Active',
      LastUpdateStatus: 'InProgress',
      // Recorded for updates too.
      LastUpdateStatusReason: 'The function is being created.',
      LastUpdateStatusReasonCode: 'Creating',
    };
  }
  return { State: 'Active', LastUpdateStatus: 'Successful' };
}
