/** Jobs that import users into a pool from a file. */
import {
  type CognitoIdentityProviderClient,
  ListUserImportJobsCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';

/**
 * Import jobs that keep a pool from being updated.
 * @throws what AWS answered, untranslated; a caller without cognito-idp:ListUserImportJobs may go on without them.
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
