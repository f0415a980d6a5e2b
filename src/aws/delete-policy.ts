/** Deletes our managed policy, and reports the entities that still use it. */
import {
  DeletePolicyCommand,
  DetachRolePolicyCommand,
  type IAMClient,
  paginateListEntitiesForPolicy,
} from '@aws-sdk/client-iam';
import { ConflictError } from '../core/errors.ts';
import { isNamed, undefinedIfDenied, undefinedIfNotFound } from './errors.ts';
import { deleteConflict, noSuchEntity } from './iam.ts';

/**
 * Deletes a policy that has one version. A missing policy counts as success.
 * Someone may have removed the tags of our role, so it no longer counts as ours. It can still have the
 * policy, and that attachment is ours to detach. Throws ConflictError if anything else uses the policy.
 */
export async function deletePolicy(
  iam: IAMClient,
  PolicyArn: string,
  RoleName: string,
  keep: string,
): Promise<void> {
  const remove = () => undefinedIfNotFound(iam.send(new DeletePolicyCommand({ PolicyArn })), ...noSuchEntity);
  const isConflict = (error: unknown): boolean => isNamed(error, ...deleteConflict);
  try {
    await remove();
  } catch (error) {
    if (!isConflict(error)) throw error;
    const detach = new DetachRolePolicyCommand({ RoleName, PolicyArn });
    await undefinedIfNotFound(iam.send(detach), ...noSuchEntity);
    await remove().catch(async (again: unknown) => {
      throw isConflict(again) ? await policyInUse(iam, PolicyArn, keep, again) : again;
    });
  }
}

/**
 * The conflict, with the entities that use the policy, if they can be listed.
 * AWS's own error if nothing uses it now.
 */
async function policyInUse(
  iam: IAMClient,
  PolicyArn: string,
  keep: string,
  error: unknown,
): Promise<unknown> {
  const users = await undefinedIfDenied(usersOf(iam, PolicyArn));
  if (users?.length === 0) return error;
  const who = users === undefined ? 'something else' : users.join(', ');
  return new ConflictError(`The policy ${PolicyArn} cannot be deleted: ${who} uses it too`, {
    code: 'POLICY_IN_USE',
    found: users ?? null,
    hint: [
      `aws iam list-entities-for-policy --policy-arn ${PolicyArn}   lists where it is attached.`,
      `Detach it there, and run teardown again. Or keep it:  ${keep}`,
    ],
    cause: error,
  });
}

async function usersOf(client: IAMClient, PolicyArn: string): Promise<string[]> {
  const found: string[] = [];
  for await (const page of paginateListEntitiesForPolicy({ client }, { PolicyArn })) {
    found.push(
      ...(page.PolicyRoles ?? []).map(({ RoleName }) => `the role ${RoleName}`),
      ...(page.PolicyUsers ?? []).map(({ UserName }) => `the user ${UserName}`),
      ...(page.PolicyGroups ?? []).map(({ GroupName }) => `the group ${GroupName}`),
    );
  }
  return found;
}
