/**
 * Lambda's REST JSON protocol.
 * Paths, methods, and locations are those of the service's own API model (2015-03-31).
 */

import { parseObject } from '../input.ts';
import type { JsonObject, ServiceError } from '../operation.ts';
import type { Answer } from './answer.ts';

interface Route {
  readonly operation: string;
  readonly method: string;
  readonly path: RegExp;
  readonly status: number;
}

const functions = '/2015-03-31/functions';
const mappings = '/2015-03-31/event-source-mappings';
const urls = '/2021-10-31/functions/{FunctionName}';
const events = '/2019-09-25/functions/{FunctionName}';
const runtimes = '/2021-07-20/functions/{FunctionName}';
const route = (operation: string, method: string, path: string, status: number): Route => ({
  operation,
  method,
  path: new RegExp(`^${path.replaceAll(/\{(\w+)\}/g, '(?<$1>[^/]+)')}/?$`),
  status,
});

const routes: readonly Route[] = [
  route('CreateFunction', 'POST', functions, 201),
  route('ListFunctions', 'GET', functions, 200),
  route('GetFunction', 'GET', `${functions}/{FunctionName}`, 200),
  // The model says 200 since functions have the state "Deleting". Before, it was 204. An empty object
  // satisfies both.
  route('DeleteFunction', 'DELETE', `${functions}/{FunctionName}`, 204),
  route('GetFunctionConfiguration', 'GET', `${functions}/{FunctionName}/configuration`, 200),
  route('UpdateFunctionConfiguration', 'PUT', `${functions}/{FunctionName}/configuration`, 200),
  route('UpdateFunctionCode', 'PUT', `${functions}/{FunctionName}/code`, 200),
  route('Invoke', 'POST', `${functions}/{FunctionName}/invocations`, 200),
  route('AddPermission', 'POST', `${functions}/{FunctionName}/policy`, 201),
  route('GetPolicy', 'GET', `${functions}/{FunctionName}/policy`, 200),
  route('RemovePermission', 'DELETE', `${functions}/{FunctionName}/policy/{StatementId}`, 204),
  route('PublishVersion', 'POST', `${functions}/{FunctionName}/versions`, 201),
  route('ListVersionsByFunction', 'GET', `${functions}/{FunctionName}/versions`, 200),
  route('CreateAlias', 'POST', `${functions}/{FunctionName}/aliases`, 201),
  route('ListAliases', 'GET', `${functions}/{FunctionName}/aliases`, 200),
  route('DeleteAlias', 'DELETE', `${functions}/{FunctionName}/aliases/{Name}`, 204),
  route('CreateEventSourceMapping', 'POST', mappings, 202),
  route('ListEventSourceMappings', 'GET', mappings, 200),
  route('DeleteEventSourceMapping', 'DELETE', `${mappings}/{UUID}`, 202),
  route('CreateFunctionUrlConfig', 'POST', `${urls}/url`, 201),
  route('GetFunctionUrlConfig', 'GET', `${urls}/url`, 200),
  route('ListFunctionUrlConfigs', 'GET', `${urls}/urls`, 200),
  route('DeleteFunctionUrlConfig', 'DELETE', `${urls}/url`, 204),
  route('PutFunctionEventInvokeConfig', 'PUT', `${events}/event-invoke-config`, 200),
  route('GetFunctionEventInvokeConfig', 'GET', `${events}/event-invoke-config`, 200),
  route('ListFunctionEventInvokeConfigs', 'GET', `${events}/event-invoke-config/list`, 200),
  route('DeleteFunctionEventInvokeConfig', 'DELETE', `${events}/event-invoke-config`, 204),
  route('PutFunctionConcurrency', 'PUT', '/2017-10-31/functions/{FunctionName}/concurrency', 200),
  route('GetFunctionConcurrency', 'GET', '/2019-09-30/functions/{FunctionName}/concurrency', 200),
  route('DeleteFunctionConcurrency', 'DELETE', '/2017-10-31/functions/{FunctionName}/concurrency', 204),
  route('PutRuntimeManagementConfig', 'PUT', `${runtimes}/runtime-management-config`, 200),
  route('GetRuntimeManagementConfig', 'GET', `${runtimes}/runtime-management-config`, 200),
  route('ListTags', 'GET', '/2017-03-31/tags/{Resource}', 200),
  route('TagResource', 'POST', '/2017-03-31/tags/{Resource}', 204),
  route('UntagResource', 'DELETE', '/2017-03-31/tags/{Resource}', 204),
];

const queryMembers = [
  'Qualifier',
  'RevisionId',
  'Marker',
  'MaxItems',
  'FunctionVersion',
  'MasterRegion',
] as const;

/** True for a path of Lambda's API, whether or not the local AWS knows it. */
export function isLambdaPath(path: string): boolean {
  return /^\/20\d\d-\d\d-\d\d\/(functions|tags|event-source-mappings|layers|account-settings)/.test(path);
}

/**
 * Reads the operation and input of a Lambda request.
 * Returns undefined for a path that the local AWS doesn't know.
 */
export function readLambda(
  method: string,
  url: URL,
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): { readonly operation: string; readonly input: JsonObject } | undefined {
  for (const { operation, method: routeMethod, path } of routes) {
    const match = method === routeMethod ? path.exec(url.pathname) : null;
    if (!match) continue;
    const input = operation === 'Invoke' ? invokeInput(headers, body) : (parseObject(body || '{}') ?? {});
    for (const [name, value] of Object.entries(match.groups ?? {})) input[name] = decodeURIComponent(value);
    return { operation, input: { ...input, ...queryInput(operation, url) } };
  }
  return undefined;
}

function queryInput(operation: string, url: URL): JsonObject {
  const input: JsonObject = {};
  for (const name of queryMembers) {
    const value = url.searchParams.get(name);
    if (value !== null) input[name] = value;
  }
  if (operation === 'ListEventSourceMappings') {
    for (const name of ['FunctionName', 'EventSourceArn']) {
      const value = url.searchParams.get(name);
      if (value !== null) input[name] = value;
    }
  }
  if (operation === 'UntagResource') input.TagKeys = url.searchParams.getAll('tagKeys');
  return input;
}

function invokeInput(
  headers: Readonly<Record<string, string | string[] | undefined>>,
  body: string,
): JsonObject {
  const input: JsonObject = { Payload: body };
  const members = {
    InvocationType: 'x-amz-invocation-type',
    LogType: 'x-amz-log-type',
    ClientContext: 'x-amz-client-context',
  } as const;
  for (const [name, header] of Object.entries(members)) {
    const value = headers[header];
    if (typeof value === 'string') input[name] = value;
  }
  return input;
}

/**
 * The response to a successful call.
 * Invoke returns the function's own payload, and headers that describe it.
 */
export function lambdaAnswer(operation: string, output: JsonObject, requestId: string): Answer {
  const headers: Record<string, string> = {
    'content-type': 'application/json',
    'x-amzn-requestid': requestId,
  };
  if (operation === 'Invoke') {
    const { StatusCode, FunctionError, LogResult, Payload, ExecutedVersion } = output;
    if (typeof FunctionError === 'string') headers['x-amz-function-error'] = FunctionError;
    if (typeof LogResult === 'string') headers['x-amz-log-result'] = LogResult;
    headers['x-amz-executed-version'] = typeof ExecutedVersion === 'string' ? ExecutedVersion : '$LATEST';
    const status = typeof StatusCode === 'number' ? StatusCode : 200;
    return { status, headers, body: typeof Payload === 'string' ? Payload : '' };
  }
  const status = routes.find((candidate) => candidate.operation === operation)?.status ?? 200;
  return { status, headers, body: status === 204 ? '' : JSON.stringify(output) };
}

/** Exceptions whose model spells the member `Message`. All others spell it `message`. */
const capitalizesMessage = new Set([
  'ResourceNotFoundException',
  'ServiceException',
  'AccessDeniedException',
  'UnrecognizedClientException',
]);

/** The response to a failed call. */
export function lambdaError(error: ServiceError, requestId: string): Answer {
  const message = capitalizesMessage.has(error.code)
    ? { Message: error.message }
    : { message: error.message };
  const { reason: Reason = 'CallerRateLimitExceeded' } = error;
  const reason = error.code === 'TooManyRequestsException' ? { Reason } : {};
  return {
    status: error.status,
    headers: {
      'content-type': 'application/json',
      'x-amzn-requestid': requestId,
      'x-amzn-errortype': error.code,
    },
    body: JSON.stringify({ Type: error.status >= 500 ? 'Service' : 'User', ...message, ...reason }),
  };
}
