/** A user of a pool, and the values that identify users in a lookup. */

export type UserStatus =
  | 'UNCONFIRMED'
  | 'CONFIRMED'
  | 'RESET_REQUIRED'
  | 'FORCE_CHANGE_PASSWORD'
  | 'EXTERNAL_PROVIDER';

export type MfaFactor = 'SMS_MFA' | 'SOFTWARE_TOKEN_MFA' | 'EMAIL_OTP';

/** Attributes that a user verifies with a code. */
export type Contact = 'email' | 'phone_number';

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
  /**
   * Salt and SRP's private key.
   * Undefined for users who never had a password (federated, or migrated at ForgotPassword).
   */
  password?: string;
  passwordHistory: string[];
  /** Time when a temporary password was set. The pool's policy decides when it expires. */
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
  /** Codes for changed addresses and numbers, with the value that they verify. */
  attributeCodes?: Partial<Record<Contact, Code & { readonly destination: string }>>;
  resetCode?: Code;
  readonly groups: Set<string>;
  /** `origin_jti` of the sign-ins that a global sign-out or RevokeToken ended. */
  readonly signedOut: Set<string>;
}

/** Values that a lookup accepts, besides the sub. */
export const lookupKeys = ['username', 'email', 'phone_number', 'preferred_username'] as const;
export type LookupKey = (typeof lookupKeys)[number];

export const isLookupKey = (name: string): name is LookupKey => lookupKeys.some((key) => key === name);

/** The user's own value for this key. */
export const lookupValue = (user: User, key: LookupKey): string | undefined =>
  key === 'username' ? user.username : user.attributes.get(key);

type Change = (name: string, before: string | undefined, after: string | undefined) => void;

/** A map that reports its changes. */
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

  override clear(): void {
    for (const name of [...this.keys()]) this.delete(name);
  }

  override delete(name: string): boolean {
    const before = this.get(name);
    const isGone = super.delete(name);
    if (isGone) this.#changed?.(name, before, undefined);
    return isGone;
  }
}
