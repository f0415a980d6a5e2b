import type { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { AwsError } from '../../core/errors.ts';
import { type Difference, type JsonObject, objectAt, stringAt } from '../../core/json.ts';
import {
  countSettings,
  guardedWrite,
  readUntil,
  SettingsDiffer,
  type WriteOptions,
} from '../lossless-update/index.ts';
import { changedSince, poolDifferences, poolKeysThatAreNoSettings, shownDefaults } from './compare.ts';
import { repairMfa } from './mfa.ts';
import { type PoolSnapshot, type RawPool, readPool } from './read.ts';
import { poolRequest, withTriggers } from './request.ts';
import { sendPoolUpdate } from './send.ts';
import { tokenArnIn } from './token-trigger.ts';
import type { Triggers } from './undo.ts';

export interface PoolUpdated {
  readonly after: PoolSnapshot;
  /** Number of settings that were compared after the write and are unchanged. */
  readonly verified: number;
  /** MFA settings that the update changed and that were put back. */
  readonly repaired: readonly string[];
  /** Defaults that AWS shows since the update, and that applied before. */
  readonly shown: readonly Difference[];
}

/**
 * Sets or removes triggers of a pool in one update, and changes nothing else.
 * Reads the pool, and refuses if it differs from the plan. Writes the whole configuration back with this
 * change, and reads again. Puts MFA back if the update changed it, and compares everything.
 * @param before The read that the plan is based on. Save its raw and mfa before this call.
 * @param triggers All slots to change, each with its new function. Undefined empties a slot.
 * @throws ConcurrentChange if the pool was changed since `before` (nothing was written; see replanOnChange).
 * SettingsDiffer if another setting differs afterwards. Otherwise, AWS's own error.
 */
export function setTriggers(
  idp: CognitoIdentityProviderClient,
  before: PoolSnapshot,
  triggers: Triggers,
  options: WriteOptions,
): Promise<PoolUpdated> {
  const config = objectAt(before.raw, 'LambdaConfig');
  const present = (slot: string) =>
    slot === 'PreTokenGeneration' ? tokenArnIn(config) : stringAt(config, slot);
  if (Object.entries(triggers).every(([slot, arn]) => present(slot) === arn)) {
    return Promise.resolve({ after: before, verified: countPool(before), repaired: [], shown: [] });
  }
  const wanted: RawPool = { raw: withTriggers(before.raw, triggers), mfa: before.mfa };
  const body = (now: RawPool) => withTriggers(poolRequest(now.raw), triggers);
  return updatePool(idp, before, wanted, body, options);
}

/**
 * The common part of every UpdateUserPool of this program.
 * @param body Builds the request from the read right before the write.
 */
export async function updatePool(
  idp: CognitoIdentityProviderClient,
  before: RawPool,
  wanted: RawPool,
  body: (now: RawPool) => JsonObject,
  options: WriteOptions,
): Promise<PoolUpdated> {
  const id = poolId(before);
  await guardedWrite(
    {
      before,
      what: poolNamed(id),
      read: () => readPool(idp, id),
      changed: changedSince,
      arrived: (now) => poolDifferences(now, wanted).every(({ path }) => path.startsWith('mfa.')),
      send: (now) => sendPoolUpdate(idp, body(now)),
    },
    options,
  );
  return verifyPool(idp, wanted, options);
}

/**
 * The second half of {@link setTriggers}, for a run that ended after the write.
 * Puts MFA back if the update changed it, and compares everything.
 * @param before The snapshot that was saved before the write.
 * @param triggers The same as for setTriggers.
 * @throws SettingsDiffer if another setting differs. Others may have changed it in the meantime.
 */
export function finishTriggers(
  idp: CognitoIdentityProviderClient,
  before: RawPool,
  triggers: Triggers,
  options: WriteOptions,
): Promise<PoolUpdated> {
  return verifyPool(idp, { raw: withTriggers(before.raw, triggers), mfa: before.mfa }, options);
}

async function verifyPool(
  idp: CognitoIdentityProviderClient,
  wanted: RawPool,
  options: WriteOptions,
): Promise<PoolUpdated> {
  const id = poolId(wanted);
  const read = () => readPool(idp, id);
  const written = await read();
  const { repaired, failure } = await repairMfa(idp, id, wanted.mfa, written.mfa);
  const isSame = repaired.length === 0 && failure === undefined;
  const isExpected = (now: RawPool) => poolDifferences(now, wanted).length === 0;
  const after = await readUntil(read, isExpected, options, isSame ? written : undefined);
  const found = poolDifferences(after, wanted);
  if (found.length > 0) throw new SettingsDiffer(poolNamed(id), found, failure);
  return { after, verified: countPool(wanted), repaired, shown: shownDefaults(after, wanted) };
}

const poolNamed = (id: string): string => `The user pool ${id}`;

/** The ID in a pool's snapshot. */
export function poolId(snapshot: RawPool): string {
  const id = stringAt(snapshot.raw, 'Id');
  if (id === undefined)
    throw new AwsError('DescribeUserPool answered without the ID of the pool.', { code: 'EMPTY_ANSWER' });
  return id;
}

function countPool({ raw, mfa }: RawPool): number {
  return countSettings(raw, poolKeysThatAreNoSettings) + countSettings(mfa);
}
