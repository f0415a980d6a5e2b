/** New default versions of a managed policy. */
import {
  CreatePolicyVersionCommand,
  DeletePolicyVersionCommand,
  type IAMClient,
  ListPolicyVersionsCommand,
} from '@aws-sdk/client-iam';
import type { JsonObject } from '../core/json.ts';
import { undefinedIfNotFound } from './errors.ts';
import { noSuchEntity } from './iam.ts';

/** IAM keeps five versions of a policy and refuses a sixth (CreatePolicyVersion). */
const maxVersions = 5;

/** Makes this document the default version. Deletes the oldest version if there are five. */
export async function setPolicyDocument(
  iam: IAMClient,
  PolicyArn: string,
  document: JsonObject,
): Promise<void> {
  const versions = await otherVersions(iam, PolicyArn);
  const oldest = versions.at(-1);
  if (versions.length >= maxVersions - 1 && oldest !== undefined)
    await iam.send(new DeletePolicyVersionCommand({ PolicyArn, VersionId: oldest }));
  const PolicyDocument = JSON.stringify(document);
  await iam.send(new CreatePolicyVersionCommand({ PolicyArn, PolicyDocument, SetAsDefault: true }));
}

/** Deletes the versions without which IAM doesn't delete a policy. */
export async function deleteOtherVersions(iam: IAMClient, PolicyArn: string): Promise<void> {
  for (const VersionId of await otherVersions(iam, PolicyArn)) {
    const gone = new DeletePolicyVersionCommand({ PolicyArn, VersionId });
    await undefinedIfNotFound(iam.send(gone), ...noSuchEntity);
  }
}

/** IDs of the non-default versions, newest first. At most four, so never a second page. */
async function otherVersions(iam: IAMClient, PolicyArn: string): Promise<string[]> {
  const found = await undefinedIfNotFound(
    iam.send(new ListPolicyVersionsCommand({ PolicyArn })),
    ...noSuchEntity,
  );
  return (found?.Versions ?? [])
    .filter((version) => version.IsDefaultVersion !== true)
    .sort((a, b) => Number(b.CreateDate) - Number(a.CreateDate))
    .flatMap((version) => version.VersionId ?? []);
}
