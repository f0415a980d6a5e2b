/** Versions of managed policies. IAM User Guide, "Versioning IAM policies". */
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { propagate } from '../../propagating.ts';
import type { ManagedPolicy, PolicyVersion } from './aws-managed.ts';
import { namedPolicy, ownPolicy, readManagedDocument } from './policies.ts';
import { encodeDocument, isoDate, page, readerOf } from './shared.ts';

const describe = (policy: ManagedPolicy, version: PolicyVersion): JsonObject => ({
  VersionId: version.id,
  IsDefaultVersion: version.id === policy.defaultVersion.current,
  CreateDate: isoDate(version.createdAt),
});

function versionOf(call: Call, policy: ManagedPolicy): PolicyVersion {
  const id = readerOf(call).text('VersionId', { pattern: /^v[1-9]\d*(\.[A-Za-z0-9-]*)?$/ });
  const version = policy.versions.find((known) => known.id === id);
  if (!version) {
    const text = `Policy ${policy.arn} version ${id} does not exist or is not attachable.`;
    throw new ServiceError('NoSuchEntity', text, 404);
  }
  return version;
}

function setDefault(call: Call, policy: ManagedPolicy, id: string): void {
  const { world } = call;
  policy.defaultVersion = propagate(policy.defaultVersion, id, world.now(), world.delays.policyPropagation);
  policy.updatedAt = world.now();
}

function createPolicyVersion(call: Call): JsonObject {
  const policy = ownPolicy(call);
  const document = readManagedDocument(call);
  if (policy.versions.length >= 5) {
    const text =
      'A managed policy can have up to 5 versions. Before you create a new version, you must delete an existing version.';
    throw new ServiceError('LimitExceeded', text, 409);
  }
  const version: PolicyVersion = { id: `v${policy.nextVersion}`, document, createdAt: call.world.now() };
  policy.nextVersion += 1;
  policy.versions = [...policy.versions, version];
  if (readerOf(call).optionalBoolean('SetAsDefault')) setDefault(call, policy, version.id);
  return { PolicyVersion: describe(policy, version) };
}

function deletePolicyVersion(call: Call): JsonObject {
  const policy = ownPolicy(call);
  const version = versionOf(call, policy);
  if (version.id === policy.defaultVersion.current) {
    throw new ServiceError('DeleteConflict', 'Cannot delete the default version of a policy.', 409);
  }
  policy.versions = policy.versions.filter((known) => known !== version);
  return {};
}

export const policyVersionOperations: Operations = {
  CreatePolicyVersion: createPolicyVersion,
  DeletePolicyVersion: deletePolicyVersion,
  GetPolicyVersion: (call) => {
    const policy = namedPolicy(call);
    const version = versionOf(call, policy);
    return { PolicyVersion: { Document: encodeDocument(version.document), ...describe(policy, version) } };
  },
  ListPolicyVersions: (call) => {
    const policy = namedPolicy(call);
    const { items, rest } = page(call, [...policy.versions].reverse());
    return { Versions: items.map((version) => describe(policy, version)), ...rest };
  },
  SetDefaultPolicyVersion: (call) => {
    const policy = ownPolicy(call);
    setDefault(call, policy, versionOf(call, policy).id);
    return {};
  },
};
