/** Whether someone else's function, which was on the trigger before, still exists. */
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { isNamed, undefinedIfNotFound } from '../errors.ts';

/** A trigger with a missing function fails the sign-in of every unknown user, so it is never put back. */
export async function isFunctionGone(lambda: LambdaClient, arn: string): Promise<boolean> {
  const look = lambda.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
  try {
    return (await undefinedIfNotFound(look, 'ResourceNotFoundException')) === undefined;
  } catch (error) {
    // For example, the function is in another account. It existed when this migration replaced it.
    if (isNamed(error, 'AccessDeniedException')) return false;
    throw error;
  }
}
