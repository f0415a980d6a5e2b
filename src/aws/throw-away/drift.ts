/** What somebody might do to a migration by mistake; `init` is there to repair it. */
import {
  type LambdaClient,
  RemovePermissionCommand,
  UpdateFunctionConfigurationCommand,
} from '@aws-sdk/client-lambda';
import type { Aws } from '../clients.ts';
import { functionReady } from '../function-ready.ts';

/** The function may no longer be invoked by the pool, and has less memory than it should. */
export async function disturbFunction(
  aws: Pick<Aws, 'clock' | 'signal'> & { readonly new: { readonly lambda: LambdaClient } },
  FunctionName: string,
): Promise<void> {
  const { lambda } = aws.new;
  await lambda.send(new RemovePermissionCommand({ FunctionName, StatementId: 'cognito-migrate' }));
  await lambda.send(new UpdateFunctionConfigurationCommand({ FunctionName, MemorySize: 256 }));
  await functionReady(aws, FunctionName);
}
