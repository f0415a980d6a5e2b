/**
 * Errors as data: the class of failure, the expected and observed values, and the next action.
 * The class decides the exit code, once, in main.
 */

import type { errorCodes } from './error-codes.ts';
import { placeOf, placeText } from './failed-together.ts';
import type { FindingId } from './findings.ts';

/** The program's exit codes. Scripts depend on them. The table in docs/reference.md is generated from this list. */
export const exitCodes = {
  ok: { code: 0, meaning: 'done, or nothing to do' },
  bug: { code: 1, meaning: 'a bug in cognito-migrate' },
  usage: { code: 2, meaning: 'wrong or missing input; every missing input is listed with its flag' },
  permission: { code: 3, meaning: 'credentials or permission; the denied action is named' },
  conflict: { code: 4, meaning: 'something that is not ours is in the way' },
  unhealthy: { code: 5, meaning: 'status found drift, or nothing installed' },
  state: { code: 6, meaning: 'the state file is broken, locked, newer or of another migration' },
  aws: { code: 7, meaning: 'AWS failed after retries; running the same command again is safe' },
  refused: {
    code: 8,
    meaning:
      'a check refused (doctor, test call, try), nobody can move, or users could not be read, imported, or added to a group',
  },
  cancelled: { code: 130, meaning: 'cancelled, a declined plan too' },
} as const;

export type ExitKind = keyof typeof exitCodes;
type ErrorKind = Exclude<ExitKind, 'ok'>;

/** The codes that an error of this kind can have. */
export type CodeOf<K extends ErrorKind> =
  | (typeof errorCodes)[K][number]
  | (K extends 'refused' ? FindingId : never);
export type ErrorCode = CodeOf<ErrorKind>;

export interface ErrorDetails<K extends ErrorKind> {
  /** Stable, machine-readable name of the error, such as POOL_NOT_FOUND. */
  readonly code: CodeOf<K>;
  readonly expected?: unknown;
  readonly found?: unknown;
  /** The reason in the words of AWS. */
  readonly reason?: string | undefined;
  /** The next actions. One thought per line, with the flag or command that helps. */
  readonly hint?: readonly string[];
  readonly cause?: unknown;
}

/** A failure that the user can understand and act on. Any other thrown value is a bug of ours. */
export abstract class MigrateError extends Error {
  readonly kind: ErrorKind;
  readonly code: ErrorCode;
  readonly expected?: unknown;
  readonly found?: unknown;
  readonly reason?: string | undefined;
  readonly hint: readonly string[];

  constructor(kind: ErrorKind, message: string, details: ErrorDetails<ErrorKind>) {
    super(message, details.cause === undefined ? undefined : { cause: details.cause });
    this.name = new.target.name; // the bundle shortens it, unless a class declares its own name
    this.kind = kind;
    this.code = details.code;
    this.expected = details.expected;
    this.found = details.found;
    this.reason = details.reason;
    this.hint = details.hint ?? [];
  }

  get exitCode(): number {
    return exitCodes[this.kind].code;
  }

  /** The message. Names the resource if the step has more than one. */
  get text(): string {
    const place = placeText(placeOf(this));
    return place === undefined ? this.message : `${place}: ${this.message}`;
  }

  /** The error as `--json` prints it. */
  toJSON(): Record<string, unknown> {
    const { name, code, text: message, expected, found, reason, hint, exitCode } = this;
    const place = placeOf(this);
    return {
      name,
      code,
      message,
      exitCode,
      ...(place === undefined ? {} : { step: place.step }),
      ...(place === undefined || place.key === '' ? {} : { key: place.key }),
      ...(expected === undefined ? {} : { expected }),
      ...(found === undefined ? {} : { found }),
      ...(reason === undefined ? {} : { reason }),
      ...(hint.length === 0 ? {} : { hint }),
    };
  }
}

/** Wrong or missing input. */
export class UsageError extends MigrateError {
  static override readonly name: string = 'UsageError';
  declare readonly code: CodeOf<'usage'>;

  constructor(message: string, details: ErrorDetails<'usage'>) {
    super('usage', message, details);
  }
}

/** One action that AWS denied. */
export interface Denial {
  readonly action: string;
  /** ARN, if AWS names the resource. */
  readonly resource?: string | undefined;
  /** ARN of the caller. */
  readonly as: string;
  /** The end of the AWS message: "because no … allows the … action" or "with an explicit deny in …". */
  readonly reason?: string | undefined;
}

/** Missing or expired credentials, or actions that IAM denies. */
export class PermissionError extends MigrateError {
  static override readonly name: string = 'PermissionError';
  declare readonly code: CodeOf<'permission'>;
  /** Every denied action. Empty if the problem is something else. */
  readonly denied: readonly Denial[];

  constructor(
    message: string,
    details: ErrorDetails<'permission'> & { readonly denied?: readonly Denial[] },
  ) {
    super('permission', message, details);
    this.denied = details.denied ?? [];
  }

  override toJSON(): Record<string, unknown> {
    const { denied } = this;
    return { ...super.toJSON(), ...(denied.length === 0 ? {} : { denied }) };
  }
}

/** Something that this migration did not create is in the way. We never overwrite it. */
export class ConflictError extends MigrateError {
  static override readonly name: string = 'ConflictError';
  declare readonly code: CodeOf<'conflict'>;

  constructor(message: string, details: ErrorDetails<'conflict'>) {
    super('conflict', message, details);
  }
}

/** From status: something drifted, or nothing is installed. */
export class UnhealthyError extends MigrateError {
  static override readonly name: string = 'UnhealthyError';
  declare readonly code: CodeOf<'unhealthy'>;

  constructor(message: string, details: ErrorDetails<'unhealthy'>) {
    super('unhealthy', message, details);
  }
}

/** The state file cannot be used. */
export class StateFileError extends MigrateError {
  static override readonly name: string = 'StateFileError';
  declare readonly code: CodeOf<'state'>;

  constructor(message: string, details: ErrorDetails<'state'>) {
    super('state', message, details);
  }
}

/** AWS did not do what we asked, even after retries. It is safe to run the command again. */
export class AwsError extends MigrateError {
  static override readonly name: string = 'AwsError';
  declare readonly code: CodeOf<'aws'>;

  constructor(message: string, details: ErrorDetails<'aws'>) {
    super('aws', message, details);
  }
}

/** A check (doctor, test call) refuses. */
export class CheckError extends MigrateError {
  static override readonly name: string = 'CheckError';
  declare readonly code: CodeOf<'refused'>;

  constructor(message: string, details: ErrorDetails<'refused'>) {
    super('refused', message, details);
  }
}

/** The operator declined or pressed Ctrl-C. */
export class CancelledError extends MigrateError {
  static override readonly name: string = 'CancelledError';
  declare readonly code: CodeOf<'cancelled'>;

  constructor(message: string, details: ErrorDetails<'cancelled'>) {
    super('cancelled', message, details);
  }
}

/** An unexpected error of any type. Created only where the program catches all remaining errors. */
export class BugError extends MigrateError {
  static override readonly name: string = 'BugError';
  declare readonly code: CodeOf<'bug'>;

  constructor(message: string, details: ErrorDetails<'bug'>) {
    super('bug', message, details);
  }
}
