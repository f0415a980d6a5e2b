/** The pool from which the function on another pool's trigger takes its users. */
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { undefinedIfNotFound } from './errors.ts';

/**
 * Whether the function's environment names the user pool. Undefined if unknown.
 * The function's code may get the pool in another way, so "no" proves nothing.
 */
export async function namesPool(
  lambda: LambdaClient,
  functionArn: string,
  userPoolId: string,
): Promise<boolean | undefined> {
  const found = await undefinedIfNotFound(
    lambda.send(new GetFunctionConfigurationCommand({ FunctionName: functionArn })),
    'ResourceNotFoundException',
    'AccessDeniedException',
  );
  if (found === undefined) return undefined;
  return Object.values(found.Environment?.Variables ?? {}).some((value) => value.includes(userPoolId));
}
