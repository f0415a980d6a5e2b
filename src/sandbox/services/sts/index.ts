/** AWS Security Token Service, API version 2011-06-15. */
import { refuseUnsigned } from '../../auth/caller.ts';
import { Reader } from '../../input.ts';
import { type Call, type JsonObject, type Operations, ServiceError } from '../../operation.ts';
import { issueSession } from '../../sessions.ts';
import { roleByArn } from '../iam/state.ts';
import { assumeRole } from './assume-role.ts';
import { describeCredentials } from './credentials.ts';

function getCallerIdentity(call: Call): JsonObject {
  const { caller } = call;
  if (caller.kind === 'anonymous') refuseUnsigned('sts');
  const role = caller.kind === 'session' ? roleByArn(call.world, caller.roleArn) : undefined;
  const userId = role ? `${role.id}:${caller.arn.split('/').at(-1)}` : caller.account;
  return { UserId: userId, Account: caller.account, Arn: caller.arn };
}

function getSessionToken(call: Call): JsonObject {
  const { caller } = call;
  if (caller.kind === 'anonymous') refuseUnsigned('sts');
  if (caller.kind === 'session') {
    throw new ServiceError('AccessDenied', 'Cannot call GetSessionToken with session credentials', 403);
  }
  const duration = new Reader(call.input, 'ValidationError').optionalInteger('DurationSeconds', 900, 129_600);
  // "Sessions for AWS account owners are restricted to a maximum of 3,600 seconds (one hour). If the duration
  // is longer than one hour, the session for AWS account owners defaults to one hour."
  const session = issueSession(call.world, caller, Math.min(duration ?? 3600, 3600), undefined);
  return { Credentials: describeCredentials(session) };
}

export const stsOperations: Operations = {
  GetCallerIdentity: getCallerIdentity,
  AssumeRole: assumeRole,
  GetSessionToken: getSessionToken,
};
