/** IAM, where more than one step needs the same. */
import { GetRoleCommand, type GetRoleCommandOutput, type IAMClient } from '@aws-sdk/client-iam';
import { unlessMissing } from './errors.ts';

/** IAM's not-found has two names: the wire's and the SDK's class. */
export const noSuchEntity = ['NoSuchEntity', 'NoSuchEntityException'] as const;

/** The role with its tags; undefined when there is none of that name. */
export async function getRole(iam: IAMClient, RoleName: string): Promise<GetRoleCommandOutput['Role']> {
  const found = await unlessMissing(iam.send(new GetRoleCommand({ RoleName })), ...noSuchEntity);
  return found?.Role;
}
