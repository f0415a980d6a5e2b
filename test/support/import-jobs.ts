/** Import jobs as an administrator would run them, without the program. */
import {
  type CognitoIdentityProviderClient,
  CreateUserImportJobCommand,
  DescribeUserImportJobCommand,
  StartUserImportJobCommand,
  type UserImportJobType,
} from '@aws-sdk/client-cognito-identity-provider';
import { CreateRoleCommand, type IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam';
import { given } from './errors.ts';

/** A role that Cognito may use to write the log of a job. Returns its ARN. */
export async function importRole(iam: IAMClient, condition: object = {}): Promise<string> {
  const { Role } = await iam.send(
    new CreateRoleCommand({
      RoleName: 'import',
      AssumeRolePolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Principal: { Service: 'cognito-idp.amazonaws.com' },
          Action: 'sts:AssumeRole',
          Condition: condition,
        },
      }),
    }),
  );
  await iam.send(
    new PutRolePolicyCommand({
      RoleName: 'import',
      PolicyName: 'log',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: {
          Effect: 'Allow',
          Action: [
            'logs:CreateLogGroup',
            'logs:CreateLogStream',
            'logs:DescribeLogStreams',
            'logs:PutLogEvents',
          ],
          Resource: 'arn:aws:logs:*:*:log-group:/aws/cognito/*',
        },
      }),
    }),
  );
  return given(Role?.Arn);
}

type Idp = CognitoIdentityProviderClient;

export async function createImport(
  idp: Idp,
  UserPoolId: string,
  CloudWatchLogsRoleArn: string,
  JobName = 'job',
): Promise<{ readonly JobId: string; readonly PreSignedUrl: string }> {
  const { UserImportJob } = await idp.send(
    new CreateUserImportJobCommand({ UserPoolId, JobName, CloudWatchLogsRoleArn }),
  );
  const { JobId, PreSignedUrl } = given(UserImportJob);
  return { JobId: given(JobId), PreSignedUrl: given(PreSignedUrl) };
}

export const putFile = (
  url: string,
  body: string | Uint8Array,
  headers: Readonly<Record<string, string>> = { 'x-amz-server-side-encryption': 'aws:kms' },
): Promise<Response> => fetch(url, { method: 'PUT', headers, body: Buffer.from(body) });

export async function describeImport(
  idp: Idp,
  UserPoolId: string,
  JobId: string,
): Promise<UserImportJobType> {
  const { UserImportJob } = await idp.send(new DescribeUserImportJobCommand({ UserPoolId, JobId }));
  return given(UserImportJob);
}

/** Creates a job, uploads its file, and starts it. Returns its ID. */
export async function startImport(
  idp: Idp,
  UserPoolId: string,
  role: string,
  body: string | Uint8Array,
  name?: string,
): Promise<string> {
  const { JobId, PreSignedUrl } = await createImport(idp, UserPoolId, role, name);
  const { status } = await putFile(PreSignedUrl, body);
  if (status !== 200) throw new Error(`the upload was refused with ${status}`);
  await idp.send(new StartUserImportJobCommand({ UserPoolId, JobId }));
  return JobId;
}
