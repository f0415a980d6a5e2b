/** AssumeRole. AWS STS API Reference; IAM User Guide, "Policy evaluation logic". */
import { parseArn } from '../../arn.ts';
import { globalContext, namedIsEnough } from '../../auth/authorize.ts';
import { refuseUnsigned } from '../../auth/caller.ts';
import { sameAccount, trustVerdict } from '../../auth/trust.ts';
import { isObject, Reader } from '../../input.ts';
import {
  type Call,
  type JsonObject,
  type Principal,
  type RequestContext,
  ServiceError,
} from '../../operation.ts';
import { assertIssues } from '../../regions.ts';
import { issueSession } from '../../sessions.ts';
import { findPolicy, type Role, roleByArn } from '../iam/state.ts';
import { checkIdentityPolicy } from '../iam/validate.ts';
import { describeCredentials } from './credentials.ts';

const sessionNameRules = { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/, patternText: '[\\w+=,.@-]*' };
const externalIdRules = { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/, patternText: '[\\w+=,.@:\\/-]*' };

/** Session policies of a call: an inline policy, and managed policies by ARN. */
function sessionPolicies(call: Call, reader: Reader, account: string): readonly string[] {
  const inline = reader.optionalText('Policy', { min: 1, max: 2048 });
  if (inline !== undefined) checkIdentityPolicy(inline);
  const managed = (reader.optionalList('PolicyArns') ?? []).map((item) => {
    const arn = isObject(item) ? new Reader(item, 'ValidationError').text('arn') : '';
    const policy = findPolicy(call.world, account, arn);
    const document = policy?.versions.find(({ id }) => id === policy.defaultVersion.current)?.document;
    // AWS doesn't document the error code for a managed session policy that doesn't exist.
    if (document === undefined) throw new ServiceError('ValidationError', `Policy ${arn} does not exist.`);
    return document;
  });
  return [...(inline === undefined ? [] : [inline]), ...managed];
}

/** Condition keys of a request to assume a role. */
function readContext(reader: Reader, sessionName: string): RequestContext {
  const externalId = reader.optionalText('ExternalId', externalIdRules);
  return {
    'sts:RoleSessionName': sessionName,
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
  };
}

/**
 * Throws AccessDenied unless the caller may assume the role.
 * In one account, a trust policy that names the caller is enough. Otherwise, the caller's own policies must
 * allow it as well ("Cross-account policy evaluation logic").
 * In AWS, the key of a root user cannot assume a role. Here, it represents an administrator of its account,
 * the only kind of long-term caller. Otherwise, there would be no role sessions at all.
 */
function checkAllowed(
  call: Call,
  caller: Exclude<Principal, { kind: 'anonymous' }>,
  roleArn: string,
  role: Role | undefined,
  extra: RequestContext,
): asserts role is Role {
  const action = 'sts:AssumeRole';
  const identity = call.allowed(action, roleArn, extra);
  const text = `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${roleArn}`;
  if (!role) throw new ServiceError('AccessDenied', text, 403);
  const context = { ...globalContext(call.world, caller, call.region), ...extra };
  const trust = trustVerdict(call.world, role, caller, action, context);
  const request = { action, resource: roleArn, context };
  const isSameAccount = sameAccount(role, caller);
  const allowedByCaller =
    identity ||
    (isSameAccount && trust.named !== undefined && namedIsEnough(call.world, caller, request, trust.named));
  if (trust.verdict === 'allow' && allowedByCaller) return;
  // IAM User Guide, "Troubleshoot access denied error messages". Across accounts, the messages give no
  // reason.
  const reason =
    trust.verdict === 'explicit-deny'
      ? ' with an explicit deny in the role trust policy'
      : ` because no ${allowedByCaller ? 'role trust' : 'identity-based'} policy allows the ${action} action`;
  throw new ServiceError('AccessDenied', isSameAccount ? `${text}${reason}` : text, 403);
}

/**
 * Refuses a duration above the limit of the session.
 * "Role chaining limits your AWS CLI or AWS API role session to a maximum of one hour."
 */
function checkDuration(caller: Principal, role: Role, duration: number): void {
  const chained = caller.kind === 'session';
  if (duration <= (chained ? 3600 : role.maxSessionDuration)) return;
  throw new ServiceError(
    'ValidationError',
    chained
      ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
      : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.',
  );
}

/** The AssumeRole operation. */
export function assumeRole(call: Call): JsonObject {
  const { caller, world } = call;
  if (caller.kind === 'anonymous') refuseUnsigned('sts');
  const reader = new Reader(call.input, 'ValidationError');
  const roleArn = reader.text('RoleArn', { min: 20, max: 2048 });
  const sessionName = reader.text('RoleSessionName', sessionNameRules);
  const duration = reader.optionalInteger('DurationSeconds', 900, 43_200) ?? 3600;
  const context = readContext(reader, sessionName);
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(roleArn)) {
    throw new ServiceError('ValidationError', `${roleArn} is invalid`);
  }
  const role = roleByArn(world, roleArn);
  checkAllowed(call, caller, roleArn, role, context);
  checkDuration(caller, role, duration);
  const { partition, account } = parseArn(roleArn) ?? { partition: call.partition, account: '' };
  // AWS doesn't document whether it checks this before the trust policy.
  assertIssues(world, account, call.region);
  const arn = `arn:${partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`;
  const policies = sessionPolicies(call, reader, account);
  const principal = { kind: 'session', account, arn, roleArn, sessionPolicies: policies } as const;
  const session = issueSession(world, principal, duration, role.id);
  return {
    Credentials: describeCredentials(session),
    AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: arn },
  };
}
