/** What to do if AWS refuses an app client's own configuration. */
import { AwsError } from '../../core/errors.ts';
import { isNamed } from '../errors.ts';

/** AWS's errors for a client that has a wrong reference or setting. */
const ofConfiguration = [
  'InvalidParameterException',
  'ScopeDoesNotExistException',
  'InvalidOAuthFlowException',
  'FeatureUnavailableInTierException',
];

/**
 * The error for an app client whose own configuration AWS refuses.
 * The request holds the client as it was read, plus the flow. So the part that AWS refuses was broken before.
 * It refers to something that was deleted since, such as an identity provider or a scope.
 * @param others IDs of the other app clients of the migration.
 */
export function brokenClient(error: unknown, clientId: string, others: readonly string[]): unknown {
  if (!(error instanceof Error) || !isNamed(error, ...ofConfiguration)) return error;
  const rest = others.map((id) => ` --new-client-id ${id}`).join('');
  return new AwsError(`AWS refuses this app client's own configuration: ${error.message}`, {
    code: 'AWS_REFUSED',
    found: error.name,
    hint: [
      'It refers to something that was deleted, or was never valid. Nothing of this app client was changed.',
      'Repair it in the new pool, and run the same command again. Or continue without it:',
      rest === '' ? `init  without  --new-client-id ${clientId}` : `cognito-migrate init${rest}`,
    ],
    cause: error,
  });
}
