/** The calls of the work after a move: to both pools, and to the function itself. Each rejects if it fails. */
import { listOf, optionalText, toUser } from './answers.ts';
import { type JsonCall, restCalls } from './aws/json.ts';
import { AwsError, UNRECOGNIZED } from './aws/send.ts';
import { signedCaller } from './aws/sign.ts';
import type { Environment, NewPoolAccess } from './environment.ts';
import { AFTER_MOVE } from './event.ts';
import type { Clock } from './migrate.ts';
import { type NamedUser, oldValue } from './old-user.ts';
import { cognitoCalls, listAll, ownCredentials } from './pool-calls.ts';
import { movedAtName, movedToName, oldSubName } from './settings.ts';

/** A user of the new pool. */
export interface NewUser {
  readonly userName: string;
  readonly sub: string | undefined;
  /** Milliseconds since 1970. */
  readonly createdAt: number;
  /** The `sub` that the user had in the old pool. Absent: a user who didn't move. */
  readonly oldSub: string | undefined;
}

export interface BothPools {
  readonly newUserPoolId: string;
  /**
   * Starts the function itself, for a user who is about to be created.
   * The event holds nothing but the name, because anyone could forge the rest.
   * @param functionArn As the running event names it. Its version or alias calls itself.
   * @param isTest True: Lambda only checks the right.
   */
  start(
    userName: string,
    functionArn: string | undefined,
    signal: AbortSignal,
    isTest?: boolean,
  ): Promise<void>;
  getNewUser(userName: string, signal: AbortSignal): Promise<NewUser>;
  /** The old user whose `sub` is this one. The answer's own `sub` is compared. */
  findOldUser(sub: string, signal: AbortSignal): Promise<NamedUser | undefined>;
  /**
   * The old user as they are now, if the name is still theirs. Fails like AWS if it isn't.
   * The search can find a user who is gone, and somebody else can have the name by now.
   */
  getOldUser(old: NamedUser, signal: AbortSignal): Promise<NamedUser>;
  groupsOfOldUser(userName: string, signal: AbortSignal): Promise<readonly string[]>;
  addToGroup(userName: string, groupName: string, signal: AbortSignal): Promise<void>;
  disableOldUser(userName: string, signal: AbortSignal): Promise<void>;
  markOldUser(userName: string, movedAt: number, signal: AbortSignal): Promise<void>;
}

/** A user is in at most 100 groups (Developer Guide, quotas). */
const MOST_GROUP_PAGES = 10;

/** @param oldCall Calls the old pool, with the role's credentials if there is a role. */
export function bothPools(
  { oldUserPoolId }: Pick<Environment, 'oldUserPoolId'>,
  { id, cognito, lambda, functionName }: NewPoolAccess,
  clock: Clock,
  oldCall: JsonCall,
): BothPools {
  const now = () => clock.now();
  const newCall = cognitoCalls(cognito, ownCredentials, now);
  const lambdaCall = restCalls(signedCaller('lambda', lambda, ownCredentials, now), process.env);
  return {
    newUserPoolId: id,
    async start(userName, functionArn, signal, isTest = false) {
      await lambdaCall(
        {
          path: ['2015-03-31', 'functions', `${functionName}${qualifierIn(functionArn)}`, 'invocations'],
          headers: { 'x-amz-invocation-type': isTest ? 'DryRun' : 'Event' },
          input: { triggerSource: AFTER_MOVE, userName },
        },
        signal,
      );
    },
    async getNewUser(userName, signal) {
      const answer = await newCall('AdminGetUser', { UserPoolId: id, Username: userName }, signal);
      const user = toUser(answer);
      if (typeof answer.UserCreateDate !== 'number') throw new AwsError(UNRECOGNIZED);
      return {
        userName: user.userName,
        sub: oldValue(user, 'sub'),
        createdAt: answer.UserCreateDate * 1000,
        oldSub: oldValue(user, oldSubName),
      };
    },
    async findOldUser(sub, signal) {
      // Nothing else fits into a filter. A `sub` is a UUID.
      if (!/^[\w-]{1,128}$/.test(sub)) return undefined;
      const users = await listAll((operation, input) => oldCall(operation, input, signal), {
        UserPoolId: oldUserPoolId,
        Filter: `sub = "${sub}"`,
        Limit: 10,
      });
      // The user could be on a later page, so nothing is proven either way.
      if (users === undefined) throw new AwsError(UNRECOGNIZED);
      return users.find((user) => oldValue(user, 'sub') === sub);
    },
    async getOldUser(old, signal) {
      const input = { UserPoolId: oldUserPoolId, Username: old.userName };
      const user = toUser(await oldCall('AdminGetUser', input, signal));
      const sub = oldValue(user, 'sub');
      if (sub === undefined || sub !== oldValue(old, 'sub')) throw new AwsError('UserNotFoundException');
      return user;
    },
    async groupsOfOldUser(userName, signal) {
      const names: string[] = [];
      let NextToken: string | undefined;
      for (let page = 1; page <= MOST_GROUP_PAGES; page++) {
        const input = { UserPoolId: oldUserPoolId, Username: userName, Limit: 60 };
        const answer = await oldCall(
          'AdminListGroupsForUser',
          { ...input, ...(NextToken !== undefined && { NextToken }) },
          signal,
        );
        names.push(...listOf(answer.Groups).flatMap(({ GroupName }) => optionalText(GroupName) ?? []));
        NextToken = optionalText(answer.NextToken);
        if (NextToken === undefined) return names;
      }
      throw new AwsError(UNRECOGNIZED);
    },
    async addToGroup(userName, groupName, signal) {
      await newCall(
        'AdminAddUserToGroup',
        { UserPoolId: id, Username: userName, GroupName: groupName },
        signal,
      );
    },
    async disableOldUser(userName, signal) {
      await oldCall('AdminDisableUser', { UserPoolId: oldUserPoolId, Username: userName }, signal);
    },
    async markOldUser(userName, movedAt, signal) {
      const UserAttributes = [
        { Name: movedAtName, Value: new Date(movedAt).toISOString() },
        { Name: movedToName, Value: id },
      ];
      const input = { UserPoolId: oldUserPoolId, Username: userName, UserAttributes };
      await oldCall('AdminUpdateUserAttributes', input, signal);
    },
  };
}

/**
 * The version or alias in a function's ARN, with the colon before it. Empty without one.
 * `arn:aws:lambda:REGION:ACCOUNT:function:NAME:QUALIFIER`
 */
function qualifierIn(functionArn: string | undefined): string {
  const qualifier = functionArn?.split(':')[7];
  return qualifier === undefined || !/^[\w$-]+$/.test(qualifier) ? '' : `:${qualifier}`;
}
