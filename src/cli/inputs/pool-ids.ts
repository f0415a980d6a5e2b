/** Checks on the IDs of both pools that need no AWS call. */
import { regionOfPool } from '../../aws/arn.ts';
import { UsageError } from '../../core/errors.ts';
import { flagOf, type Vars } from '../../core/variables/index.ts';

export type PoolIds = Pick<Vars, 'OLD_USER_POOL_ID' | 'NEW_USER_POOL_ID'>;

/** Throws UsageError for a pool that cannot exist. AWS itself would only report that it found nothing. */
export function assertOffered(userPoolId: string): void {
  if (!regionOfPool(userPoolId).startsWith('cn-')) return;
  throw new UsageError('AWS does not offer Cognito user pools in its China Regions', {
    code: 'CHINA',
    found: userPoolId,
    hint: ['Beijing has identity pools only, which hold no users.'],
  });
}

/** Throws UsageError for one pool given twice or an unsupported Region, before any AWS call. */
export function assertTwoPools({ OLD_USER_POOL_ID, NEW_USER_POOL_ID }: PoolIds): void {
  for (const id of [OLD_USER_POOL_ID, NEW_USER_POOL_ID]) assertOffered(id);
  if (OLD_USER_POOL_ID !== NEW_USER_POOL_ID) return;
  throw new UsageError('The old and the new user pool are the same', {
    code: 'SAME_POOL',
    found: OLD_USER_POOL_ID,
    hint: [
      `${flagOf('OLD_USER_POOL_ID')} is the pool that users leave, ${flagOf('NEW_USER_POOL_ID')} the one they go to.`,
    ],
  });
}
