/** A user of a pool, and the values that users are found by. */

export type UserStatus =
  | 'UNCONFIRMED'
  | 'CONFIRMED'
  | 'RESET_REQUIRED'
  | 'FORCE_CHANGE_PASSWORD'
  | 'EXTERNAL_PROVIDER';

export type MfaFactor = 'SMS_MFA' | 'SOFTWARE_TOKEN_MFA' | 'EMAIL_OTP';

export interface Code {
  readonly value: string;
  readonly expires: number;
}

export interface User {
  readonly seq: number;
  readonly username: string;
  readonly sub: string;
  readonly attributes: Map<string, string>;
  status: UserStatus;
  enabled: boolean;
  readonly created: number;
  modified: number;
  /** Salt and SRP's private key; undefined for users who never had a password (federated, migrated at forgot-password). */
  password?: string;
  passwordHistory: string[];
  /** When a temporary password was set; it expires by the pool's policy. */
  temporarySince?: number;
  failures: number;
  lockedUntil: number;
  readonly factors: Set<MfaFactor>;
  preferredFactor?: MfaFactor;
  /** The deprecated MFAOptions (AdminSetUserSettings): SMS only. */
  smsOption: boolean;
  totpSecret?: string;
  pendingTotpSecret?: string;
  confirmCode?: Code;
  resetCode?: Code;
  readonly groups: Set<string>;
  /** `origin_jti` of the sign-ins that a global sign-out ended. */
  readonly signedOut: Set<string>;
}

/** What users are looked up by, beside the sub. */
export const lookupKeys = ['username', 'email', 'phone_number', 'preferred_username'] as const;
export type LookupKey = (typeof lookupKeys)[number];

export const isLookupKey = (name: string): name is LookupKey => lookupKeys.some((key) => key === name);

/** The user's own value of that kind. */
export const lookupValue = (user: User, key: LookupKey): string | undefined =>
  key === 'username' ? user.username : user.attributes.get(key);

type Change = (name: string, before: string | undefined, after: string | undefined) => void;

/** A map that says what is changed in it. */
export class WatchedMap extends Map<string, string> {
  readonly #changed: Change | undefined;

  constructor(entries: Iterable<readonly [string, string]>, changed: Change) {
    super();
    for (const [name, value] of entries) super.set(name, value);
    this.#changed = changed;
  }

  override set(name: string, value: string): this {
    const before = this.get(name);
    super.set(name, value);
    this.#changed?.(name, before, value);
    return this;
  }

  override delete(name: string): boolean {
    const before = this.get(name);
    const isGone = super.delete(name);
    if (isGone) this.#changed?.(name, before, undefined);
    return isGone;
  }
}
