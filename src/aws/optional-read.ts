/** Reads that only inform. No command stops because one of them fails. */
import { CancelledError, type MigrateError } from '../core/errors.ts';
import { toMigrateError } from './errors.ts';

/**
 * The result of the read. Undefined if AWS answers with an error.
 * Examples are a missing permission, an operation that an emulator lacks, or a failure of the service.
 * @param onFailure receives the error.
 */
export async function readOptional<T>(
  work: Promise<T>,
  onFailure: (failure: MigrateError) => void = () => undefined,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined || known instanceof CancelledError) throw error;
    onFailure(known);
    return undefined;
  }
}
