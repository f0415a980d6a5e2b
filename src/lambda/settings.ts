/** The treatment of users of the old pool with multi-factor authentication. */
export type MfaPolicy = 'block' | 'reset' | 'allow';

/** One attribute of the new pool's schema, as far as the function needs it. */
export interface AttributeSchema {
  readonly type: 'String' | 'Number' | 'DateTime' | 'Boolean';
  /** Minimum length of a String, or minimum value of a Number. */
  readonly min?: number;
  /** Maximum length of a String, or maximum value of a Number. */
  readonly max?: number;
  readonly required?: boolean;
  /** Absent means mutable, as in a pool. */
  readonly mutable?: boolean;
}

/** The rules of `--map`, `--drop`, and `--set`. */
export interface AttributeMap {
  /** Old attribute name → new attribute name. */
  readonly rename: Readonly<Record<string, string>>;
  /** Old attribute names that are never copied. */
  readonly drop: readonly string[];
  /** New attribute name → fixed value. */
  readonly set: Readonly<Record<string, string>>;
}

/** The new pool's password rules (`Policies.PasswordPolicy`). */
export interface PasswordPolicy {
  readonly minimumLength?: number;
  readonly requireUppercase?: boolean;
  readonly requireLowercase?: boolean;
  readonly requireNumbers?: boolean;
  readonly requireSymbols?: boolean;
}

/** A name that the pool accepts instead of, or in addition to, a username. */
export type SignInAttribute = 'email' | 'phone_number' | 'preferred_username';

/** An attribute that people sign in with, and that the old pool doesn't know as a name. */
export type FindBy = Extract<SignInAttribute, 'email' | 'phone_number'>;

/** A way to reset a password (`AccountRecoverySetting.RecoveryMechanisms[].Name`). */
export type Recovery = 'verified_email' | 'verified_phone_number' | 'admin_only';

/** The settings of the new pool that the function knows. */
export interface NewPool {
  /** `UsernameAttributes`: the pool generates the username, and people type one of these. */
  readonly usernameAttributes: readonly SignInAttribute[];
  /** `AliasAttributes`: people choose a username, and can type one of these instead. */
  readonly aliasAttributes: readonly SignInAttribute[];
  /** `UsernameConfiguration.CaseSensitive`. A pool without that member is case-sensitive. */
  readonly caseSensitive: boolean;
  /** Absent if the pool has no AccountRecoverySetting. Then any verified contact works. */
  readonly recovery?: readonly Recovery[];
}

/** The settings of the old pool that the function knows. */
export interface OldPool {
  /** `UsernameAttributes`. Absent means unknown, not "none". Settings of 1.0.0 always have it. */
  readonly usernameAttributes?: readonly SignInAttribute[];
  /** `AliasAttributes`. Absent means unknown, so any of them may be an alias. */
  readonly aliasAttributes?: readonly SignInAttribute[];
  /** `UsernameConfiguration.CaseSensitive`. Absent means unknown, which counts as case-sensitive. */
  readonly caseSensitive?: boolean;
  /** Its administrator says: usernames only. 1.0.0 wrote the same two empty lists for "unknown". */
  readonly usernamesOnly?: boolean;
}

/** The attribute of the new pool that keeps a user's old sub. It must be immutable. */
export const oldSubName = 'custom:old_sub';

/** The time of the move, in ISO 8601: an attribute of the old pool (`--move-once mark`). */
export const movedAtName = 'custom:moved_at';

/** The ID of the new pool: an attribute of the old pool (`--move-once mark`). */
export const movedToName = 'custom:moved_to';

/** The work of the function after a user has moved. At least one of `groups` and `moveOnce` is chosen. */
export interface AfterMove {
  /** Old group name → new group name. Absent: no groups are copied. */
  readonly groups?: Readonly<Record<string, string>>;
  /** Groups in the first token, by the Pre token generation trigger. */
  readonly groupsInFirstToken?: true;
  /** The old user is closed after the move. */
  readonly moveOnce?: 'disable' | 'mark';
}

/** All settings that init gives the function, except the identifiers in its other variables. */
export interface Settings {
  readonly mfa: MfaPolicy;
  /** `MfaConfiguration` of the old pool when init last read it. */
  readonly oldPoolMfa: 'OFF' | 'OPTIONAL' | 'ON';
  readonly forgotPassword: 'on' | 'off';
  readonly onBadAttribute: 'drop' | 'refuse';
  readonly weakPassword: 'allow' | 'reset';
  readonly map: AttributeMap;
  /** Absent means unknown. Then only the standard attributes are copied, because every pool has them. */
  readonly schema?: Readonly<Record<string, AttributeSchema>>;
  readonly passwordPolicy?: PasswordPolicy;
  readonly newPool: NewPool;
  readonly oldPool: OldPool;
  /** Search the old pool for users by this attribute (`--find-by`). */
  readonly findBy?: FindBy;
  /** Keys of ClientMetadata that the old pool's triggers receive (`--forward-client-metadata`). */
  readonly forwardClientMetadata?: readonly string[];
  /** Absent means true in the GovCloud Regions, where Cognito has FIPS endpoints only. */
  readonly useFips?: boolean;
  /** Requires that `map` keeps the old sub in `custom:old_sub`, which proves who a user was. */
  readonly afterMove?: AfterMove;
  /**
   * Names of the old pool whose sign-up is refused: those of local users, or of federated ones too. Requires the
   * same.
   */
  readonly guard?: 'local' | 'federated';
  /** ARN of the function that decides about users whom the old pool doesn't know (`--chain`). */
  readonly next?: string;
}

/** The defaults: nobody with MFA, no password resets, exact usernames only. */
export const SAFEST_SETTINGS: Settings = {
  mfa: 'block',
  oldPoolMfa: 'OPTIONAL',
  forgotPassword: 'off',
  onBadAttribute: 'refuse',
  weakPassword: 'reset',
  map: { rename: {}, drop: [], set: {} },
  newPool: { usernameAttributes: [], aliasAttributes: [], caseSensitive: true },
  oldPool: {},
};

/** Names that Cognito manages itself. Setting one fails the whole migration (boto/boto3#2747). */
export function isServiceAttribute(name: string): boolean {
  return name === 'sub' || name === 'identities' || name === 'username' || name.startsWith('cognito:');
}
