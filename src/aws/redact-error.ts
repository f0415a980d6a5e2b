/**
 * Redacts errors of calls that carry a password.
 * The server may repeat the request, or the tokens that it returned.
 */
import { AwsError } from '../core/errors.ts';
import { errorName, toMigrateError } from './errors.ts';

/**
 * The same failure without the server's words, including those in its cause.
 * Failures that reveal nothing about the request stay unchanged: a denied action, missing credentials, no
 * network.
 */
export function redactError(error: unknown): unknown {
  const known = toMigrateError(error);
  const isHarmless =
    known !== undefined && (!(known instanceof AwsError) || known.code === 'AWS_UNREACHABLE');
  if (isHarmless) return known;
  const name = errorName(error);
  return new AwsError(`AWS returned an unexpected answer: ${name}`, {
    code: known?.code ?? 'AWS_ANSWER_UNREADABLE',
    found: name,
    hint: known?.hint ?? [],
  });
}
