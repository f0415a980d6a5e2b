/** What something was refused with. */
import { MigrateError } from '../../src/core/errors.ts';

/** The MigrateError that a promise is rejected with; anything else fails the test. */
export async function refusalOf(work: Promise<unknown>): Promise<MigrateError> {
  const error: unknown = await work.then(
    () => undefined,
    (thrown: unknown) => thrown,
  );
  if (error instanceof MigrateError) return error;
  throw error ?? new Error('It was not refused');
}

/** The same for a function that throws at once. */
export const refusal = (work: () => unknown): Promise<MigrateError> => refusalOf((async () => work())());

/** A value that must be there. */
export function given<T>(value: T | undefined, what = 'value'): T {
  if (value === undefined) throw new Error(`No ${what}`);
  return value;
}
