/** Reads that only inform. No command stops because one of them fails. */
import { CancelledError } from '../core/errors.ts';
import { toMigrateError } from './errors.ts';

/**
 * What was read; undefined where AWS answers anything else, which becomes a note: no permission, an operation that an
 * emulator does not have, a failure of the service.
 * @param what the words after "Cannot check", e.g. "whether the function has URLs".
 */
export async function readOptional<T>(
  work: Promise<T>,
  what: string,
  note: (message: string) => void,
): Promise<T | undefined> {
  try {
    return await work;
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined || known instanceof CancelledError) throw error;
    note(`Cannot check ${what}: ${known.message.split('\n')[0]}`);
    return undefined;
  }
}
