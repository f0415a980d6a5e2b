/** One user as AdminGetUser describes them, and two of them side by side. */
import {
  AdminGetUserCommand,
  type CognitoIdentityProviderClient,
} from '@aws-sdk/client-cognito-identity-provider';
import { undefinedIfNotFound } from './errors.ts';

export interface PoolUser {
  readonly username: string;
  readonly status: string;
  readonly enabled: boolean;
  readonly mfa: readonly string[];
  readonly attributes: Readonly<Record<string, string>>;
}

/** The name and the password that one user signs in with. */
export interface Who {
  readonly username: string;
  readonly password: string;
}

/** Whoever signs in with that name; undefined when nobody does, or the pool is not there. */
export async function findUser(
  idp: CognitoIdentityProviderClient,
  UserPoolId: string,
  Username: string,
): Promise<PoolUser | undefined> {
  const found = await undefinedIfNotFound(
    idp.send(new AdminGetUserCommand({ UserPoolId, Username })),
    'UserNotFoundException',
    'ResourceNotFoundException',
  );
  if (found === undefined) return undefined;
  // MFAOptions is the older way of SMS codes, which UserMFASettingList does not mention (API_AdminGetUser).
  const sms = (found.MFAOptions ?? []).length > 0 ? ['SMS_MFA'] : [];
  return {
    username: found.Username ?? '',
    status: found.UserStatus ?? '',
    enabled: found.Enabled ?? true,
    mfa: [...new Set([...(found.UserMFASettingList ?? []), ...sms])].sort(),
    attributes: Object.fromEntries(
      (found.UserAttributes ?? []).map(({ Name = '', Value = '' }) => [Name, Value]),
    ),
  };
}

/** One line of the comparison; an absent side has no such attribute, or there is no such user. */
export interface ComparedValue {
  readonly name: string;
  readonly old?: string;
  readonly new?: string;
  /** Absent if the old pool cannot be read: then nothing is known to compare with. */
  readonly same?: boolean;
}

const valuesOf = (user: PoolUser | undefined): Readonly<Record<string, string>> =>
  user === undefined
    ? {}
    : {
        username: user.username,
        status: user.status,
        enabled: String(user.enabled),
        MFA: user.mfa.join(', ') || 'none',
        ...user.attributes,
      };

/** The function writes Booleans in small letters, and SDKs and CloudFormation often store "True". */
function isSame(was: string | undefined, is: string | undefined): boolean {
  const isBoolean = /^(true|false)$/i;
  if (was === undefined || is === undefined || !isBoolean.test(was) || !isBoolean.test(is)) return was === is;
  return was.toLowerCase() === is.toLowerCase();
}

/**
 * Everything that either side has, in one list.
 * @param canReadOld the old pool was asked; undefined of `old` means that it has no such user.
 */
export function compareUsers(
  old: PoolUser | undefined,
  fresh: PoolUser | undefined,
  canReadOld: boolean,
): ComparedValue[] {
  const [before, after] = [valuesOf(old), valuesOf(fresh)];
  return [...new Set([...Object.keys(before), ...Object.keys(after)])].map((name) => {
    const [was, is] = [before[name], after[name]];
    return {
      name,
      ...(was === undefined ? {} : { old: was }),
      ...(is === undefined ? {} : { new: is }),
      ...(canReadOld ? { same: isSame(was, is) } : {}),
    };
  });
}
