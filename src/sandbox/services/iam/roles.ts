/** Roles: CreateRole and the operations on a role itself. IAM API Reference. */

import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { propagate } from '../../propagating.ts';
import { randomId } from '../../sessions.ts';
import {
  arnRules,
  descriptionRules,
  documentRules,
  encodeDocument,
  isoDate,
  mergeTags,
  page,
  readerOf,
  readPath,
  roleNameRules,
  tagList,
  withoutTags,
} from './shared.ts';
import { findPolicy, iamState, type Role, requireRole, roleByArn, type Trust } from './state.ts';
import { checkTrustPolicy, policySize } from './validate.ts';

const namedRole = (call: Call): Role => requireRole(call, readerOf(call).text('RoleName', roleNameRules));

function readTrust(call: Call, member: string): Trust {
  const document = readerOf(call).text(member, documentRules);
  if (policySize(document) > 2048) {
    throw new ServiceError('LimitExceeded', 'Cannot exceed quota for ACLSizePerRole: 2048', 409);
  }
  return { document, principalIds: checkTrustPolicy(document, (arn) => roleByArn(call.world, arn)?.id) };
}

/**
 * The trust policy as IAM shows it.
 * "If you delete the role, then you break the relationship. The policy no longer applies, even if you
 * recreate the role … the principal ID appears". IAM User Guide, "AWS JSON policy elements: Principal".
 */
function trustDocument(call: Call, trust: Trust): string {
  let { document } = trust;
  for (const [arn, id] of trust.principalIds) {
    if (roleByArn(call.world, arn)?.id !== id) document = document.replaceAll(`"${arn}"`, `"${id}"`);
  }
  return document;
}

/** Members that GetRole shows and CreateRole omits. */
const getRoleDetails = ({ maxSessionDuration }: Role): JsonObject => ({
  MaxSessionDuration: maxSessionDuration,
  RoleLastUsed: {},
});

function describe(call: Call, role: Role, detail: boolean): JsonObject {
  const output: JsonObject = {
    Path: role.path,
    RoleName: role.name,
    RoleId: role.id,
    Arn: role.arn,
    CreateDate: isoDate(role.createdAt),
    AssumeRolePolicyDocument: encodeDocument(trustDocument(call, role.trust.current)),
  };
  if (role.description !== undefined) output.Description = role.description;
  if (!detail) return { ...output, MaxSessionDuration: role.maxSessionDuration };
  // ListRoles returns none of these (IAM API Reference, ListRoles).
  if (role.boundary !== undefined) {
    output.PermissionsBoundary = {
      PermissionsBoundaryType: 'Policy',
      PermissionsBoundaryArn: role.boundary,
    };
  }
  if (role.tags.size > 0) output.Tags = tagList(role.tags);
  return output;
}

function readBoundary(call: Call): string | undefined {
  const arn = readerOf(call).optionalText('PermissionsBoundary', arnRules);
  if (arn !== undefined && !findPolicy(call.world, call.account, arn)) {
    throw new ServiceError('NoSuchEntity', `Scope ARN: ${arn} does not exist or is not attachable.`, 404);
  }
  return arn;
}

function makeRole(call: Call, name: string, path: string, trust: Trust): Role {
  const { world } = call;
  const { roles } = iamState(world, call.account);
  if (roles.has(name.toLowerCase())) {
    throw new ServiceError('EntityAlreadyExists', `Role with name ${name} already exists.`, 409);
  }
  const reader = readerOf(call);
  const role: Role = {
    name,
    id: `AROA${randomId(world, 17)}`,
    path,
    arn: `arn:${call.partition}:iam::${call.account}:role${path}${name}`,
    createdAt: world.now(),
    trust: propagate(undefined, trust, world.now(), world.delays.policyPropagation),
    description: reader.optionalText('Description', descriptionRules),
    maxSessionDuration: reader.optionalInteger('MaxSessionDuration', 3600, 43_200) ?? 3600,
    boundary: readBoundary(call),
    tags: mergeTags(new Map(), reader.optionalTagList('Tags') ?? new Map(), 'role'),
    inline: new Map(),
    attached: new Map(),
  };
  roles.set(name.toLowerCase(), role);
  return role;
}

function createRole(call: Call): JsonObject {
  const reader = readerOf(call);
  const name = reader.text('RoleName', roleNameRules);
  const path = readPath(reader);
  return {
    Role: describe(call, makeRole(call, name, path, readTrust(call, 'AssumeRolePolicyDocument')), true),
  };
}

function createServiceLinkedRole(call: Call): JsonObject {
  const service = readerOf(call).text('AWSServiceName', { min: 1, max: 128 });
  const words = service.split('.')[0]?.split('-') ?? [];
  const name = `AWSServiceRoleFor${words.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('')}`;
  const document = JSON.stringify({
    Version: '2012-10-17',
    Statement: [{ Effect: 'Allow', Principal: { Service: service }, Action: 'sts:AssumeRole' }],
  });
  const path = `/aws-service-role/${service}/`;
  return { Role: describe(call, makeRole(call, name, path, { document, principalIds: new Map() }), true) };
}

function deleteRole(call: Call): JsonObject {
  const role = namedRole(call);
  if (role.attached.size > 0) {
    throw new ServiceError('DeleteConflict', 'Cannot delete entity, must detach all policies first.', 409);
  }
  if (role.inline.size > 0) {
    throw new ServiceError('DeleteConflict', 'Cannot delete entity, must delete policies first.', 409);
  }
  iamState(call.world, call.account).roles.delete(role.name.toLowerCase());
  return {};
}

function listRoles(call: Call): JsonObject {
  const prefix = readerOf(call).optionalText('PathPrefix', { min: 1, max: 512 }) ?? '/';
  const roles = [...iamState(call.world, call.account).roles.values()]
    .filter((role) => role.path.startsWith(prefix))
    .sort((left, right) => left.name.localeCompare(right.name));
  const { items, rest } = page(call, roles);
  return { Roles: items.map((role) => describe(call, role, false)), ...rest };
}

function updateRole(call: Call): JsonObject {
  const role = namedRole(call);
  const reader = readerOf(call);
  const description = reader.optionalText('Description', descriptionRules);
  role.maxSessionDuration =
    reader.optionalInteger('MaxSessionDuration', 3600, 43_200) ?? role.maxSessionDuration;
  if (description !== undefined) role.description = description;
  return {};
}

function updateAssumeRolePolicy(call: Call): JsonObject {
  const role = namedRole(call);
  const trust = readTrust(call, 'PolicyDocument');
  role.trust = propagate(role.trust, trust, call.world.now(), call.world.delays.policyPropagation);
  return {};
}

export const roleOperations: Operations = {
  CreateRole: createRole,
  CreateServiceLinkedRole: createServiceLinkedRole,
  GetRole: (call) => {
    const role = namedRole(call);
    return { Role: { ...describe(call, role, true), ...getRoleDetails(role) } };
  },
  DeleteRole: deleteRole,
  ListRoles: listRoles,
  UpdateRole: updateRole,
  UpdateAssumeRolePolicy: updateAssumeRolePolicy,
  TagRole: (call) => {
    const role = namedRole(call);
    role.tags = mergeTags(role.tags, readerOf(call).optionalTagList('Tags') ?? new Map(), 'role');
    return {};
  },
  UntagRole: (call) => {
    const role = namedRole(call);
    role.tags = withoutTags(role.tags, readerOf(call).optionalTexts('TagKeys') ?? [], 'role');
    return {};
  },
  ListRoleTags: (call) => {
    const { items, rest } = page(call, tagList(namedRole(call).tags));
    return { Tags: [...items], ...rest };
  },
  PutRolePermissionsBoundary: (call) => {
    const role = namedRole(call);
    readerOf(call).text('PermissionsBoundary', arnRules);
    role.boundary = readBoundary(call);
    return {};
  },
  DeleteRolePermissionsBoundary: (call) => {
    const role = namedRole(call);
    if (role.boundary === undefined) {
      throw new ServiceError('NoSuchEntity', `Role ${role.name} does not have a permission boundary.`, 404);
    }
    role.boundary = undefined;
    return {};
  },
  ListInstanceProfilesForRole: (call) => {
    namedRole(call);
    return { InstanceProfiles: [], IsTruncated: false };
  },
};
