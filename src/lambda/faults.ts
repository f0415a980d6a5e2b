import type { Fault } from './decide.ts';
import { AssumeRoleFailed } from './sts.ts';

/** Node's codes for a connection that failed or was closed. No answer arrived. */
const CONNECTION_CODES: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'EPIPE',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
]);

/**
 * Any thrown value, as a fault with a name that decide.ts knows.
 * Never carries more than names and the message.
 */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'fault', name: 'Unknown', message: '' };
  const { message } = error;
  if (error instanceof AssumeRoleFailed)
    return { kind: 'fault', name: error.name, message, awsError: error.awsError };
  // The SDK calls a reset connection a TimeoutError too, but the code distinguishes them. A kept-alive
  // connection that AWS closed while the function was frozen fails in this way (aws/aws-sdk-js-v3#1196). It
  // deserves a second attempt.
  if (CONNECTION_CODES.has(codeOf(error))) return { kind: 'fault', name: 'ConnectionError', message };
  if (error.name === 'AbortError') return { kind: 'fault', name: 'BudgetExhausted', message };
  if (error.name.endsWith('Exception') || error.name === 'TimeoutError')
    return { kind: 'fault', name: error.name, message };
  const status = statusOf(error);
  if (status !== undefined && status >= 500) return { kind: 'fault', name: 'ServiceUnavailable', message };
  return { kind: 'fault', name: error.name, message };
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}

function statusOf(error: Error): number | undefined {
  if (!('$metadata' in error) || typeof error.$metadata !== 'object' || error.$metadata === null)
    return undefined;
  const { $metadata } = error;
  return 'httpStatusCode' in $metadata && typeof $metadata.httpStatusCode === 'number'
    ? $metadata.httpStatusCode
    : undefined;
}
