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
  const command = new AssumeRoleCommand({
    RoleArn: role.arn,
    RoleSessionName: 'cognito-migrate',
    ...(role.externalId !== undefined && { ExternalId: role.externalId }),
  });
  const ask = inTurn(environment.stsRegions, (region) => {
    const defaults = clientDefaults(environment.stsEndpoint, environment.useFips);
    return new STSClient({ ...defaults, region, credentials });
  });
  return async () => {
    const { Credentials: made } = await ask((sts) => sts.send(command));
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

/** Asks one Region after another until one does not refuse for being that Region, and stays with it. */
function inTurn([first = '', ...others]: readonly string[], open: (region: string) => STSClient) {
  let client = open(first);
  let isOwn = true;
  return async <T>(send: (sts: STSClient) => Promise<T>): Promise<T> => {
    for (;;) {
      try {
        return await send(client);
      } catch (error) {
        const next = isOfRegion(error, isOwn) ? others.shift() : undefined;
        if (next === undefined) throw error;
        client = open(next);
        isOwn = false;
      }
    }
  };
}

/** The role's account has not enabled that Region; or the function's own has not, which the function's own Region never says. */
function isOfRegion(error: unknown, isOwn: boolean): boolean {
  const name = error instanceof Error ? error.name : '';
  return name === 'RegionDisabledException' || (name === 'InvalidClientTokenId' && !isOwn);
}
