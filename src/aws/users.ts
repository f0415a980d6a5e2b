/** One user as AdminGetUser describes them, and a comparison of two users. */
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

/** The name and password that one user signs in with. */
export interface Who {
  readonly username: string;
  readonly password: string;
}

/** The user who signs in with that name. Undefined if there is none, or the pool doesn't exist. */
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
  // MFAOptions is the older form of SMS codes, which UserMFASettingList doesn't list (API_AdminGetUser).
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

/** One line of the comparison. An absent side lacks this attribute or the whole user. */
export interface ComparedValue {
  readonly name: string;
  readonly old?: string;
  readonly new?: string;
  /** Absent if the old pool cannot be read, so nothing can be compared. */
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

/** The function writes Booleans in lowercase. SDKs and CloudFormation often store "True". */
function isSame(was: string | undefined, is: string | undefined): boolean {
  const isBoolean = /^(true|false)$/i;
  if (was === undefined || is === undefined || !isBoolean.test(was) || !isBoolean.test(is)) return was === is;
  return was.toLowerCase() === is.toLowerCase();
}

/**
 * The attributes of both sides in one list.
 * @param canReadOld Whether the old pool was read. Then an undefined `old` means that it has no such user.
 */
export function compareUsers(
  old: PoolUser | undefined,
  newUser: PoolUser | undefined,
  canReadOld: boolean,
): ComparedValue[] {
  const [before, after] = [valuesOf(old), valuesOf(newUser)];
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
