/** Functions. Lambda API Reference; Developer Guide, "Lambda function states". */
import { unzipSync } from 'fflate';
import { isObject, Reader } from '../../input.ts';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { reservedOf } from './concurrency.ts';
import { describe, isPending, isUpdating, revisionId } from './describe.ts';
import { namedFunction, namedResource, nameRules, qualifierOf } from './lookup.ts';
import { functionArn, functionContext, functionName } from './names.ts';
import { FunctionPool } from './pool.ts';
import { roleIsAssumable } from './role.ts';
import { readerOf, readSettings } from './settings.ts';
import { functionKey, type LambdaFunction, lambdaState, latest, newRevision } from './state.ts';
import { checkTags } from './tags.ts';

/** Refuses operations that are impossible while a function is being created or updated. */
export function refuseWhileBusy(call: Call, target: LambdaFunction): void {
  if (isPending(call, target)) throw pendingError();
  if (isUpdating(call, target)) {
    const text = `The operation cannot be performed at this time. An update is in progress for resource: ${target.arn}`;
    throw new ServiceError('ResourceConflictException', text, 409);
  }
}

/** The error for a function that is Pending. */
export function pendingError(): ServiceError {
  const text =
    'The operation cannot be performed at this time. The function is currently in the following state: Pending';
  return new ServiceError('ResourceConflictException', text, 409);
}

function readZip(text: string | undefined): Uint8Array {
  if (text === undefined) {
    throw new ServiceError('InvalidParameterValueException', 'Please provide a source for function code.');
  }
  const zip = new Uint8Array(Buffer.from(text, 'base64'));
  try {
    if (Object.keys(unzipSync(zip)).length > 0) return zip;
  } catch {
    // Continues to the error below.
  }
  throw new ServiceError(
    'InvalidParameterValueException',
    'Could not unzip uploaded file. Please check your file, then try to upload again.',
  );
}

function checkRole(call: Call, role: string): void {
  if (!roleIsAssumable(call.world, role)) {
    const text = 'The role defined for the function cannot be assumed by Lambda.';
    throw new ServiceError('InvalidParameterValueException', text);
  }
}

function createFunction(call: Call): JsonObject {
  const { world } = call;
  const reader = readerOf(call);
  const { name } = functionName(reader.text('FunctionName', nameRules));
  new Reader({ FunctionName: name }, 'InvalidParameterValueException').check({ FunctionName: { max: 64 } });
  const settings = readSettings(call, name, undefined);
  const code = reader.optionalObject('Code');
  const zip = readZip(
    isObject(code) ? new Reader(code, 'ValidationException').optionalText('ZipFile') : undefined,
  );
  const tags = checkTags(reader.optionalTextMap('Tags') ?? new Map());
  const { functions } = lambdaState(world, call.account, call.region);
  if (functions.has(name)) {
    throw new ServiceError('ResourceConflictException', `Function already exist: ${name}`, 409);
  }
  checkRole(call, settings.role);
  const target: LambdaFunction = {
    name,
    version: latest,
    arn: functionArn(call),
    createdAt: world.now(),
    settings,
    zip,
    modifiedAt: world.now(),
    updateDoneAt: 0,
    revision: newRevision(),
    activeAt: world.now() + world.delays.functionPending,
    tags,
    permissions: new Map(),
    urls: new Map(),
    eventInvokeConfigs: new Map(),
    aliases: new Map(),
    lastVersion: 0,
    reservedConcurrency: undefined,
    runtimeUpdates: { on: 'Auto' },
    pool: new FunctionPool(),
  };
  functions.set(name, target);
  return describe(call, target);
}

/** Refuses a call whose RevisionId is not the current one. */
export function checkRevision(call: Call, current: string, api = 'GetFunction/GetAlias'): void {
  const wanted = readerOf(call).optionalText('RevisionId');
  if (wanted !== undefined && wanted !== current) {
    const text = `The Revision Id provided does not match the latest Revision Id. Call the ${api} API to retrieve the latest Revision Id`;
    throw new ServiceError('PreconditionFailedException', text, 412);
  }
}

async function touch(call: Call, target: LambdaFunction): Promise<void> {
  target.modifiedAt = call.world.now();
  target.revision = newRevision();
  target.updateDoneAt = call.world.now() + call.world.delays.functionUpdate;
  await target.pool.renew();
}

async function updateFunctionCode(call: Call): Promise<JsonObject> {
  const target = namedFunction(call);
  const reader = readerOf(call);
  const zip = readZip(reader.optionalText('ZipFile'));
  refuseWhileBusy(call, target);
  checkRevision(call, revisionId(call, target));
  if (reader.optionalBoolean('DryRun')) return describe(call, target);
  const architectures = reader.optionalTexts('Architectures');
  target.zip = zip;
  if (architectures) target.settings = { ...target.settings, architectures };
  await touch(call, target);
  return describe(call, target);
}

async function updateFunctionConfiguration(call: Call): Promise<JsonObject> {
  const target = namedFunction(call);
  const settings = readSettings(call, target.name, target.settings);
  refuseWhileBusy(call, target);
  checkRevision(call, revisionId(call, target));
  if (readerOf(call).has('Role')) checkRole(call, settings.role);
  target.settings = settings;
  await touch(call, target);
  return describe(call, target);
}

function getFunction(call: Call): JsonObject {
  const { target, arn } = namedResource(call);
  const output: JsonObject = {
    Configuration: describe(call, target, arn),
    // AWS returns a presigned S3 address, valid for ten minutes. Nothing here downloads code.
    Code: { RepositoryType: 'S3', Location: '' },
  };
  const reserved = reservedOf(call.world, target);
  if (reserved !== undefined) output.Concurrency = { ReservedConcurrentExecutions: reserved };
  // "Tags: The function's tags. Lambda returns tag data only if you have explicit allow permissions for
  // lambda:ListTags."
  const { tags } = target;
  if (tags.size > 0 && call.allowed('lambda:ListTags', functionArn(call), functionContext(call)))
    output.Tags = Object.fromEntries(tags);
  return output;
}

/** Refuses to delete $LATEST or an alias alone. */
function refuseQualified(call: Call): void {
  const qualifier = qualifierOf(call);
  if (qualifier === undefined || /^\d+$/.test(qualifier)) return;
  const text = qualifier.startsWith('$')
    ? '$LATEST version cannot be deleted without deleting the function.'
    : 'Deletion of aliases is not currently supported.';
  throw new ServiceError('InvalidParameterValueException', text);
}

/** The error for a version that an alias names. "You can't delete a version that an alias references." */
function referencedError(aliases: readonly string[]): ServiceError {
  const text = `Unable to delete version because the following aliases reference it: [${aliases.join(', ')}]`;
  return new ServiceError('ResourceConflictException', text, 409);
}

/**
 * Deletes one version, or the function with "all versions and aliases".
 * Event source mappings stay. Lambda API Reference, DeleteFunction: "To delete Lambda event source mappings
 * that invoke a function, use DeleteEventSourceMapping."
 */
async function deleteFunction(call: Call): Promise<JsonObject> {
  refuseQualified(call);
  const { target } = namedResource(call);
  const { functions } = lambdaState(call.world, call.account, call.region);
  const isVersion = target.version !== latest;
  const users = [...(functions.get(target.name)?.aliases.values() ?? [])].filter(
    ({ version }) => isVersion && version === target.version,
  );
  if (users.length > 0) throw referencedError(users.map(({ name }) => name));
  const gone = [...functions.values()].filter((one) =>
    isVersion ? one === target : one.name === target.name,
  );
  for (const one of gone) functions.delete(functionKey(one));
  await Promise.all(gone.map(({ pool }) => pool.close()));
  return {};
}

function listFunctions(call: Call): JsonObject {
  const reader = readerOf(call);
  // "Note that ListFunctions returns a maximum of 50 items in each response, even if you set the number
  // higher."
  const size = Math.min(reader.optionalInteger('MaxItems', 1, 10_000) ?? 50, 50);
  const after = reader.optionalText('Marker') ?? '';
  const found = [...lambdaState(call.world, call.account, call.region).functions.values()]
    .sort((left, right) => (left.name < right.name ? -1 : 1))
    .filter(({ name, version }) => version === latest && name > after);
  const output: JsonObject = {
    Functions: found.slice(0, size).map((target) => {
      const { State: _, LastUpdateStatus: __, ...rest } = describe(call, target);
      return rest;
    }),
  };
  const last = found[size - 1];
  if (found.length > size && last) output.NextMarker = last.name;
  return output;
}

/**
 * Sets when Lambda updates the runtime.
 * Lambda API Reference, PutRuntimeManagementConfig: the ARN is "only required if you're using the Manual runtime
 * update mode". AWS doesn't document the refusal without it.
 */
function putRuntimeManagementConfig(call: Call): JsonObject {
  const target = namedFunction(call);
  const reader = readerOf(call);
  const on = reader.text('UpdateRuntimeOn', { oneOf: ['Auto', 'Manual', 'FunctionUpdate'] });
  const arn = reader.optionalText('RuntimeVersionArn', { min: 26, max: 2048 });
  if ((on === 'Manual') !== (arn !== undefined)) {
    const text = 'RuntimeVersionArn is required for the Manual runtime update mode, and only for it.';
    throw new ServiceError('InvalidParameterValueException', text);
  }
  target.runtimeUpdates = arn === undefined ? { on } : { on, versionArn: arn };
  return runtimeManagementConfig(target);
}

function runtimeManagementConfig({ arn, runtimeUpdates }: LambdaFunction): JsonObject {
  const { on, versionArn } = runtimeUpdates;
  return {
    UpdateRuntimeOn: on,
    FunctionArn: arn,
    ...(versionArn === undefined ? {} : { RuntimeVersionArn: versionArn }),
  };
}

export const functionOperations: Operations = {
  PutRuntimeManagementConfig: putRuntimeManagementConfig,
  GetRuntimeManagementConfig: (call) => runtimeManagementConfig(namedFunction(call)),
  CreateFunction: createFunction,
  GetFunction: getFunction,
  GetFunctionConfiguration: (call) => {
    const { target, arn } = namedResource(call);
    return describe(call, target, arn);
  },
  UpdateFunctionCode: updateFunctionCode,
  UpdateFunctionConfiguration: updateFunctionConfiguration,
  DeleteFunction: deleteFunction,
  ListFunctions: listFunctions,
};
