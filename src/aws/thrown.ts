/** Distinguishes errors of the SDK, of AWS, and of the network. */
import { printable } from '../core/printable.ts';

/** The parts of such an error that show its kind. */
export interface Thrown {
  readonly error: Error;
  readonly name: string;
  readonly message: string;
  /** HTTP status of AWS's answer. Undefined if AWS didn't answer. */
  readonly status: number | undefined;
  /** `ECONNREFUSED` and the like. */
  readonly errno: string | undefined;
  /** Number of attempts that the SDK made. */
  readonly attempts: number | undefined;
  /** Whether the SDK sent the request, with or without an answer. */
  readonly isAws: boolean;
}

export function read(error: unknown): Thrown | undefined {
  if (!(error instanceof Error)) return undefined;
  const errno = 'code' in error && typeof error.code === 'string' ? error.code : undefined;
  return {
    error,
    name: error.name,
    message: printable(error.message.replaceAll(/\s*\n\s*/g, ' ')),
    status: statusOf(error),
    errno,
    attempts: numberIn(metadataOf(error), 'attempts'),
    isAws: metadataOf(error) !== null,
  };
}

const metadataOf = (error: Error): object | null =>
  '$metadata' in error && typeof error.$metadata === 'object' ? error.$metadata : null;

function numberIn(metadata: object | null, name: string): number | undefined {
  const value: unknown = metadata === null ? undefined : Reflect.get(metadata, name);
  return typeof value === 'number' ? value : undefined;
}

/** HTTP status of AWS's answer. Undefined if AWS didn't answer. */
export const statusOf = (error: Error): number | undefined => numberIn(metadataOf(error), 'httpStatusCode');
