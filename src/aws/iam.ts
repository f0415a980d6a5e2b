/** IAM helpers that more than one step uses. */
import {
  CreateRoleCommand,
  DeleteRoleCommand,
  GetRoleCommand,
  type GetRoleCommandOutput,
  type IAMClient,
  PutRolePermissionsBoundaryCommand,
  paginateListAttachedRolePolicies,
  paginateListRolePolicies,
  type Role,
  TagRoleCommand,
  UpdateAssumeRolePolicyCommand,
} from '@aws-sdk/client-iam';
import { ConflictError } from '../core/errors.ts';
import { differences, type JsonObject } from '../core/json.ts';
import { isNamed, requireField, undefinedIfDenied, undefinedIfNotFound } from './errors.ts';
import { missingTags, type TagMap, toTagList, toTagMap } from './ownership.ts';
import { parsePolicy } from './policy-document.ts';

/** IAM's errors have two names: that of the wire and that of the SDK's class. */
export const noSuchEntity = ['NoSuchEntity', 'NoSuchEntityException'] as const;
export const deleteConflict = ['DeleteConflict', 'DeleteConflictException'] as const;

/** The role with its tags. Undefined if no role has this name. */
export async function getRole(iam: IAMClient, RoleName: string): Promise<GetRoleCommandOutput['Role']> {
  const found = await undefinedIfNotFound(iam.send(new GetRoleCommand({ RoleName })), ...noSuchEntity);
  return found?.Role;
}

/** The properties of a role that can be compared and repaired. */
export type RoleProps = {
  readonly trustPolicy: JsonObject;
  readonly permissionsBoundary: string | null;
  readonly tags: TagMap;
};

/** A role to create, or to repair. */
export interface WantedRole extends RoleProps {
  readonly name: string;
  readonly path: string;
  readonly description: string;
}

/** The properties of an existing role. */
export const rolePropsOf = (role: Role): RoleProps => ({
  trustPolicy: parsePolicy(role.AssumeRolePolicyDocument),
  permissionsBoundary: role.PermissionsBoundary?.PermissionsBoundaryArn ?? null,
  tags: toTagMap(role.Tags),
});

/** The input of CreateRole, except that its trust policy is an object. */
export const roleInput = (want: WantedRole) => ({
  RoleName: want.name,
  Path: want.path,
  Description: want.description,
  AssumeRolePolicyDocument: want.trustPolicy,
  Tags: toTagList(want.tags),
  ...(want.permissionsBoundary === null ? {} : { PermissionsBoundary: want.permissionsBoundary }),
});

/** Creates the role, with its tags. Returns its ARN. */
export async function createRole(iam: IAMClient, want: WantedRole): Promise<string> {
  const AssumeRolePolicyDocument = JSON.stringify(want.trustPolicy);
  const { Role } = await iam.send(new CreateRoleCommand({ ...roleInput(want), AssumeRolePolicyDocument }));
  return requireField(Role?.Arn, "the role's ARN");
}

/** Repairs the trust policy and the boundary of a role. Never removes a boundary. */
export async function repairRole(iam: IAMClient, want: WantedRole, live: RoleProps): Promise<void> {
  const { name: RoleName, permissionsBoundary: PermissionsBoundary } = want;
  if (differences(live.trustPolicy, want.trustPolicy).length > 0) {
    const PolicyDocument = JSON.stringify(want.trustPolicy);
    await iam.send(new UpdateAssumeRolePolicyCommand({ RoleName, PolicyDocument }));
  }
  if (PermissionsBoundary !== null && PermissionsBoundary !== live.permissionsBoundary)
    await iam.send(new PutRolePermissionsBoundaryCommand({ RoleName, PermissionsBoundary }));
}

/** Adds the tags that the role lacks. Removes none. */
export async function repairRoleTags(iam: IAMClient, want: WantedRole, live: RoleProps): Promise<void> {
  const tags = missingTags(want.tags, live.tags);
  if (Object.keys(tags).length > 0)
    await iam.send(new TagRoleCommand({ RoleName: want.name, Tags: toTagList(tags) }));
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
  const what = found.length === 0 ? sentence : `others have added to it: ${found.join(', ')}`;
  return new ConflictError(`The role ${RoleName} cannot be deleted: ${what}`, {
    code: 'ROLE_IN_USE',
    found,
    hint: [
      'This migration no longer uses the role. Remove these additions, and run teardown again:',
      ...(inline ?? []).map(
        (name) => `aws iam delete-role-policy --role-name ${RoleName} --policy-name ${name}`,
      ),
      ...(attached ?? []).map(
        (arn) => `aws iam detach-role-policy --role-name ${RoleName} --policy-arn ${arn}`,
      ),
      `Or keep the role:  ${keep}`,
    ],
    cause: error,
  });
}
