/** An administrator's SDK clients of a local AWS. */
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { STSClient } from '@aws-sdk/client-sts';
import { keysOf } from '../../src/sandbox/index.ts';

/** An account, and a Region in it. */
export interface Side {
  readonly account: string;
  readonly region: string;
}

export interface Sdk {
  readonly idp: CognitoIdentityProviderClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly sts: STSClient;
}

/** Each client tries once. */
export function sdkOf(endpoint: string, { account, region }: Side): Sdk {
  const config = { endpoint, region, credentials: keysOf(account), maxAttempts: 1 };
  return {
    idp: new CognitoIdentityProviderClient(config),
    iam: new IAMClient(config),
    lambda: new LambdaClient(config),
    logs: new CloudWatchLogsClient(config),
    sts: new STSClient(config),
  };
}
