/** Whether somebody's function, which was on the trigger before, is still there. */
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { isNamed, undefinedIfNotFound } from '../errors.ts';

/** A trigger on a function that does not exist fails the sign-in of every unknown user, so none is put back. */
export async function isFunctionGone(lambda: LambdaClient, arn: string): Promise<boolean> {
  const look = lambda.send(new GetFunctionConfigurationCommand({ FunctionName: arn }));
  try {
    return (await undefinedIfNotFound(look, 'ResourceNotFoundException')) === undefined;
  } catch (error) {
    if (isNamed(error, 'AccessDeniedException')) return false; // of another account, say: it was there when we came
    throw error;
  }
}
