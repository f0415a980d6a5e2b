/** How errors of the SDK, of AWS, and of the network are told apart. */
import { printable } from '../core/printable.ts';

/** What of an error of the SDK, of AWS or of the network tells what it is about. */
export interface Thrown {
  readonly error: Error;
  readonly name: string;
  readonly message: string;
  /** HTTP status of AWS's answer; undefined where AWS has not answered. */
  readonly status: number | undefined;
  /** `ECONNREFUSED` and the like. */
  readonly errno: string | undefined;
  /** How often the SDK has tried. */
  readonly attempts: number | undefined;
  /** The SDK has sent it, whether or not there was an answer. */
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

/** HTTP status of AWS's answer; undefined where AWS has not answered. */
export const statusOf = (error: Error): number | undefined => numberIn(metadataOf(error), 'httpStatusCode');
