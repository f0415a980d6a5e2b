/** The migration's data in its own function, which is found by name. Works without the state file. */
import { GetFunctionCommand, type GetFunctionCommandOutput, type LambdaClient } from '@aws-sdk/client-lambda';
import { undefinedIfNotFound } from '../errors.ts';
import { ownerOf, type TagMap } from '../ownership.ts';

/**
 * The function with its tags. Undefined if there is none.
 * @param FunctionName its name or ARN.
 */
export function findFunction(
  lambda: LambdaClient,
  FunctionName: string,
): Promise<GetFunctionCommandOutput | undefined> {
  const reading = lambda.send(new GetFunctionCommand({ FunctionName }));
  return undefinedIfNotFound(reading, 'ResourceNotFoundException');
}

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
  name: string,
  pools: Parameters<typeof ownerOf>[1],
): Promise<OwnFunction> {
  const found = await findFunction(lambda, name);
  const tags = found?.Tags;
  if (ownerOf(tags, pools).ownership !== 'ours') return { tags: {}, variables: undefined };
  const { Environment, Runtime, Role } = found?.Configuration ?? {};
  return { tags: tags ?? {}, variables: Environment?.Variables, runtime: Runtime, role: Role };
}
