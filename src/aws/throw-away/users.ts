/** Throw-away users of every kind that the API can make. Nothing is sent to a person: see each kind. */

/**
 * `force-change-password`: with a temporary password. `reset-required`: told to choose a new one (a code goes to the mailbox
 * simulator). `unconfirmed`: signed up, never confirmed. `totp`: with an authenticator app. `unverified-email`: confirmed,
 * with an e-mail address that nobody has verified.
 */
export const userKinds = [
  'confirmed',
  'unverified-email',
  'force-change-password',
  'disabled',
  'reset-required',
  'unconfirmed',
  'totp',
] as const;
export type UserKind = (typeof userKinds)[number];
