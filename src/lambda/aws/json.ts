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

function readJson({ status, headers, body }: Answer): JsonObject {
  const value = parseObject(body.toString('utf8'));
  const isFine = status >= 200 && status < 300;
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
