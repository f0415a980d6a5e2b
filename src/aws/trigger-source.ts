/** Where the function on another pool's trigger takes its users from. */
import { GetFunctionConfigurationCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { undefinedIfNotFound } from './errors.ts';

/**
 * Whether that function's environment names the user pool; undefined where it cannot be told. Its code may know the pool in
 * another way, so "no" is no proof.
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
