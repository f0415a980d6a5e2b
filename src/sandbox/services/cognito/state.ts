/** Everything that exists in the Cognito of one account and Region. */
import type { JsonObject } from '../../operation.ts';
import type { StateKind } from '../../world.ts';
import type { CsvRow } from './import-csv.ts';
import { NumberedMap } from './paging.ts';
import type { CognitoSettings } from './settings.ts';
import type { Exchange } from './srp.ts';
import type { UserDirectory } from './user-directory.ts';

export type { Contact, MfaFactor, User, UserStatus } from './user.ts';

export interface Client {
  readonly seq: number;
  readonly id: string;
  readonly secret?: string;
  readonly type: 'REGULAR' | 'DCR';
  /** Number of attributes in the pool when the client was created. A schema grows only at its end. */
  readonly schemaSize: number;
  readonly created: number;
  modified: number;
  /** The settable members as sent, with defaults filled in. */
  config: JsonObject;
}

export interface Group {
  readonly seq: number;
  readonly name: string;
  readonly created: number;
  readonly modified: number;
  readonly details: JsonObject;
  /** By sub, in the order in which they came in. A deleted user may still be listed. */
  readonly members: NumberedMap<string, Membership>;
}

/** A user's place in a group. The groups of a user are in the user. */
export interface Membership {
  readonly seq: number;
  readonly sub: string;
}

export interface IdentityProvider {
  readonly seq: number;
  readonly name: string;
  readonly details: JsonObject;
}

export interface SchemaAttribute {
  readonly name: string;
  readonly type: 'String' | 'Number' | 'Boolean' | 'DateTime';
  readonly developerOnly: boolean;
  readonly mutable: boolean;
  readonly required: boolean;
  readonly min?: string;
  readonly max?: string;
}

export interface PoolMfa {
  sms: boolean;
  totp: boolean;
  email?: JsonObject;
  webAuthn?: JsonObject;
}

/** An open challenge of a sign-in or of a TOTP setup. */
export interface Session {
  readonly clientId: string;
  readonly sub: string;
  readonly challenge: string;
  readonly expires: number;
  readonly code?: string;
  /** VerifySoftwareToken sets this: MFA_SETUP is complete. */
  readonly totpReady?: boolean;
}

/** An open PASSWORD_VERIFIER challenge. Its key is the SECRET_BLOCK. */
export interface SrpAttempt {
  readonly clientId: string;
  /** Undefined if the challenge is simulated. Then no answer is right. */
  readonly sub: string | undefined;
  readonly expires: number;
  readonly exchange: Exchange;
  readonly session?: string;
}

export interface RefreshToken {
  readonly clientId: string;
  readonly sub: string;
  readonly authTime: number;
  readonly expires: number;
  readonly originJti: string;
}

/** A message that AWS would have sent. Nothing is sent. Tests read it here. */
export interface Delivery {
  readonly purpose: 'invitation' | 'sign-up' | 'attribute' | 'forgot-password' | 'mfa';
  readonly medium: 'EMAIL' | 'SMS';
  readonly destination: string;
  readonly username: string;
  readonly sub: string;
  /** Code or temporary password in the message. */
  readonly secret?: string;
}

/** A line of the log of an import job. */
export interface ImportLine {
  readonly at: number;
  readonly message: string;
}

export interface ImportJob {
  readonly seq: number;
  readonly id: string;
  readonly name: string;
  readonly poolId: string;
  /** ARN of the role that writes the log. */
  readonly role: string;
  readonly created: number;
  /** The pre-signed address. Whoever has it can upload a file. */
  readonly url: string;
  /** Hash of the secret in the address. */
  readonly token: string;
  status: 'Created' | 'Pending' | 'InProgress' | 'Stopping' | 'Stopped' | 'Succeeded' | 'Failed' | 'Expired';
  started?: number;
  completed?: number;
  message?: string;
  imported: number;
  skipped: number;
  failed: number;
  /** Undefined before the upload and after the end. */
  file?: { readonly bytes: Uint8Array; readonly size: number };
  /** The rows of the file while the job runs. */
  rows?: readonly CsvRow[];
}

export interface Pool {
  readonly seq: number;
  readonly id: string;
  readonly arn: string;
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  name: string;
  readonly created: number;
  modified: number;
  /**
   * The members that UpdateUserPool can set.
   * Their names are those in DescribeUserPool. Defaults are filled in.
   */
  config: JsonObject;
  /** Members that only creation sets: AliasAttributes, UsernameAttributes, UsernameConfiguration. */
  readonly fixed: JsonObject;
  mfa: PoolMfa;
  /** True once TemporaryPasswordValidityDays was set. From then on, UnusedAccountValidityDays is refused. */
  temporaryDaysSet: boolean;
  /** True once UpdateUserPool was called. */
  updated: boolean;
  readonly schema: SchemaAttribute[];
  readonly clients: NumberedMap<string, Client>;
  readonly users: UserDirectory;
  readonly groups: NumberedMap<string, Group>;
  readonly identityProviders: NumberedMap<string, IdentityProvider>;
  readonly importJobs: ImportJob[];
  readonly sessions: Map<string, Session>;
  readonly srpAttempts: Map<string, SrpAttempt>;
  readonly refreshTokens: Map<string, RefreshToken>;
  readonly deliveries: Delivery[];
  /** The settings of the world. */
  readonly settings: CognitoSettings;
  domain?: string;
  customDomain?: string;
  signingKey?: { readonly privateKey: string; readonly publicKey: string; readonly kid: string };
}

export interface CognitoState {
  seq: number;
  readonly pools: NumberedMap<string, Pool>;
  /**
   * True once the service-linked role for SES exists.
   * The first pool with EmailSendingAccount DEVELOPER creates it.
   */
  emailRole: boolean;
}

export const cognitoKind: StateKind<CognitoState> = {
  name: 'cognito',
  create: () => ({ seq: 0, pools: new NumberedMap(), emailRole: false }),
};
