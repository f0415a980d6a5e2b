/**
 * Checks policy documents as IAM does.
 * IAM User Guide, "Grammar of the IAM JSON policy language".
 */

import { isObject, parseObject } from '../../input.ts';
import { type Json, type JsonObject, ServiceError } from '../../operation.ts';
import { readOperator } from '../../policy/conditions.ts';
import { texts } from '../../policy/policy.ts';

const malformed = (message: string): ServiceError => new ServiceError('MalformedPolicyDocument', message);

const commonElements = ['Sid', 'Effect', 'Action', 'NotAction', 'Condition'];
const identityElements = new Set([...commonElements, 'Resource', 'NotResource']);
const trustElements = new Set([...commonElements, 'Principal']);

/** The statements of a policy document. Throws MalformedPolicyDocument if it isn't a policy. */
function statementsOf(document: string): readonly JsonObject[] {
  const policy = parseObject(document);
  if (!policy) throw malformed('This policy contains invalid Json');
  const unknown = Object.keys(policy).find((key) => !['Version', 'Id', 'Statement'].includes(key));
  if (unknown !== undefined) throw malformed('Syntax errors in policy.');
  const version = policy.Version;
  if (version !== undefined && version !== '2012-10-17' && version !== '2008-10-17') {
    throw malformed('The policy must contain a valid version string.');
  }
  const list = policy.Statement;
  if (list === undefined) throw malformed('Syntax errors in policy.');
  const statements = Array.isArray(list) ? list : [list];
  if (statements.length === 0) throw malformed('Syntax errors in policy.');
  const seen = new Set<string>();
  return statements.map((statement) => {
    if (!isObject(statement)) throw malformed('Syntax errors in policy.');
    const sid = statement.Sid;
    if (typeof sid === 'string' && sid !== '') {
      if (seen.has(sid)) throw malformed('Statement IDs (SID) in a single policy must be unique.');
      seen.add(sid);
    }
    return statement;
  });
}

function checkConditions(value: Json | undefined): void {
  if (value === undefined) return;
  if (!isObject(value)) throw malformed('Syntax errors in policy.');
  for (const [operator, keys] of Object.entries(value)) {
    if (!readOperator(operator)) throw malformed(`Invalid Condition type : ${operator}.`);
    if (!isObject(keys)) throw malformed('Syntax errors in policy.');
  }
}

function checkActions(statement: JsonObject): readonly string[] {
  const actions = texts(statement.Action ?? statement.NotAction);
  if (!actions || actions.length === 0) throw malformed('Policy statement must contain actions.');
  if (statement.Action !== undefined && statement.NotAction !== undefined) {
    throw malformed('Syntax errors in policy.');
  }
  for (const action of actions) {
    if (action !== '*' && !/^[\w-]+:[\w*?]+$/.test(action)) {
      throw malformed('Actions/Conditions must be prefaced by a vendor, e.g., iam, sdb, ec2, etc.');
    }
  }
  return actions;
}

function checkStatement(statement: JsonObject, elements: ReadonlySet<string>): readonly string[] {
  const { Effect: effect } = statement;
  if (effect === undefined) throw malformed('Missing required field Effect cannot be empty!');
  if (effect !== 'Allow' && effect !== 'Deny') throw malformed(`Invalid effect: ${String(effect)}`);
  const unknown = Object.keys(statement).find((key) => !elements.has(key));
  if (unknown !== undefined) throw malformed('Syntax errors in policy.');
  checkConditions(statement.Condition);
  return checkActions(statement);
}

/** Checks an identity-based policy, inline or managed. */
export function checkIdentityPolicy(document: string): void {
  for (const statement of statementsOf(document)) {
    if (statement.Principal !== undefined || statement.NotPrincipal !== undefined) {
      throw malformed('Policy document should not specify a principal.');
    }
    checkSid(statement.Sid);
    checkStatement(statement, identityElements);
    checkResources(statement);
  }
}

function checkSid(sid: Json | undefined): void {
  if (sid === undefined || (typeof sid === 'string' && /^[A-Za-z0-9]*$/.test(sid))) return;
  throw malformed(
    'Statement IDs (SID) must be alpha-numeric. Check that your input satisfies the regular expression [0-9A-Za-z]*',
  );
}

function checkResources(statement: JsonObject): void {
  const resources = texts(statement.Resource ?? statement.NotResource);
  if (!resources || resources.length === 0) throw malformed('Policy statement must contain resources.');
  const invalidResource = resources.find((resource) => resource !== '*' && !resource.startsWith('arn:'));
  if (invalidResource !== undefined)
    throw malformed(`Resource ${invalidResource} must be in ARN format or "*".`);
}

/**
 * Checks a trust policy. Returns the unique IDs of its role principals.
 * `roleId` returns the unique ID of an existing role. "that ARN transforms to the role unique principal ID
 * when you save the policy". IAM User Guide, "AWS JSON policy elements: Principal".
 */
export function checkTrustPolicy(
  document: string,
  roleId: (arn: string) => string | undefined,
): ReadonlyMap<string, string> {
  const ids = new Map<string, string>();
  for (const statement of statementsOf(document)) {
    if (statement.Resource !== undefined || statement.NotResource !== undefined) {
      throw malformed('Has prohibited field Resource');
    }
    const actions = checkStatement(statement, trustElements);
    if (actions.some((action) => action !== '*' && !/^sts:/i.test(action))) {
      throw malformed('AssumeRole policy may only specify STS AssumeRole actions.');
    }
    checkPrincipals(statement.Principal, roleId, ids);
  }
  return ids;
}

function checkPrincipals(
  value: Json | undefined,
  roleId: (arn: string) => string | undefined,
  ids: Map<string, string>,
): void {
  if (value === '*') return;
  if (!isObject(value)) throw malformed('Missing required field Principal');
  for (const [kind, names] of Object.entries(value)) {
    if (!['AWS', 'Service', 'Federated', 'CanonicalUser'].includes(kind))
      throw malformed('Syntax errors in policy.');
    for (const name of texts(names) ?? []) {
      const valid =
        kind === 'AWS'
          ? checkAwsPrincipal(name, roleId, ids)
          : kind !== 'Service' || /^[\w.-]+\.(amazonaws\.com(\.cn)?|internal)$/.test(name);
      if (!valid) throw malformed(`Invalid principal in policy: "${kind}":"${name}"`);
    }
  }
}

function checkAwsPrincipal(
  name: string,
  roleId: (arn: string) => string | undefined,
  ids: Map<string, string>,
): boolean {
  if (name === '*' || /^\d{12}$/.test(name) || /^arn:[\w-]+:iam::\d{12}:root$/.test(name)) return true;
  if (/^arn:[\w-]+:sts::\d{12}:assumed-role\/[^/*]+\/[^*]+$/.test(name)) return true;
  // A policy that still names a principal by its transformed ID can be saved again.
  if (/^AROA[A-Z0-9]+$/.test(name)) return true;
  const id = roleId(name);
  if (id === undefined) return false;
  ids.set(name, id);
  return true;
}

/** Length of a document as the quotas count it: "IAM does not count white space". */
export function policySize(document: string): number {
  return document.replaceAll(/\s/g, '').length;
}
