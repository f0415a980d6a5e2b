/** Regions without user pools. */
import { regionOfPool } from '../../aws/arn.ts';
import { UsageError } from '../../core/errors.ts';

/** Throws UsageError for a pool that cannot exist. AWS itself would only report that it found nothing. */
export function assertOffered(userPoolId: string): void {
  if (!regionOfPool(userPoolId).startsWith('cn-')) return;
  throw new UsageError('AWS does not offer Cognito user pools in its China Regions', {
    code: 'CHINA',
    found: userPoolId,
    hint: ['Beijing has identity pools only, which hold no users.'],
  });
}
