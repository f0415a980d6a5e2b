/** Customer managed policies. IAM API Reference. */

import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { randomId } from '../../sessions.ts';
import type { ManagedPolicy } from './aws-managed.ts';
import { attachmentCount } from './names.ts';
import {
  descriptionRules,
  documentRules,
  isoDate,
  mergeTags,
  page,
  policyNameRules,
  readerOf,
  readPath,
  readPolicyArn,
  tagList,
  withoutTags,
} from './shared.ts';
import { iamState, requirePolicy } from './state.ts';
import { checkIdentityPolicy, policySize } from './validate.ts';

/** The policy that a call's PolicyArn names. */
export function namedPolicy(call: Call): ManagedPolicy {
  return requirePolicy(call, readPolicyArn(call));
}

/** A policy of the account itself, for operations that change it. AWS managed policies cannot change. */
export function ownPolicy(call: Call): ManagedPolicy {
  const policy = namedPolicy(call);
  if (!iamState(call.world, call.account).policies.has(policy.arn)) {
    throw new ServiceError('AccessDenied', `Policy ${policy.arn} is an AWS managed policy.`, 403);
  }
  return policy;
}

/** Reads and checks the document of a managed policy. */
export function readManagedDocument(call: Call): string {
  const document = readerOf(call).text('PolicyDocument', documentRules);
  checkIdentityPolicy(document);
  if (policySize(document) > 6144) {
    throw new ServiceError('LimitExceeded', 'Cannot exceed quota for PolicySize: 6144', 409);
  }
  return document;
}

function describe(call: Call, policy: ManagedPolicy, detail: boolean): JsonObject {
  const output: JsonObject = {
    PolicyName: policy.name,
    PolicyId: policy.id,
    Arn: policy.arn,
    Path: policy.path,
    DefaultVersionId: policy.defaultVersion.current,
    AttachmentCount: attachmentCount(call, policy.arn),
    PermissionsBoundaryUsageCount: [...iamState(call.world, call.account).roles.values()].filter(
      (role) => role.boundary === policy.arn,
    ).length,
    IsAttachable: true,
    CreateDate: isoDate(policy.createdAt),
    UpdateDate: isoDate(policy.updatedAt),
  };
  // ListPolicies returns neither description nor tags (IAM API Reference, Policy and ListPolicies).
  if (!detail) return output;
  if (policy.description !== undefined) output.Description = policy.description;
  output.Tags = tagList(policy.tags);
  return output;
}

function createPolicy(call: Call): JsonObject {
  const reader = readerOf(call);
  const name = reader.text('PolicyName', policyNameRules);
  const path = readPath(reader);
  const document = readManagedDocument(call);
  const { world } = call;
  const { policies } = iamState(world, call.account);
  const lower = name.toLowerCase();
  if ([...policies.values()].some((policy) => policy.name.toLowerCase() === lower)) {
    const text = `A policy called ${name} already exists. Duplicate names are not allowed.`;
    throw new ServiceError('EntityAlreadyExists', text, 409);
  }
  const now = world.now();
  const policy: ManagedPolicy = {
    name,
    id: `ANPA${randomId(world, 17)}`,
    path,
    arn: `arn:${call.partition}:iam::${call.account}:policy${path}${name}`,
    description: reader.optionalText('Description', descriptionRules),
    createdAt: now,
    updatedAt: now,
    tags: mergeTags(new Map(), reader.optionalTagList('Tags') ?? new Map(), 'policy'),
    versions: [{ id: 'v1', document, createdAt: now }],
    nextVersion: 2,
    defaultVersion: { current: 'v1', earlier: undefined, effectiveAt: now },
  };
  policies.set(policy.arn, policy);
  return { Policy: describe(call, policy, true) };
}

function deletePolicy(call: Call): JsonObject {
  const policy = ownPolicy(call);
  const { roles, policies } = iamState(call.world, call.account);
  const used = [...roles.values()].some(
    (role) => role.attached.has(policy.arn) || role.boundary === policy.arn,
  );
  if (used) {
    throw new ServiceError('DeleteConflict', 'Cannot delete a policy attached to entities.', 409);
  }
  if (policy.versions.length > 1) {
    const text =
      "This policy has more than one version. Before you delete a policy, you must delete the policy's versions. The default version is deleted with the policy.";
    throw new ServiceError('DeleteConflict', text, 409);
  }
  policies.delete(policy.arn);
  return {};
}

function listPolicies(call: Call): JsonObject {
  const reader = readerOf(call);
  const prefix = reader.optionalText('PathPrefix') ?? '/';
  const scope = reader.optionalText('Scope', { oneOf: ['All', 'AWS', 'Local'] }) ?? 'All';
  const onlyAttached = reader.optionalBoolean('OnlyAttached') ?? false;
  // The local AWS lists no AWS managed policies. It knows only the few that a function needs, by ARN.
  const policies = [...iamState(call.world, call.account).policies.values()]
    .filter((policy) => scope !== 'AWS' && policy.path.startsWith(prefix))
    .filter((policy) => !onlyAttached || attachmentCount(call, policy.arn) > 0)
    .sort((left, right) => left.name.localeCompare(right.name));
  const { items, rest } = page(call, policies);
  return { Policies: items.map((policy) => describe(call, policy, false)), ...rest };
}

function listEntitiesForPolicy(call: Call): JsonObject {
  const policy = namedPolicy(call);
  const usage = readerOf(call).optionalText('PolicyUsageFilter') ?? 'PermissionsPolicy';
  const roles = [...iamState(call.world, call.account).roles.values()].filter((role) =>
    usage === 'PermissionsBoundary' ? role.boundary === policy.arn : role.attached.has(policy.arn),
  );
  const { items, rest } = page(call, roles);
  const PolicyRoles = items.map((role) => ({ RoleName: role.name, RoleId: role.id }));
  return { PolicyGroups: [], PolicyUsers: [], PolicyRoles, ...rest };
}

export const policyOperations: Operations = {
  CreatePolicy: createPolicy,
  GetPolicy: (call) => ({ Policy: describe(call, namedPolicy(call), true) }),
  DeletePolicy: deletePolicy,
  ListPolicies: listPolicies,
  ListEntitiesForPolicy: listEntitiesForPolicy,
  TagPolicy: (call) => {
    const policy = ownPolicy(call);
    policy.tags = mergeTags(policy.tags, readerOf(call).optionalTagList('Tags') ?? new Map(), 'policy');
    return {};
  },
  UntagPolicy: (call) => {
    const policy = ownPolicy(call);
    policy.tags = withoutTags(policy.tags, readerOf(call).optionalTexts('TagKeys') ?? [], 'policy');
    return {};
  },
  ListPolicyTags: (call) => {
    const { items, rest } = page(call, tagList(namedPolicy(call).tags));
    return { Tags: [...items], ...rest };
  },
};
