/** Inline and attached policies of a role. IAM API Reference. */
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { propagate } from '../../propagating.ts';
import {
  documentRules,
  encodeDocument,
  page,
  policyNameRules,
  readerOf,
  readPolicyArn,
  roleNameRules,
} from './shared.ts';
import { type Role, requirePolicy, requireRole } from './state.ts';
import { checkIdentityPolicy, policySize } from './validate.ts';

const namedRole = (call: Call): Role => requireRole(call, readerOf(call).text('RoleName', roleNameRules));

function putRolePolicy(call: Call): JsonObject {
  const reader = readerOf(call);
  const name = reader.text('PolicyName', policyNameRules);
  const document = reader.text('PolicyDocument', documentRules);
  const role = namedRole(call);
  checkIdentityPolicy(document);
  const others = [...role.inline].filter(([known]) => known !== name).map(([, policy]) => policy.current);
  const total = [...others, document].reduce((sum, text) => sum + policySize(text), 0);
  if (total > 10_240) {
    // "Role inline policy size can't exceed 10,240 characters" in total (IAM User Guide, "IAM and AWS STS
    // quotas").
    const text = `Maximum policy size of 10240 bytes exceeded for role ${role.name}`;
    throw new ServiceError('LimitExceeded', text, 409);
  }
  const { world } = call;
  role.inline.set(
    name,
    propagate(role.inline.get(name), document, world.now(), world.delays.policyPropagation),
  );
  return {};
}

const noSuchPolicy = (name: string): ServiceError =>
  new ServiceError('NoSuchEntity', `The role policy with name ${name} cannot be found.`, 404);

function getRolePolicy(call: Call): JsonObject {
  const name = readerOf(call).text('PolicyName', policyNameRules);
  const role = namedRole(call);
  const policy = role.inline.get(name);
  if (!policy) throw noSuchPolicy(name);
  return { RoleName: role.name, PolicyName: name, PolicyDocument: encodeDocument(policy.current) };
}

function deleteRolePolicy(call: Call): JsonObject {
  const name = readerOf(call).text('PolicyName', policyNameRules);
  if (!namedRole(call).inline.delete(name)) throw noSuchPolicy(name);
  return {};
}

function attachRolePolicy(call: Call): JsonObject {
  const arn = readPolicyArn(call);
  const role = namedRole(call);
  requirePolicy(call, arn);
  if (role.attached.has(arn)) return {};
  if (role.attached.size >= 10) {
    throw new ServiceError('LimitExceeded', 'Cannot exceed quota for PoliciesPerRole: 10', 409);
  }
  role.attached.set(arn, call.world.now() + call.world.delays.policyPropagation);
  return {};
}

function detachRolePolicy(call: Call): JsonObject {
  const arn = readPolicyArn(call);
  if (!namedRole(call).attached.delete(arn)) {
    throw new ServiceError('NoSuchEntity', `Policy ${arn} was not found.`, 404);
  }
  return {};
}

export const rolePolicyOperations: Operations = {
  PutRolePolicy: putRolePolicy,
  GetRolePolicy: getRolePolicy,
  DeleteRolePolicy: deleteRolePolicy,
  AttachRolePolicy: attachRolePolicy,
  DetachRolePolicy: detachRolePolicy,
  ListRolePolicies: (call) => {
    const { items, rest } = page(call, [...namedRole(call).inline.keys()].sort());
    return { PolicyNames: [...items], ...rest };
  },
  ListAttachedRolePolicies: (call) => {
    const prefix = readerOf(call).optionalText('PathPrefix') ?? '/';
    const policies = [...namedRole(call).attached.keys()]
      .map((arn) => requirePolicy(call, arn))
      .filter((policy) => policy.path.startsWith(prefix));
    const { items, rest } = page(call, policies);
    return {
      AttachedPolicies: items.map(({ name, arn }) => ({ PolicyName: name, PolicyArn: arn })),
      ...rest,
    };
  },
};
