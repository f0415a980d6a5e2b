/** What this migration's own function says of the migration, found by its name: what is known without the state file. */
import { GetFunctionCommand, type LambdaClient } from '@aws-sdk/client-lambda';
import { undefinedIfNotFound } from '../errors.ts';
import { ownerOf, type TagMap } from '../ownership.ts';

export interface OwnFunction {
  /** `{}` when it is gone, not of this migration, or they may not be read: the plan says so then, and nothing is undone. */
  readonly tags: TagMap;
  /** Its environment; undefined when it is gone, not of this migration, or may not be read. */
  readonly variables: Readonly<Record<string, string>> | undefined;
  readonly runtime?: string | undefined;
  /** ARN of its execution role. */
  readonly role?: string | undefined;
}

/** One call: GetFunction answers with the tags and with the configuration. */
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
  if (ownerOf(tags, pools).ours !== 'yes') return { tags: {}, variables: undefined };
  const { Environment, Runtime, Role } = found?.Configuration ?? {};
  return { tags: tags ?? {}, variables: Environment?.Variables, runtime: Runtime, role: Role };
}
