/** Throw-away users of every kind that the API can make. Nothing is sent to a person: see each kind. */
import {
  AdminAddUserToGroupCommand,
  AdminCreateUserCommand,
  AdminDisableUserCommand,
  AdminInitiateAuthCommand,
  AdminResetUserPasswordCommand,
  AdminSetUserMFAPreferenceCommand,
  AdminSetUserPasswordCommand,
  AdminSetUserSettingsCommand,
  AssociateSoftwareTokenCommand,
  type CognitoIdentityProviderClient,
  type MFAOptionType,
  SignUpCommand,
  VerifySoftwareTokenCommand,
} from '@aws-sdk/client-cognito-identity-provider';
import { answered } from '../errors.ts';
import type { Soon, Waiting } from './patience.ts';
import { throwAwayGroup } from './pools.ts';
import { totp } from './totp.ts';

/**
 * `force-change-password`: with a temporary password. `reset-required`: told to choose a new one (a code goes to the mailbox
 * simulator). `unconfirmed`: signed up, never confirmed. `totp`: with an authenticator app. `sms-option`: with the older
 * MFAOptions, which the preference for a second factor replaced. `unverified-email`: confirmed, with an e-mail address that
 * nobody has verified. `verified-phone`: with a phone number too. `in-group`: in a group of the pool.
 */
export const userKinds = [
  'confirmed',
  'unverified-email',
  'verified-phone',
  'in-group',
  'force-change-password',
  'disabled',
  'reset-required',
  'unconfirmed',
  'totp',
  'sms-option',
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

/** Where, and how long that may take. */
interface Making extends Waiting {
  readonly idp: CognitoIdentityProviderClient;
  readonly soon: Soon;
}

/** Makes one user. Calls that send something do it to `username`, which is an address of the mailbox simulator. */
export async function createThrowAwayUser(making: Making, user: NewUser): Promise<void> {
  const { idp, soon } = making;
  const { userPoolId: UserPoolId, username: Username, password: Password, kind } = user;
  const who = { UserPoolId, Username };
  if (kind === 'unconfirmed') {
    const ClientId = await user.helper();
    // Nobody may say of themselves that an address is verified, and whether anybody may set custom attributes is a question.
    const UserAttributes = attributeList(user).filter(
      ({ Name }) => Name !== 'email_verified' && !Name.startsWith('custom:'),
    );
    await soon(() => idp.send(new SignUpCommand({ ClientId, Username, Password, UserAttributes })));
    return;
  }
  const isTemporary = kind === 'force-change-password';
  const create = new AdminCreateUserCommand({
    ...who,
    UserAttributes: attributeList(user),
    MessageAction: 'SUPPRESS',
    ...(isTemporary ? { TemporaryPassword: Password } : {}),
  });
  await soon(() => idp.send(create));
  if (isTemporary) return;
  await soon(() => idp.send(new AdminSetUserPasswordCommand({ ...who, Password, Permanent: true })));
  if (kind === 'disabled') await soon(() => idp.send(new AdminDisableUserCommand(who)));
  if (kind === 'reset-required') await soon(() => idp.send(new AdminResetUserPasswordCommand(who)));
  if (kind === 'totp') await addAuthenticator(making, user);
  if (kind === 'sms-option')
    await soon(() => idp.send(new AdminSetUserSettingsCommand({ ...who, MFAOptions })));
  if (kind === 'in-group')
    await soon(() => idp.send(new AdminAddUserToGroupCommand({ ...who, GroupName: throwAwayGroup })));
}

/** How users were given SMS codes before 2018. The pool has no SMS, so none is ever sent. */
const MFAOptions: MFAOptionType[] = [{ DeliveryMedium: 'SMS', AttributeName: 'phone_number' }];

/** Kept for use in fiction (North American Numbering Plan, 555-0100 to 555-0199): nobody has it. */
export const phoneNumber = '+12065550100';

const ofKind: Readonly<Partial<Record<UserKind, Readonly<Record<string, string>>>>> = {
  'unverified-email': { email_verified: 'false' },
  'verified-phone': { phone_number: phoneNumber, phone_number_verified: 'true' },
  'sms-option': { phone_number: phoneNumber, phone_number_verified: 'true' },
};

function attributeList({ kind, username, attributes }: NewUser) {
  const all = { email: username, email_verified: 'true', ...ofKind[kind], ...attributes };
  return Object.entries(all).map(([Name, Value]) => ({ Name, Value }));
}

/** As a person would with an app: sign in, take the secret, prove it with a code, prefer it. */
async function addAuthenticator({ idp, soon, clock }: Making, user: NewUser): Promise<void> {
  const { userPoolId: UserPoolId, username: Username, password: PASSWORD } = user;
  const signIn = new AdminInitiateAuthCommand({
    UserPoolId,
    ClientId: await user.helper(),
    AuthFlow: 'ADMIN_USER_PASSWORD_AUTH',
    AuthParameters: { USERNAME: Username, PASSWORD },
  });
  const signedIn = await soon(() => idp.send(signIn), 'NotAuthorizedException');
  const AccessToken = answered(signedIn.AuthenticationResult?.AccessToken, 'an access token');
  const associate = new AssociateSoftwareTokenCommand({ AccessToken });
  const { SecretCode } = await soon(() => idp.send(associate), 'SoftwareTokenMFANotFoundException');
  const secret = answered(SecretCode, "the authenticator's secret");
  // A new code each time: one that is made at the end of its half minute, or by a clock that is off, comes too late or early.
  const verify = () =>
    idp.send(new VerifySoftwareTokenCommand({ AccessToken, UserCode: totp(secret, clock.now()) }));
  await soon(verify, 'CodeMismatchException', 'EnableSoftwareTokenMFAException');
  const SoftwareTokenMfaSettings = { Enabled: true, PreferredMfa: true };
  const prefer = new AdminSetUserMFAPreferenceCommand({ UserPoolId, Username, SoftwareTokenMfaSettings });
  await soon(() => idp.send(prefer), 'InvalidParameterException');
}
