/** Errors about missing, expired, or refused credentials, and what to do about them. */
import { PermissionError } from '../core/errors.ts';
import type { Thrown } from './thrown.ts';

const clockNames = new Set(['RequestTimeTooSkewed', 'RequestInTheFuture']);
const clockText = /Signature (expired|not yet current)/;

/** Whether AWS rejects a signature because of its time. */
export const isClock = ({ name, message }: Thrown): boolean =>
  clockNames.has(name) || clockText.test(message);

/** Milliseconds since the epoch, for a text like `20261129T180000Z`. */
const moment = (stamp: string | undefined): number =>
  Date.parse((stamp ?? '').replace(/^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/, '$1-$2-$3T$4:$5:$6Z'));

/** How far the clock is off, if AWS gives both the time of the signature and its own time. */
function offset(message: string): string {
  const [signed] = /\d{8}T\d{6}Z/.exec(message) ?? [];
  const [, now] = /\((\d{8}T\d{6}Z)/.exec(message) ?? [];
  const minutes = Math.round((moment(signed) - moment(now)) / 60_000);
  if (Number.isNaN(minutes) || minutes === 0) return 'differs from the time of AWS';
  return `is ${Math.abs(minutes)} minutes ${minutes < 0 ? 'behind' : 'ahead of'} AWS`;
}

/** @param again The hint that a rerun is safe. */
export const clockIsWrong = ({ message, error }: Thrown, again: string): PermissionError =>
  new PermissionError(`The clock of this computer ${offset(message)}: AWS doesn't accept its signatures`, {
    code: 'CLOCK_WRONG',
    found: new Date().toISOString(),
    reason: message,
    hint: ['Set the clock, best by a time server (NTP). The credentials are not the problem.', again],
    cause: error,
  });

export const refusedCredentials = ({ name, message, error }: Thrown, again: string): PermissionError =>
  new PermissionError(`AWS does not accept these credentials: ${message}`, {
    code: /expired/i.test(name + message) ? 'CREDENTIALS_EXPIRED' : 'CREDENTIALS_REFUSED',
    hint: ['Sign in again (aws sso login, aws login), or choose another --profile.', again],
    cause: error,
  });

/** @param profile The profile to sign in with. Absent if unknown. */
export const ssoExpired = (message: string, cause: unknown, profile?: string): PermissionError =>
  new PermissionError(`The SSO session has expired or was never started: ${firstSentence(message)}`, {
    code: 'SSO_EXPIRED',
    found: profile,
    hint: [
      profile === undefined
        ? 'aws sso login   starts a new one (add --profile NAME for a profile of your own).'
        : `aws sso login --profile ${profile}   starts a new one.`,
    ],
    cause,
  });

/** The message without the SDK's own advice, which doesn't name the profile. */
const firstSentence = (message: string): string => message.replace(/\.? To refresh this SSO session.*$/s, '');

export const isSso = (message: string): boolean =>
  /sso|token.*expired|session.*expired|UnauthorizedException/i.test(message);

export function withoutCredentials({ message, error }: Thrown): PermissionError {
  if (/mfa/i.test(message) && /code|token/i.test(message)) {
    return new PermissionError(`This profile needs an MFA code: ${message}`, {
      code: 'MFA_CODE_NEEDED',
      hint: ['Run in a terminal, where the code can be asked for, or give credentials that need none.'],
      cause: error,
    });
  }
  if (isSso(message)) return ssoExpired(message, error);
  return noCredentials(`No AWS credentials found: ${message}`, { cause: error });
}

/** @param hint What to do, if more is known than that no credentials exist. */
export const noCredentials = (
  message: string,
  {
    cause,
    found,
    expected,
    hint = waysIn,
  }: {
    readonly cause: unknown;
    readonly found?: unknown;
    readonly expected?: unknown;
    readonly hint?: readonly string[];
  },
): PermissionError => new PermissionError(message, { code: 'NO_CREDENTIALS', found, expected, hint, cause });

const waysIn: readonly string[] = [
  '--profile NAME  uses a profile of your AWS configuration files.',
  'AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or AWS_PROFILE, are read too.',
  'No account at hand?  cognito-migrate demo  shows everything without one.',
];
