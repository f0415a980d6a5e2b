/** Jobs that import users into a pool from a file. */
import {
  type CognitoIdentityProviderClient,
  ListUserImportJobsCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';

/**
 * Import jobs that prevent an update of the pool.
 * @throws AWS's own error. A caller without cognito-idp:ListUserImportJobs may continue without the jobs.
 */
export async function runningImportJobs(
  idp: CognitoIdentityProviderClient,
  userPoolId: string,
): Promise<UserImportJobType[]> {
  const running: UserImportJobType[] = [];
  let token: string | undefined;
  do {
    const page = await idp.send(
      new ListUserImportJobsCommand({
        UserPoolId: userPoolId,
        MaxResults: 60,
        ...(token === undefined ? {} : { PaginationToken: token }),
      }),
    );
    const jobs = page.UserImportJobs ?? [];
    running.push(
      ...jobs.filter(({ Status }) => ['Pending', 'InProgress', 'Stopping'].includes(Status ?? '')),
    );
    token = page.PaginationToken;
  } while (token !== undefined);
  return running;
}
