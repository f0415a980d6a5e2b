/** The migration's data in its own function, which is found by name. Works without the state file. */
import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { undefinedIfNotFound } from '../errors.ts';
import { ownerOf, type TagMap } from '../ownership.ts';

export interface OwnFunction {
  /**
   * `{}` if the function is gone, not of this migration, or unreadable.
   * The plan then says so, and nothing is undone.
   */
  readonly tags: TagMap;
  /** The function's environment. Undefined if the function is gone, not of this migration, or unreadable. */
  readonly variables: Readonly<Record<string, string>> | undefined;
  readonly runtime?: string | undefined;
  /** ARN of its execution role. */
  readonly role?: string | undefined;
}

/** Makes one call, because GetFunction returns both the tags and the configuration. */
export async function readOwnFunction(
  lambda: LambdaClient,
  FunctionName: string,
  pools: Parameters<typeof ownerOf>[1],
): Promise<OwnFunction> {
  const found = await undefinedIfNotFound(
    lambda.send(new GetFunctionCommand({ FunctionName })),
    'ResourceNotFoundException',
  );
  const tags = found?.Tags;
  if (ownerOf(tags, pools).ownership !== 'ours') return { tags: {}, variables: undefined };
  const { Environment, Runtime, Role } = found?.Configuration ?? {};
  return { tags: tags ?? {}, variables: Environment?.Variables, runtime: Runtime, role: Role };
}
