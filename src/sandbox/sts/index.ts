/** AWS Security Token Service, API version 2011-06-15. */
import { parseArn } from '../arn.ts';
import { deniesExplicitly, globalContext } from '../auth/authorize.ts';
import { refuseUnsigned } from '../auth/caller.ts';
import { issueSession, type Session } from '../auth/sessions.ts';
import { sameAccount, trustVerdict } from '../auth/trust.ts';
import { isoDate } from '../iam/shared.ts';
import { findPolicy, roleByArn } from '../iam/state.ts';
import { checkIdentityPolicy } from '../iam/validate.ts';
import { isObject, Reader } from '../input.ts';
import {
  type Call,
  type JsonObject,
  type Operations,
  type RequestContext,
  ServiceError,
} from '../operation.ts';

const sessionNameRules = { min: 2, max: 64, pattern: /^[\w+=,.@-]*$/, patternText: '[\\w+=,.@-]*' };
const externalIdRules = { min: 2, max: 1224, pattern: /^[\w+=,.@:/-]*$/, patternText: '[\\w+=,.@:\\/-]*' };

const credentials = (session: Session): JsonObject => ({
  AccessKeyId: session.accessKeyId,
  SecretAccessKey: session.secretAccessKey,
  SessionToken: session.sessionToken,
  Expiration: isoDate(session.expiration),
});

function getCallerIdentity(call: Call): JsonObject {
  const { caller } = call;
  if (caller.kind === 'anonymous') refuseUnsigned('sts');
  const role = caller.kind === 'session' ? roleByArn(call.world, caller.roleArn) : undefined;
  const userId = role ? `${role.id}:${caller.arn.split('/').at(-1)}` : caller.account;
  return { UserId: userId, Account: caller.account, Arn: caller.arn };
}

/** Session policies of a call: one given as text, and managed ones by ARN. */
function sessionPolicies(call: Call, reader: Reader, account: string): readonly string[] {
  const inline = reader.optionalText('Policy', { min: 1, max: 2048 });
  if (inline !== undefined) checkIdentityPolicy(inline);
  const managed = (reader.optionalList('PolicyArns') ?? []).map((item) => {
    const arn = isObject(item) ? new Reader(item, 'ValidationError').text('arn') : '';
    const policy = findPolicy(call.world, account, arn);
    const document = policy?.versions.find(({ id }) => id === policy.defaultVersion.current)?.document;
    if (document === undefined)
      throw new ServiceError('PackedPolicyTooLarge', `Policy ${arn} does not exist.`);
    return document;
  });
  return [...(inline === undefined ? [] : [inline]), ...managed];
}

function assumeContext(reader: Reader, sessionName: string): RequestContext {
  const externalId = reader.optionalText('ExternalId', externalIdRules);
  return {
    'sts:RoleSessionName': sessionName,
    ...(externalId === undefined ? {} : { 'sts:ExternalId': externalId }),
  };
}

function assumeRole(call: Call): JsonObject {
  const { caller, world } = call;
  if (caller.kind === 'anonymous') refuseUnsigned('sts');
  const reader = new Reader(call.input, 'ValidationError');
  const roleArn = reader.text('RoleArn', { min: 20, max: 2048 });
  const sessionName = reader.text('RoleSessionName', sessionNameRules);
  const duration = reader.optionalInteger('DurationSeconds', 900, 43_200) ?? 3600;
  const context = assumeContext(reader, sessionName);
  const account = parseArn(roleArn)?.account ?? '';
  if (!/^arn:[\w-]+:iam::\d{12}:role\/.+$/.test(roleArn)) {
    throw new ServiceError('ValidationError', `${roleArn} is invalid`);
  }
  const role = roleByArn(world, roleArn);
  const text = `User: ${caller.arn} is not authorized to perform: sts:AssumeRole on resource: ${roleArn}`;
  const refusal = new ServiceError('AccessDenied', text, 403);
  if (!role) {
    call.allowed('sts:AssumeRole', roleArn, context);
    throw refusal;
  }
  // A root user's key may assume no role in AWS. Here it stands for an administrator of its account, the only kind of
  // long-term caller there is, so that role sessions can be had at all.
  const full = { ...globalContext(world, caller, call.region), ...context };
  const trust = trustVerdict(world, role, caller, 'sts:AssumeRole', full);
  const identity = call.allowed('sts:AssumeRole', roleArn, context);
  // In one account a trust policy that names the caller is enough; otherwise the caller's own policies must allow it
  // as well. IAM User Guide, "Cross-account policy evaluation logic" and "Policy evaluation for requests within a
  // single account".
  const enough =
    identity ||
    (sameAccount(role, caller) &&
      trust.named &&
      !deniesExplicitly(world, caller, { action: 'sts:AssumeRole', resource: roleArn, context: full }));
  if (trust.verdict !== 'allow' || !enough) throw refusal;
  // "Role chaining limits your … session to a maximum of one hour."
  const longest = caller.kind === 'session' ? 3600 : role.maxSessionDuration;
  if (duration > longest) {
    const reason =
      caller.kind === 'session'
        ? 'The requested DurationSeconds exceeds the 1 hour session limit for roles assumed by role chaining'
        : 'The requested DurationSeconds exceeds the MaxSessionDuration set for this role.';
    throw new ServiceError('ValidationError', reason);
  }
  const arn = `arn:${parseArn(roleArn)?.partition}:sts::${account}:assumed-role/${role.name}/${sessionName}`;
  const policies = sessionPolicies(call, reader, account);
  const principal = { kind: 'session', account, arn, roleArn, sessionPolicies: policies } as const;
  const session = issueSession(world, principal, duration, role.id);
  return {
    Credentials: credentials(session),
    AssumedRoleUser: { AssumedRoleId: `${role.id}:${sessionName}`, Arn: arn },
  };
}

function getSessionToken(call: Call): JsonObject {
  const { caller } = call;
  if (caller.kind === 'anonymous') refuseUnsigned('sts');
  if (caller.kind === 'session') {
    throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
  }
  const duration = new Reader(call.input, 'ValidationError').optionalInteger('DurationSeconds', 900, 129_600);
  // "Sessions for … account owners are restricted to a maximum of 3,600 seconds", longer ones are shortened.
  return {
    Credentials: credentials(issueSession(call.world, caller, Math.min(duration ?? 3600, 3600), undefined)),
  };
}

export const stsOperations: Operations = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  GetSessionToken: getSessionToken,
};
