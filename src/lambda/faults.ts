import { AwsError, UNRECOGNIZED } from './aws/send.ts';
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
  // A kept-alive connection that AWS closed while the function was frozen fails in this way
  // (aws/aws-sdk-js-v3#1196). It deserves a second attempt.
  if (CONNECTION_CODES.has(codeOf(error))) return { kind: 'fault', name: 'ConnectionError', message };
  // Node's HTTP parser could not read what arrived.
  if (codeOf(error).startsWith('HPE_')) return { kind: 'fault', name: UNRECOGNIZED, message: '' };
  return { kind: 'fault', name: error instanceof AwsError ? nameOf(error) : error.name, message };
}

function nameOf({ name, status }: AwsError): string {
  if (name === 'AbortError') return 'BudgetExhausted';
  const isServerError = status !== undefined && status >= 500 && !name.endsWith('Exception');
  return isServerError ? 'ServiceUnavailable' : name;
}

function codeOf(error: Error): string {
  return 'code' in error && typeof error.code === 'string' ? error.code : '';
}
