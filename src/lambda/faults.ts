import { AwsError } from './aws/send.ts';
import type { Fault } from './decide.ts';
import { AssumeRoleFailed } from './sts.ts';

/**
 * Any thrown value, as a fault with a name that decide.ts knows.
 * Never carries more than names, the status, and the message.
 */
export function faultOf(error: unknown): Fault {
  if (!(error instanceof Error)) return { kind: 'fault', name: 'Unknown', message: '' };
  const { message } = error;
  if (error instanceof AssumeRoleFailed) {
    const { name, awsError, status } = error;
    return { kind: 'fault', name, message, awsError, ...(status !== undefined && { status }) };
  }
  if (!(error instanceof AwsError)) return { kind: 'fault', name: error.name, message };
  const { name, status } = error;
  return {
    kind: 'fault',
    name: name === 'AbortError' ? 'BudgetExhausted' : name,
    message,
    ...(status !== undefined && { status }),
  };
}
