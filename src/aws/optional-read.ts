/** Reads that only inform. No command stops because one of them fails. */
import { CancelledError } from '../core/errors.ts';
import { toMigrateError } from './errors.ts';

/**
 * The result of the read. Undefined if AWS answers with an error, which becomes a note.
 * Examples are a missing permission, an operation that an emulator lacks, or a failure of the service.
 * @param what The words after "Cannot check", for example "whether the function has URLs".
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
