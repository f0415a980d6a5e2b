/** Failures of calls that carry a password: whoever answers may repeat what was sent, or the tokens that came back. */
import { AwsError } from '../core/errors.ts';
import { errorName, toMigrateError } from './errors.ts';

/**
 * The same failure without the other side's words, cause included. What says nothing of the request stays as it is: a
 * denied action, missing credentials, no network.
 */
export function redactError(error: unknown): unknown {
  const known = toMigrateError(error);
  const isHarmless =
    known !== undefined && (!(known instanceof AwsError) || known.code === 'AWS_UNREACHABLE');
  if (isHarmless) return known;
  const name = errorName(error);
  return new AwsError(`AWS did not answer as it should: ${name}`, {
    code: known?.code ?? 'AWS_ANSWER_UNREADABLE',
    found: name,
    hint: known?.hint ?? [],
  });
}
