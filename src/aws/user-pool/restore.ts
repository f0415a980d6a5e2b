import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { type Difference, type JsonObject, objectAt, withKey } from '../../core/json.ts';
import { settingDifferences, type WriteOptions } from '../lossless-update/index.ts';
import { poolDifferences } from './compare.ts';
import { repairMfa } from './mfa.ts';
import { type RawPool, readPool } from './read.ts';
import { poolRequest } from './request.ts';
import { type PoolUpdated, poolId, updatePool } from './update.ts';

/**
 * The changes that {@link restorePool} would make.
 * Lists each setting that differs from the snapshot, with its current value (`actual`) and its value in the
 * snapshot (`expected`).
 * @throws AWS's own error, untranslated (ResourceNotFoundException if the pool is gone).
 */
export async function poolRestoration(
  idp: CognitoIdentityProviderClient,
  snapshot: RawPool,
): Promise<Difference[]> {
  return poolDifferences(await readPool(idp, poolId(snapshot)), snapshot);
}

/**
 * Writes the whole snapshot of a pool back.
 * Runs only on request, because it undoes everyone's changes since the snapshot.
 * @returns The pool, and the settings that were put back. If nothing differed, there are none, and nothing
 * was written.
 * @throws The same errors as setTriggers.
 */
export async function restorePool(
  idp: CognitoIdentityProviderClient,
  snapshot: RawPool,
  options: WriteOptions,
): Promise<PoolUpdated & { readonly restored: readonly Difference[] }> {
  const id = poolId(snapshot);
  let present = await readPool(idp, id);
  const restored = poolDifferences(present, snapshot);
  if (restored.length === 0) return { after: present, verified: 0, repaired: [], shown: [], restored };
  // The factors go first, because UpdateUserPool refuses MFA without a factor behind it (aws/aws-cdk#11478).
  // Some need a setting that is restored too: email as a factor needs its sender. Then they go last, and MFA
  // stays unchanged until then.
  const { repaired, failure } = await repairMfa(idp, id, snapshot.mfa, present.mfa);
  if (repaired.length > 0) present = await readPool(idp, id);
  const body = (now: RawPool) => {
    const request = withDcr(poolRequest(snapshot.raw), snapshot.raw, now.raw);
    return failure === undefined ? request : withKey(request, 'MfaConfiguration', now.raw.MfaConfiguration);
  };
  return { ...(await updatePool(idp, present, snapshot, body, options)), restored };
}

/** Sends the whole DcrConfiguration if it changed. If it were omitted, AWS would keep the current one. */
function withDcr(request: JsonObject, snapshot: JsonObject, now: JsonObject): JsonObject {
  const before = objectAt(snapshot, 'DcrConfiguration');
  const changed = settingDifferences(objectAt(now, 'DcrConfiguration') ?? {}, before ?? {}).length > 0;
  return changed && before !== undefined ? withKey(request, 'DcrConfiguration', before) : request;
}
