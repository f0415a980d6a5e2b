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
import { matching, namedFunction, regionPattern } from './lookup.ts';
import { readerOf } from './settings.ts';
import { type LambdaFunction, newRevision } from './state.ts';

function principalOf(call: Call, principal: string): JsonObject | string {
  if (principal === '*') return '*';
  if (/^\d{12}$/.test(principal)) return { AWS: `arn:${call.partition}:iam::${principal}:root` };
  return principal.startsWith('arn:') ? { AWS: principal } : { Service: principal };
}

const sourceArnRules = matching(
  `arn:(aws[a-zA-Z0-9-]*):([a-zA-Z0-9\\-])+:(${regionPattern})?:(\\d{12})?:(.*)`,
);

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

function addPermission(call: Call): JsonObject {
  const target = namedFunction(call);
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
  checkRevision(call, target, 'GetPolicy');
  if (!/^(\*|\d{12}|arn:.+|[\w.-]+\.(amazonaws\.com(\.cn)?|internal))$/.test(principal)) {
    throw new ServiceError(
      'InvalidParameterValueException',
      'The provided principal was invalid. Please check the principal and try again.',
    );
  }
  if (target.permissions.has(sid)) {
    const text = `The statement id (${sid}) provided already exists. Please provide a new statement id, or remove the existing statement.`;
    throw new ServiceError('ResourceConflictException', text, 409);
  }
  const statement: JsonObject = {
    Sid: sid,
    Effect: 'Allow',
    Principal: principalOf(call, principal),
    Action: action,
    Resource: target.arn,
  };
  if (condition) statement.Condition = condition;
  const after = new Map([...target.permissions, [sid, statement] as const]);
  if (Buffer.byteLength(documentOf(after)) > 20_480) {
    throw new ServiceError(
      'PolicyLengthExceededException',
      'The final policy size is bigger than the limit (20480).',
    );
  }
  target.permissions.set(sid, statement);
  target.revision = newRevision();
  return { Statement: JSON.stringify(statement) };
}

const documentOf = (permissions: ReadonlyMap<string, JsonObject>): string =>
  JSON.stringify({ Version: '2012-10-17', Id: 'default', Statement: [...permissions.values()] });

function getPolicy(call: Call): JsonObject {
  const target = namedFunction(call);
  if (target.permissions.size === 0) {
    throw new ServiceError('ResourceNotFoundException', 'The resource you requested does not exist.', 404);
  }
  return { Policy: documentOf(target.permissions), RevisionId: revisionId(call, target) };
}

function removePermission(call: Call): JsonObject {
  const target = namedFunction(call);
  const sid = readerOf(call).text('StatementId', { min: 1, max: 100 });
  checkRevision(call, target, 'GetPolicy');
  if (!target.permissions.delete(sid)) {
    const text = `Statement ${sid} is not found in resource policy.`;
    throw new ServiceError('ResourceNotFoundException', text, 404);
  }
  target.revision = newRevision();
  return {};
}

/** True if a function's policy lets a service invoke it for a resource. */
export function mayInvoke(
  target: LambdaFunction,
  { service, sourceArn, sourceAccount }: InvokeSource,
): boolean {
  const policy = readPolicy(documentOf(target.permissions));
  const context = { 'aws:SourceArn': sourceArn, 'aws:SourceAccount': sourceAccount };
  const request = {
    action: 'lambda:InvokeFunction',
    resource: target.arn,
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
