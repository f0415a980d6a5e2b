import { AwsError } from './aws/send.ts';
import type { Fault } from './decide.ts';
import { AssumeRoleFailed } from './sts.ts';

/**
 * Any thrown value, as a fault with a name that decide.ts knows.
 * Never carries more than names and the message.
 */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'fault', name: 'Unknown', message: '' };
  const { message } = error;
  if (error instanceof AssumeRoleFailed)
    return { kind: 'fault', name: error.name, message, awsError: error.awsError };
  return { kind: 'fault', name: error instanceof AwsError ? nameOf(error) : error.name, message };
}

function nameOf({ name, status }: AwsError): string {
  if (name === 'AbortError') return 'BudgetExhausted';
  const isServerError = status !== undefined && status >= 500 && !name.endsWith('Exception');
  return isServerError ? 'ServiceUnavailable' : name;
}
