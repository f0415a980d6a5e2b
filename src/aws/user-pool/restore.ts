import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { type Difference, differences, objectAt, type RawJson, withKey } from '../lossless-update/index.ts';
import { settingsDifferences } from './compare.ts';
import { repairMfa } from './mfa.ts';
import { type PoolImage, readPool } from './read.ts';
import { poolRequest } from './request.ts';
import { type PoolUpdated, type PoolUpdateOptions, poolId, updatePool } from './update.ts';

/**
 * What {@link restorePool} would put back: each setting that is not as in the image, as it is now (`before`) and as it was.
 * @throws what AWS answered, untranslated (ResourceNotFoundException when the pool is gone).
 */
export async function poolRestoration(
  idp: CognitoIdentityProviderClient,
  image: PoolImage,
): Promise<Difference[]> {
  return settingsDifferences(await readPool(idp, poolId(image)), image);
}

/**
 * Writes a before-image of a pool back, all of it. Only on request: it undoes everything that anybody has changed since.
 * @returns the pool, and what was put back (empty: nothing was different, and nothing was written).
 * @throws as setUserMigration does.
 */
export async function restorePool(
  idp: CognitoIdentityProviderClient,
  image: PoolImage,
  options: PoolUpdateOptions = {},
): Promise<PoolUpdated & { readonly restored: readonly Difference[] }> {
  const id = poolId(image);
  let present = await readPool(idp, id);
  const restored = settingsDifferences(present, image);
  if (restored.length === 0) return { after: present, verified: 0, repaired: [], shown: [], restored };
  // The factors go first, since UpdateUserPool refuses MFA that no factor stands behind (aws/aws-cdk#11478). Where they
  // need something that is to be restored too (e-mail as a factor needs its sender), they go last, and MFA stays until then.
  const { repaired, failure } = await repairMfa(idp, id, image.mfa, present.mfa);
  if (repaired.length > 0) present = await readPool(idp, id);
  const body = (now: PoolImage) => {
    const request = withDcr(poolRequest(image.raw, options.rules), image.raw, now.raw);
    return failure === undefined ? request : withKey(request, 'MfaConfiguration', now.raw.MfaConfiguration);
  };
  return { ...(await updatePool(idp, present, image, body, options)), restored };
}

/** Left out it would be kept as it is now, so it goes along, whole, if it is not as it was. */
function withDcr(request: RawJson, image: RawJson, now: RawJson): RawJson {
  const before = objectAt(image, 'DcrConfiguration');
  const changed = differences(before ?? {}, objectAt(now, 'DcrConfiguration') ?? {}).length > 0;
  return changed && before !== undefined ? withKey(request, 'DcrConfiguration', before) : request;
}
