/** IAM helpers that more than one step uses. */
import {
  DeleteRoleCommand,
  GetRoleCommand,
  type GetRoleCommandOutput,
  type IAMClient,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
} from '@aws-sdk/client-iam';
import { ConflictError } from '../core/errors.ts';
import { isNamed, undefinedIfDenied, undefinedIfNotFound } from './errors.ts';

/** IAM's errors have two names: that of the wire and that of the SDK's class. */
export const noSuchEntity = ['NoSuchEntity', 'NoSuchEntityException'] as const;
export const deleteConflict = ['DeleteConflict', 'DeleteConflictException'] as const;

/** The role with its tags. Undefined if no role has this name. */
export async function getRole(iam: IAMClient, RoleName: string): Promise<GetRoleCommandOutput['Role']> {
  const found = await undefinedIfNotFound(iam.send(new GetRoleCommand({ RoleName })), ...noSuchEntity);
  return found?.Role;
}

/** ARNs of the role's managed policies. */
export async function attachedTo(client: IAMClient, RoleName: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { AttachedPolicies = [] } of paginateListAttachedRolePolicies({ client }, { RoleName })) {
    found.push(...AttachedPolicies.flatMap(({ PolicyArn }) => PolicyArn ?? []));
  }
  return found;
}

/** Names of the role's inline policies. */
export async function inlineOf(client: IAMClient, RoleName: string): Promise<string[]> {
  const found: string[] = [];
  for await (const { PolicyNames = [] } of paginateListRolePolicies({ client }, { RoleName }))
    found.push(...PolicyNames);
  return found;
}

/**
 * Deletes the role. A missing role counts as success.
 * Throws ConflictError if someone else added policies. IAM doesn't delete a role with policies, and those
 * aren't ours to remove.
 * @param keep The flag that keeps the role.
 */
export async function deleteRole(iam: IAMClient, RoleName: string, keep: string): Promise<void> {
  try {
    await undefinedIfNotFound(iam.send(new DeleteRoleCommand({ RoleName })), ...noSuchEntity);
  } catch (error) {
    if (!isNamed(error, ...deleteConflict)) throw error;
    throw await roleInUse(iam, RoleName, keep, error);
  }
}

/** The conflict, with its causes as far as they can be read. AWS's own error if none is left. */
async function roleInUse(iam: IAMClient, RoleName: string, keep: string, error: unknown): Promise<unknown> {
  const [inline, attached] = await Promise.all([
    undefinedIfDenied(inlineOf(iam, RoleName)),
    undefinedIfDenied(attachedTo(iam, RoleName)),
  ]);
  const found = [...(inline ?? []).map((name) => `the inline policy ${name}`), ...(attached ?? [])];
  const isSeen = inline !== undefined && attached !== undefined;
  const sentence = error instanceof Error ? error.message : String(error);
  // No policy is left, so a later attempt works. Otherwise AWS's own sentence names another cause.
  if (found.length === 0 && isSeen && /polic/i.test(sentence)) return error;
  const what = found.length === 0 ? sentence : `somebody has given it more: ${found.join(', ')}`;
  return new ConflictError(`The role ${RoleName} cannot be deleted: ${what}`, {
    code: 'ROLE_IN_USE',
    found,
    hint: [
      'Nothing of this migration uses the role any more. Take that off it, and run teardown again:',
      ...(inline ?? []).map(
        (name) => `aws iam delete-role-policy --role-name ${RoleName} --policy-name ${name}`,
      ),
      ...(attached ?? []).map(
        (arn) => `aws iam detach-role-policy --role-name ${RoleName} --policy-arn ${arn}`,
      ),
      `Or leave the role where it is:  ${keep}`,
    ],
    cause: error,
  });
}
