/** Throw-away users of every kind that the API can make. Nothing is sent to a person: see each kind. */
import {
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AssociateSoftwareTokenCommand,
  type CognitoIdentityProviderClient,
  SignUpCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import type { Clock } from '../clock.ts';
import { answered } from '../errors.ts';
import { totp } from './totp.ts';

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

/** Who is made, and where. */
export interface NewUser {
  readonly userPoolId: string;
  readonly kind: UserKind;
  readonly username: string;
  readonly password: string;
  readonly attributes: Readonly<Record<string, string>>;
  /** ID of an app client of the pool with admin sign-in by password; asked for by kinds that sign up or in. */
  readonly helper: () => Promise<string>;
}

/** Makes one user. Calls that send something do it to `username`, which is an address of the mailbox simulator. */
export async function createThrowAwayUser(
  idp: CognitoIdentityProviderClient,
  clock: Clock,
  user: NewUser,
): Promise<void> {
  const { userPoolId: UserPoolId, username: Username } = user;
  if (user.kind === 'unconfirmed') {
    const ClientId = await user.helper();
    const UserAttributes = attributeList(user, ['email_verified']); // nobody may say that of themselves
    await idp.send(new SignUpCommand({ ClientId, Username, Password: user.password, UserAttributes }));
    return;
  }
  const isTemporary = user.kind === 'force-change-password';
  await idp.send(
    new AdminCreateUserCommand({
      UserPoolId,
      Username,
      UserAttributes: attributeList(user),
      MessageAction: 'SUPPRESS',
      ...(isTemporary ? { TemporaryPassword: user.password } : {}),
    }),
  );
  if (isTemporary) return;
  await idp.send(
    new AdminSetUserPasswordCommand({ UserPoolId, Username, Password: user.password, Permanent: true }),
  );
  if (user.kind === 'disabled') await idp.send(new AdminDisableUserCommand({ UserPoolId, Username }));
  if (user.kind === 'reset-required')
    await idp.send(new AdminResetUserPasswordCommand({ UserPoolId, Username }));
  if (user.kind === 'totp') await addAuthenticator(idp, clock, user);
}

function attributeList({ kind, username, attributes }: NewUser, without: readonly string[] = []) {
  const email_verified = String(kind !== 'unverified-email');
  const all = { email: username, email_verified, ...attributes };
  return Object.entries(all)
    .filter(([Name]) => !without.includes(Name))
    .map(([Name, Value]) => ({ Name, Value }));
}

/** As a person would with an app: sign in, take the secret, prove it with a code, prefer it. */
async function addAuthenticator(
  idp: CognitoIdentityProviderClient,
  clock: Clock,
  { userPoolId: UserPoolId, username: Username, password, helper }: NewUser,
): Promise<void> {
  const signedIn = await idp.send(
    new AdminInitiateAuthCommand({
      UserPoolId,
      ClientId: await helper(),
      AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
      AuthParameters: { USERNAME: Username, PASSWORD: password },
    }),
  );
  const AccessToken = answered(signedIn.AuthenticationResult?.AccessToken, 'an access token');
  const { SecretCode } = await idp.send(new AssociateSoftwareTokenCommand({ AccessToken }));
  const UserCode = totp(answered(SecretCode, "the authenticator's secret"), clock.now());
  await idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode }));
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
  await idp.send(new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username, SoftwareTokenMfaSettings }));
}
