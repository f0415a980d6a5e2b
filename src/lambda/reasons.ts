/**
 * The function's reasons, by outcome.
 * People search and count them in its log lines, so they never change their meaning. The function itself
 * needs only the types. A log line of another version can have other reasons.
 */
export const reasons = {
  /** The user moved with their password. */
  migrated: ['password-proven', 'mfa-dropped'],
  /** The user moved without their password and chooses another. */
  reset: ['weak-password', 'temporary-password', 'mfa', 'forgot-password'],
  /** The event was returned unchanged. */
  untouched: [
    'wrong-password',
    'unknown-user',
    'forwarded',
    'locked-out',
    'disabled',
    'already-moved',
    'unconfirmed',
    'federated',
    'reset-required',
    'compromised',
    'archived',
    'unknown-status',
    'temporary-password',
    'temporary-password-expired',
    'mfa',
    'no-verified-contact',
    'required-attribute',
    'bad-attribute',
    'no-attributes',
    'other-name',
    'unverified-alias',
    'unverified-address',
    'address-of-another',
    'ambiguous-name',
    'alias-format',
    'forgot-password-off',
    'old-pool-trigger',
    'not-authorized',
    'unexpected-challenge',
    'impossible-name',
    'impossible-password',
    'no-password',
    'no-user-name',
    'sign-up-allowed',
    'unknown-trigger',
    'probe',
  ],
  /** A sign-up was refused, with a sentence for the person (`--guard-sign-up`). */
  refused: ['squatting-refused'],
  /** The function could not decide. */
  failed: [
    'denied',
    'assume-role',
    'misconfigured',
    'credentials',
    'bad-settings',
    'throttled',
    'lookup-limit',
    'aws-error',
    'unreachable',
    'time-out',
    'out-of-time',
    'threat-protection',
    'not-this-user',
    'after-move-not-started',
    'after-move-failed',
    'chain-failed',
    'unexpected',
    'bug',
  ],
} as const;

export type OutcomeName = keyof typeof reasons;
export type ReasonOf<O extends OutcomeName> = (typeof reasons)[O][number];
export type Reason = ReasonOf<OutcomeName>;
