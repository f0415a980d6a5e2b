import { type Answer, AwsError, UNRECOGNIZED } from './send.ts';
import type { Call } from './sign.ts';

/** An object of a JSON answer. Its members can be anything. */
export type JsonObject = Readonly<Record<string, unknown>>;

/** Makes one call. Resolves with the answer's JSON, or rejects with an AwsError named as AWS's error. */
export type JsonCall = (operation: string, input: object, signal: AbortSignal) => Promise<JsonObject>;

/**
 * Speaks AWS's JSON 1.1 protocol.
 * https://smithy.io/2.0/aws/protocols/aws-json-1_1-protocol.html
 * @param target Name of the service in X-Amz-Target.
 */
export function jsonCalls(call: Call, target: string): JsonCall {
  return (operation, input, signal) => {
    const headers = {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `${target}.${operation}`,
    };
    return call({ headers, body: JSON.stringify(input) }, readJson, signal);
  };
}

/** One request of a REST API. */
export interface RestRequest {
  /** Segments of the path, not escaped. */
  readonly path: readonly string[];
  readonly headers?: Readonly<Record<string, string>>;
  readonly input?: object;
}

/** Makes one call. Resolves with the answer's JSON, which is empty for no content. Rejects as JsonCall does. */
export type RestCall = (request: RestRequest, signal: AbortSignal) => Promise<JsonObject>;

/**
 * Speaks AWS's REST JSON protocol, for Lambda.
 * https://smithy.io/2.0/aws/protocols/aws-restjson1-protocol.html
 * Sends the trace ID of the current event, as AWS's SDKs do. Lambda uses it to stop infinite recursion.
 * https://docs.aws.amazon.com/lambda/latest/dg/invocation-recursion.html
 * @param environment Lambda writes the trace ID of each event into it.
 */
export function restCalls(call: Call, environment: Readonly<Record<string, string | undefined>>): RestCall {
  return ({ path, headers, input }, signal) => {
    const { AWS_LAMBDA_FUNCTION_NAME: own, _X_AMZN_TRACE_ID: traceId } = environment;
    const content = {
      'content-type': 'application/json',
      ...headers,
      ...(own && traceId && { 'x-amzn-trace-id': traceId }),
    };
    const body = input === undefined ? '' : JSON.stringify(input);
    return call({ path: `/${path.map(escaped).join('/')}`, headers: content, body }, readRest, signal);
  };
}

/** Escapes every character that a path segment must not contain (RFC 3986). */
const escaped = (segment: string): string =>
  encodeURIComponent(segment).replace(
    /[!'()*]/g,
    (sign) => `%${sign.charCodeAt(0).toString(16).toUpperCase()}`,
  );

/** Whether a value is an object. Arrays and null are none. */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The JSON object in an answer. Undefined for everything else. */
export function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    // Not JSON. A parser's message would quote the answer, which can hold tokens.
    return undefined;
  }
}

/** Name of the error for a called function that failed, or that ran out of time. */
const FUNCTION_ERROR = 'FunctionError';

const isSuccess = ({ status }: Answer): boolean => status >= 200 && status < 300;

function readRest(answer: Answer): JsonObject {
  // The called function has failed. Its message is for nobody.
  if (answer.headers['x-amz-function-error']) throw new AwsError(FUNCTION_ERROR);
  const isEmpty = answer.body.length === 0 && isSuccess(answer) && !answer.headers['x-amzn-errortype'];
  return isEmpty ? {} : readJson(answer);
}

function readJson(answer: Answer): JsonObject {
  const { status, headers, body } = answer;
  const value = parseObject(body.toString('utf8'));
  const isFine = isSuccess(answer);
  // `code` is a name only in the body of an error.
  const code = isFine ? undefined : value?.code;
  const name = errorNameIn(headers['x-amzn-errortype']) ?? errorNameIn(code) ?? errorNameIn(value?.__type);
  if (isFine && name === undefined && value !== undefined) return value;
  throw errorOf(name, value?.message ?? value?.Message, status);
}

/**
 * The error's name, without the namespace before it and the address after it.
 * For example, FooError from `aws.protocoltests.json#FooError:http://internal.amazon.com/coral/`.
 */
export function errorNameIn(text: unknown): string | undefined {
  if (typeof text !== 'string') return undefined;
  const [type = ''] = text.split(':', 1);
  return type.slice(type.indexOf('#') + 1).trim() || undefined;
}

/** The error to throw for an answer. An answer without a name came from something between us and AWS. */
export function errorOf(name: string | undefined, message: unknown, status: number): AwsError {
  const fallback = status >= 500 ? 'ServiceUnavailable' : UNRECOGNIZED;
  return new AwsError(name ?? fallback, typeof message === 'string' ? message : '', status);
}
