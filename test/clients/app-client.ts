/** A client library as an app uses it. */

export interface Credentials {
  readonly username: string;
  readonly password: string;
}

export interface Pool {
  readonly endpoint: string;
  readonly poolId: string;
  readonly clientId: string;
}

/** How a sign-in ends or goes on. */
export type SignedIn =
  | { readonly kind: 'signed in' }
  | { readonly kind: 'set up TOTP'; readonly secret: string }
  | { readonly kind: 'enter TOTP code' };

export interface AppClient {
  /** Package and version. */
  readonly name: string;
  signIn(credentials: Credentials, flow: 'SRP' | 'password'): Promise<SignedIn>;
  /** Goes on with the sign-in that asked for a code, or for TOTP to be set up. */
  enterCode(code: string): Promise<SignedIn>;
  requestReset(username: string): Promise<void>;
  confirmReset(credentials: Credentials, code: string): Promise<void>;
  /** Gets new tokens for the refresh token at hand; throws as the library does. */
  refresh(): Promise<void>;
  /** Ends this session, and tells AWS so. */
  signOut(): Promise<void>;
  signOutEverywhere(): Promise<void>;
}
