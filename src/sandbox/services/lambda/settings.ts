/**
 * Reads and checks the members of CreateFunction and UpdateFunctionConfiguration.
 * Lambda API Reference.
 */

import { isObject, Reader } from '../../input.ts';
import { type Call, type Json, type JsonObject, ServiceError } from '../../operation.ts';
import type { FunctionSettings } from './state.ts';

/**
 * Settings that are stored and shown, but don't change how the local AWS runs a function.
 * Lambda API Reference.
 */
const defaults: JsonObject = {
  TracingConfig: { Mode: 'PassThrough' },
  EphemeralStorage: { Size: 512 },
  SnapStart: { ApplyOn: 'None', OptimizationStatus: 'Off' },
};

const text = (value: Json | undefined): string => (typeof value === 'string' ? value : '');
const list = (value: Json | undefined): readonly Json[] => (Array.isArray(value) ? value : []);

/**
 * Describes each member. Undefined removes it.
 * The local AWS doesn't check whether layers, networks, and queues exist.
 */
const describers: Readonly<Record<string, (value: Json) => Json | undefined>> = {
  // The response also has the size of each layer.
  Layers: (value) =>
    list(value).length === 0 ? undefined : list(value).map((Arn) => ({ Arn, CodeSize: 1024 })),
  FileSystemConfigs: (value) => (list(value).length === 0 ? undefined : value),
  // "To remove a function from a VPC", callers send empty lists (Lambda Developer Guide, "Attaching Lambda
  // functions to a VPC").
  VpcConfig: (value) => {
    if (!isObject(value) || list(value.SubnetIds).length === 0) return undefined;
    return { SecurityGroupIds: [], Ipv6AllowedForDualStack: false, ...value, VpcId: 'vpc-0123456789abcdef0' };
  },
  DeadLetterConfig: (value) => (isObject(value) && text(value.TargetArn) !== '' ? value : undefined),
  TracingConfig: (value) => value,
  EphemeralStorage: (value) => value,
  SnapStart: (value) => ({ ApplyOn: 'None', ...(isObject(value) ? value : {}), OptimizationStatus: 'Off' }),
  KMSKeyArn: (value) => (text(value) === '' ? undefined : value),
};

/** The settings of a new function, or of a known one with the changes of the call. */
function readExtras(input: JsonObject, before: JsonObject = defaults): JsonObject {
  const extras: JsonObject = { ...before };
  for (const [name, describeMember] of Object.entries(describers)) {
    const given = input[name];
    if (given === undefined || given === null) continue;
    const value = describeMember(given);
    if (value === undefined) delete extras[name];
    else extras[name] = value;
  }
  return extras;
}

/** Reader of a Lambda call's input. */
export const readerOf = (call: Call): Reader => new Reader(call.input, 'ValidationException');

const invalid = (message: string): ServiceError =>
  new ServiceError('InvalidParameterValueException', message);

/**
 * Node.js runtimes that new functions can use, followed by those that they cannot.
 * Lambda Developer Guide, "Lambda runtimes".
 */
const supportedRuntimes = ['nodejs24.x', 'nodejs22.x'];
const blockedRuntimes = [
  'nodejs20.x',
  'nodejs18.x',
  'nodejs16.x',
  'nodejs14.x',
  'nodejs12.x',
  'nodejs10.x',
  'nodejs8.10',
  'nodejs6.10',
  'nodejs4.3-edge',
  'nodejs4.3',
  'nodejs',
];

function checkRuntime(runtime: string): void {
  if (supportedRuntimes.includes(runtime)) return;
  if (blockedRuntimes.includes(runtime)) {
    throw invalid(
      `The runtime parameter of ${runtime} is no longer supported for creating or updating AWS Lambda functions. We recommend you use a supported runtime while creating or updating functions.`,
    );
  }
  throw invalid(
    `Value ${runtime} at 'runtime' failed to satisfy constraint: Member must satisfy enum value set: [${supportedRuntimes.join(', ')}] or be a valid ARN`,
  );
}

/**
 * "Reserved environment variables" that cannot be set.
 * Lambda Developer Guide, "Defined runtime environment variables".
 */
const reserved: ReadonlySet<string> = new Set([
  '_HANDLER',
  '_X_AMZN_TRACE_ID',
  'AWS_DEFAULT_REGION',
  'AWS_REGION',
  'AWS_EXECUTION_ENV',
  'AWS_LAMBDA_FUNCTION_NAME',
  'AWS_LAMBDA_FUNCTION_MEMORY_SIZE',
  'AWS_LAMBDA_FUNCTION_VERSION',
  'AWS_LAMBDA_INITIALIZATION_TYPE',
  'AWS_LAMBDA_LOG_GROUP_NAME',
  'AWS_LAMBDA_LOG_STREAM_NAME',
  'AWS_ACCESS_KEY',
  'AWS_ACCESS_KEY_ID',
  'AWS_SECRET_ACCESS_KEY',
  'AWS_SESSION_TOKEN',
  'AWS_LAMBDA_RUNTIME_API',
  'LAMBDA_TASK_ROOT',
  'LAMBDA_RUNTIME_DIR',
]);

function readVariables(call: Call): ReadonlyMap<string, string> | undefined {
  const environment = readerOf(call).optionalObject('Environment');
  if (!environment) return undefined;
  const variables = new Reader(environment, 'ValidationException').optionalTextMap('Variables') ?? new Map();
  const reservedKeys = [...variables.keys()].filter((key) => reserved.has(key));
  if (reservedKeys.length > 0) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided contains reserved keys that are currently not supported for modification. Reserved keys used in this request: ${reservedKeys.join(', ')}`,
    );
  }
  const badName = [...variables.keys()].find((key) => !/^[a-zA-Z][a-zA-Z0-9_]+$/.test(key));
  if (badName !== undefined) {
    readerOf(call).fail(
      'environment.variables',
      `'${badName}'`,
      'Map keys must satisfy constraint: [Member must satisfy regular expression pattern: [a-zA-Z]([a-zA-Z0-9_])+]',
    );
  }
  // "The total size of all environment variables doesn't exceed 4 KB." AWS doesn't document how the JSON
  // around them counts. Lambda's own error measures the string of the map.
  const measured = JSON.stringify(Object.fromEntries(variables));
  if (Buffer.byteLength(measured) > 4096) {
    throw invalid(
      `Lambda was unable to configure your environment variables because the environment variables you have provided exceeded the 4KB limit. String measured: ${measured}`,
    );
  }
  return variables;
}

function readLogging(call: Call, name: string, before: FunctionSettings | undefined) {
  const config = readerOf(call).optionalObject('LoggingConfig');
  const reader = new Reader(config ?? {}, 'ValidationException');
  const format = reader.optionalText('LogFormat', { oneOf: ['JSON', 'Text'] }) ?? before?.logFormat ?? 'Text';
  const logGroup =
    reader.optionalText('LogGroup', { min: 1, max: 512, pattern: /^[.\-_/#A-Za-z0-9]+$/ }) ??
    before?.logGroup ??
    `/aws/lambda/${name}`;
  const logFormat = format === 'JSON' ? ('JSON' as const) : ('Text' as const);
  const levels = { ...(config ?? before?.logging), LogFormat: logFormat, LogGroup: logGroup };
  if (logFormat === 'Text') {
    const { LogFormat, LogGroup } = levels;
    return { logFormat, logGroup, logging: { LogFormat, LogGroup } };
  }
  return { logFormat, logGroup, logging: { ApplicationLogLevel: 'INFO', SystemLogLevel: 'INFO', ...levels } };
}

const roleRules = {
  pattern: /^arn:(aws[a-zA-Z-]*)?:iam::\d{12}:role\/?[a-zA-Z_0-9+=,.@\-_/]+$/,
  patternText: 'arn:(aws[a-zA-Z-]*)?:iam::\\d{12}:role/?[a-zA-Z_0-9+=,.@\\-_/]+',
};

/** The settings of a new function, or of a known one with the changes of the call. */
export function readSettings(
  call: Call,
  name: string,
  before: FunctionSettings | undefined,
): FunctionSettings {
  const reader = readerOf(call);
  const role = reader.optionalText('Role', roleRules) ?? before?.role ?? reader.text('Role', roleRules);
  const handler = reader.optionalText('Handler', { max: 128, pattern: /^\S+$/ }) ?? before?.handler;
  const runtime = reader.optionalText('Runtime') ?? before?.runtime;
  // "Runtime is required if the deployment package is a .zip file archive", and so is Handler.
  if (runtime === undefined || handler === undefined) {
    throw invalid(
      'Runtime and Handler are mandatory parameters for functions created with deployment packages.',
    );
  }
  if (runtime !== before?.runtime) checkRuntime(runtime);
  const architectures = reader.optionalTexts('Architectures') ?? before?.architectures ?? ['x86_64'];
  return {
    runtime,
    role,
    handler,
    description: reader.optionalText('Description', { max: 256 }) ?? before?.description ?? '',
    timeout: reader.optionalInteger('Timeout', 1, 900) ?? before?.timeout ?? 3,
    memorySize: reader.optionalInteger('MemorySize', 128, 32_768) ?? before?.memorySize ?? 128,
    variables: readVariables(call) ?? before?.variables,
    ...readLogging(call, name, before),
    architectures,
    extras: readExtras(call.input, before?.extras),
  };
}
