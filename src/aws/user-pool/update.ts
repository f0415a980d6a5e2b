import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../core/errors.ts';
import {
  countSettings,
  type Difference,
  defaultSleep,
  guardedWrite,
  type RawJson,
  SettingsDiffer,
  stringAt,
  type WriteOptions,
} from '../lossless-update/index.ts';
import { changedSince, poolKeysThatAreNoSettings, settingsDifferences, shownDefaults } from './compare.ts';
import { repairMfa } from './mfa.ts';
import { type PoolImage, type PoolSnapshot, readPool } from './read.ts';
import { poolRequest, type RequestRules, withUserMigration } from './request.ts';
import { sendPoolUpdate } from './send.ts';

export interface PoolUpdateOptions extends WriteOptions {
  /** Only for the proof that every field matters. */
  readonly rules?: RequestRules;
}

export interface PoolUpdated {
  readonly after: PoolSnapshot;
  /** How many settings were compared after the write and are as they were. */
  readonly verified: number;
  /** MFA settings that the update had changed and that were put back. */
  readonly repaired: readonly string[];
  /** Defaults that AWS shows since the update, and that were in force before. */
  readonly shown: readonly Difference[];
}

/**
 * Sets the user-migration trigger of a pool, or takes it out, and changes nothing else.
 * Reads the pool, refuses if it is not as planned, writes the whole configuration back with the one change, reads again,
 * puts MFA back if the update has changed it, and compares everything.
 * @param before the read that the plan stands on. Keep it (raw and mfa) where it can be found again before this call.
 * @param lambdaArn the function; undefined takes the trigger out.
 * @throws ConcurrentChange when the pool was changed since `before` (nothing was written; see replanOnChange);
 * SettingsDiffer when something else is not as before afterwards; whatever AWS answered otherwise.
 */
export function setUserMigration(
  idp: CognitoIdentityProviderClient,
  before: PoolSnapshot,
  lambdaArn: string | undefined,
  options: PoolUpdateOptions = {},
): Promise<PoolUpdated> {
  if (before.pool.LambdaConfig?.UserMigration === lambdaArn) {
    return Promise.resolve({ after: before, verified: countPool(before), repaired: [], shown: [] });
  }
  const wanted: PoolImage = { raw: withUserMigration(before.raw, lambdaArn), mfa: before.mfa };
  const body = (now: PoolImage) => withUserMigration(poolRequest(now.raw, options.rules), lambdaArn);
  return updatePool(idp, before, wanted, body, options);
}

/**
 * The frame of every UpdateUserPool of this program.
 * @param body makes the request from what was read just before the write.
 */
export async function updatePool(
  idp: CognitoIdentityProviderClient,
  before: PoolImage,
  wanted: PoolImage,
  body: (now: PoolImage) => RawJson,
  options: PoolUpdateOptions,
): Promise<PoolUpdated> {
  const id = poolId(before);
  await guardedWrite(
    {
      before,
      what: poolNamed(id),
      read: () => readPool(idp, id),
      changed: changedSince,
      arrived: (now) => settingsDifferences(wanted, now).every(({ path }) => path.startsWith('mfa.')),
      send: (now) => sendPoolUpdate(idp, body(now)),
    },
    options,
  );
  return verifyPool(idp, wanted, options);
}

/**
 * The second half of {@link setUserMigration}, for a run that was ended after the write: puts MFA back if the update has
 * changed it, and compares everything.
 * @param before the image that was kept before the write.
 * @param lambdaArn as it was given to setUserMigration.
 * @throws SettingsDiffer when something else is not as before; others may have changed it in the meantime.
 */
export function finishUserMigration(
  idp: CognitoIdentityProviderClient,
  before: PoolImage,
  lambdaArn: string | undefined,
  options: PoolUpdateOptions = {},
): Promise<PoolUpdated> {
  return verifyPool(idp, { raw: withUserMigration(before.raw, lambdaArn), mfa: before.mfa }, options);
}

async function verifyPool(
  idp: CognitoIdentityProviderClient,
  wanted: PoolImage,
  options: PoolUpdateOptions,
): Promise<PoolUpdated> {
  const id = poolId(wanted);
  const read = () => readPool(idp, id);
  const written = await read();
  const { repaired, failure } = await repairMfa(idp, id, wanted.mfa, written.mfa);
  const isSame = repaired.length === 0 && failure === undefined;
  const after = await settled(isSame ? written : await read(), read, wanted, options);
  const found = settingsDifferences(wanted, after);
  if (found.length > 0) throw new SettingsDiffer(poolNamed(id), found, failure);
  return { after, verified: countPool(wanted), repaired, shown: shownDefaults(wanted, after) };
}

const poolNamed = (id: string): string => `The user pool ${id}`;

/** Reads until everything is as wanted, a few times: a read right after a write may still show what was before. */
async function settled(
  first: PoolSnapshot,
  read: () => Promise<PoolSnapshot>,
  wanted: PoolImage,
  options: WriteOptions,
): Promise<PoolSnapshot> {
  const sleep = options.sleep ?? defaultSleep;
  let after = first;
  for (const wait of [250, 500, 1000]) {
    if (settingsDifferences(wanted, after).length === 0) break;
    await sleep(wait);
    after = await read();
  }
  return after;
}

/** The ID in a pool's image. */
export function poolId(image: PoolImage): string {
  const id = stringAt(image.raw, 'Id');
  if (id === undefined)
    throw new AwsError('DescribeUserPool answered without the ID of the pool.', { code: 'EMPTY_ANSWER' });
  return id;
}

function countPool({ raw, mfa }: PoolImage): number {
  return countSettings(raw, poolKeysThatAreNoSettings) + countSettings(mfa);
}
