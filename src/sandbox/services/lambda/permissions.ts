/**
 * Resource-based policies of functions.
 * Lambda Developer Guide, "Viewing resource-based IAM policies in Lambda".
 */

import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { evaluate } from '../../policy/evaluate.ts';
import { readPolicy } from '../../policy/policy.ts';
import type { InvokeSource } from '../../world.ts';
import { revisionId } from './describe.ts';
import { checkRevision } from './functions.ts';
import { namedResource, qualifierOf, sourceArnRules } from './lookup.ts';
import { readerOf } from './settings.ts';
import { latest, type Named, newRevision } from './state.ts';

function principalOf(call: Call, principal: string): JsonObject | string {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:${call.partition}:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}

/**
 * The condition of a permission.
 * "SourceArn … Note that Lambda configures the comparison using the StringLike operator". Its policies show
 * ArnLike.
 */
function conditionOf(call: Call): JsonObject | undefined {
  const reader = readerOf(call);
  const sourceArn = reader.optionalText('SourceArn', sourceArnRules);
  const sourceAccount = reader.optionalText('SourceAccount', {
    max: 12,
    pattern: /^\d{12}$/,
    patternText: '\\d{12}',
  });
  const condition: JsonObject = {};
  if (sourceAccount !== undefined) condition.StringEquals = { 'AWS:SourceAccount': sourceAccount };
  if (sourceArn !== undefined) condition.ArnLike = { 'AWS:SourceArn': sourceArn };
  return Object.keys(condition).length > 0 ? condition : undefined;
}

/** A function, version, or alias. Each has its own resource-based policy. */
interface PolicyOwner {
  /** Resource of its statements. */
  readonly arn: string;
  readonly permissions: Map<string, JsonObject>;
}

const policyOwner = ({ target, alias }: Named): PolicyOwner => alias ?? target;

/** The owner of a policy, and its RevisionId. Each change of the policy renews the RevisionId. */
function ownerOf(call: Call): PolicyOwner & { readonly revision: string; renew(): void } {
  const { target, alias } = namedResource(call);
  const renewed = newRevision();
  if (alias === undefined)
    return {
      arn: target.arn,
      permissions: target.permissions,
      revision: revisionId(call, target),
      renew: () => void Object.assign(target, { revision: renewed }),
    };
  const { arn, permissions, revision } = alias;
  return { arn, permissions, revision, renew: () => void Object.assign(alias, { revision: renewed.done }) };
}

function addPermission(call: Call): JsonObject {
  // "Note: Lambda does not support adding policies to version $LATEST."
  if (qualifierOf(call) === latest) {
    const text = 'We currently do not support adding policies for $LATEST.';
    throw new ServiceError('InvalidParameterValueException', text);
  }
  const owner = ownerOf(call);
  const reader = readerOf(call);
  const sid = reader.text('StatementId', {
    min: 1,
    max: 100,
    pattern: /^[a-zA-Z0-9-_]+$/,
    patternText: '([a-zA-Z0-9-_]+)',
  });
  const action = reader.text('Action', {
    pattern: /^(lambda:\*|lambda:[a-zA-Z]+|\*)$/,
    patternText: '(lambda:[*]|lambda:[a-zA-Z]+|[*])',
  });
  const principal = reader.text('Principal', { pattern: /^\S+$/, patternText: '[^\\s]+' });
  const condition = conditionOf(call);
  checkRevision(call, owner.revision, 'GetPolicy');
  if (!/^(\*|\d{12}|arn:.+|[\w.-]+\.(amazonaws\.com(\.cn)?|internal))$/.test(principal)) {
    throw new ServiceError(
      'InvalidParameterValueException',
      'The provided principal was invalid. Please check the principal and try again.',
    );
  }
  if (owner.permissions.has(sid)) {
    const text = `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
    throw new ServiceError('ResourceConflictException', text, 409);
  }
  const statement: JsonObject = {
    Sid: sid,
    Effect: 'Allow',
    Principal: principalOf(call, principal),
    Action: action,
    Resource: owner.arn,
  };
  if (condition) statement.Condition = condition;
  const after = new Map([...owner.permissions, [sid, statement] as const]);
  if (Buffer.byteLength(documentOf(after)) > 20_480) {
    throw new ServiceError(
      'PolicyLengthExceededException',
      'The final policy size is bigger than the limit (20480).',
    );
  }
  owner.permissions.set(sid, statement);
  owner.renew();
  return { Statement: JSON.stringify(statement) };
}

const documentOf = (permissions: ReadonlyMap<string, JsonObject>): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: [...permissions.values()] });

function getPolicy(call: Call): JsonObject {
  const { permissions, revision } = ownerOf(call);
  if (permissions.size === 0) {
    throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  }
  return { Policy: documentOf(permissions), RevisionId: revision };
}

function removePermission(call: Call): JsonObject {
  const owner = ownerOf(call);
  const sid = readerOf(call).text('StatementId', { min: 1, max: 100 });
  checkRevision(call, owner.revision, 'GetPolicy');
  if (!owner.permissions.delete(sid)) {
    const text = `Statement ${sid} is not found in resource policy.`;
    throw new ServiceError('ResourceNotFoundException', text, 404);
  }
  owner.renew();
  return {};
}

/** True if the policy of a function, version, or alias lets a service invoke it for a resource. */
export function mayInvoke(named: Named, { service, sourceArn, sourceAccount }: InvokeSource): boolean {
  const { arn, permissions } = policyOwner(named);
  const policy = readPolicy(documentOf(permissions));
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount };
  const request = {
    action: 'lambda:InvokeFunction',
    resource: arn,
    context,
    requester: { service, arns: [] },
  };
  return policy !== undefined && evaluate([policy], request) === 'allow';
}

export const permissionOperations: Operations = {
  AddPermission: addPermission,
  GetPolicy: getPolicy,
  RemovePermission: removePermission,
};
