import { AssumeRoleCommand, STSClient } from '@aws-sdk/client-sts';
import { clientDefaults } from './aws-config.ts';
import type { Environment } from './environment.ts';
import { AssumeRoleFailed, type Credentials } from './sts.ts';

/** The function's own credentials, as Lambda puts them into its environment. */
type Keys = { accessKeyId: string; secretAccessKey: string; sessionToken?: string };

/**
 * Returns a function that assumes the role in the old pool's account.
 * This file is a separate chunk, loaded only across accounts.
 */
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

/** Asks one Region after another until one doesn't refuse because of its Region, and keeps using it. */
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

/**
 * Whether the refusal is about the Region.
 * The role's account hasn't enabled that Region, or the function's own account hasn't. The function's own
 * Region never gives the second reason.
 */
function isOfRegion(error: unknown, isOwn: boolean): boolean {
  const name = error instanceof Error ? error.name : '';
  return name === 'RegionDisabledException' || (name === 'InvalidClientTokenId' && !isOwn);
}
