import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { clientDefaults } from './aws-config.ts';
import type { Environment } from './environment.ts';
import { AssumeRoleFailed, type Credentials } from './sts.ts';

/** The function's own credentials, as Lambda puts them into its environment. */
type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/** A way to assume the role in the old pool's account. This file is a chunk of its own, loaded across accounts only. */
export function roleAssumer(
  environment: Environment,
  role: NonNullable<Environment['role']>,
  credentials: () => Promise<Keys>,
): () => Promise<Credentials> {
  const sts = new STSClient({
    ...clientDefaults(environment.stsEndpoint, environment.useFips),
    region: environment.ownRegion,
    credentials,
  });
  return async () => {
    const { Credentials: made } = await sts.send(
      new AssumeRoleCommand({
        RoleArn: role.arn,
        RoleSessionName: 'cognito-migrate',
        ...(role.externalId !== undefined && { ExternalId: role.externalId }),
      }),
    );
    if (!made?.AccessKeyId || !made.SecretAccessKey || !made.SessionToken || !made.Expiration)
      throw new AssumeRoleFailed('IncompleteResponse');
    return {
      accessKeyId: made.AccessKeyId,
      secretAccessKey: made.SecretAccessKey,
      sessionToken: made.SessionToken,
      expiration: made.Expiration,
    };
  };
}
