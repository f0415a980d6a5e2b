/** Reads Cognito's answers. Anything in another form isn't AWS's answer, and never counts as proof. */
import { isObject, type JsonObject } from './aws/json.ts';
import { AwsError, UNRECOGNIZED } from './aws/send.ts';
import type { SignInAnswer } from './decide.ts';
import { hasSecondFactor, type NamedUser, type OldAttribute, type OldUser } from './old-user.ts';
import { subOfToken } from './token.ts';

/** A user of ListUsers. */
export function toHolder({ Username, Attributes }: JsonObject): NamedUser {
  return { userName: optionalText(Username) ?? '', attributes: toAttributes(Attributes) };
}

/** The user of AdminGetUser. */
export function toUser(answer: JsonObject): OldUser {
  const { Username, Enabled, UserStatus, UserAttributes } = answer;
  const { UserMFASettingList, PreferredMfaSetting, MFAOptions } = answer;
  const userName = optionalText(Username);
  if (!userName) throw new AwsError(UNRECOGNIZED);
  return {
    userName,
    enabled: Enabled === true,
    status: optionalText(UserStatus) ?? 'UNKNOWN',
    hasMfa: hasSecondFactor({ UserMFASettingList, PreferredMfaSetting, MFAOptions }),
    attributes: toAttributes(UserAttributes),
  };
}

/** Reads a list of names and values. A name that occurs twice would have two values, so neither counts. */
export function toAttributes(value: unknown): OldAttribute[] {
  const attributes = listOf(value).flatMap(({ Name, Value }) => {
    const [name, text] = [optionalText(Name), optionalText(Value)];
    return name === undefined || text === undefined ? [] : [{ name, value: text }];
  });
  if (new Set(attributes.map(({ name }) => name)).size < attributes.length) throw new AwsError(UNRECOGNIZED);
  return attributes;
}

/** A list of objects, or no list. Anything else isn't AWS's answer. */
export function listOf(value: unknown): readonly JsonObject[] {
  const list = value ?? [];
  if (Array.isArray(list) && list.every(isObject)) return list;
  throw new AwsError(UNRECOGNIZED);
}

/** A text, or none. Anything else isn't AWS's answer. */
export function optionalText(value: unknown): string | undefined {
  const text = value ?? undefined;
  if (text === undefined || typeof text === 'string') return text;
  throw new AwsError(UNRECOGNIZED);
}

/**
 * The result of a sign-in. Drops the tokens, and keeps only the ID of their user.
 * A challenge beside tokens is a challenge.
 */
export function toSignIn({ ChallengeName, AuthenticationResult }: JsonObject): SignInAnswer {
  const challenge = optionalText(ChallengeName);
  if (challenge !== undefined) return { kind: 'challenge', name: challenge };
  const token = isObject(AuthenticationResult) ? optionalText(AuthenticationResult.AccessToken) : undefined;
  return token ? { kind: 'signed-in', sub: subOfToken(token) } : { kind: 'challenge', name: 'NONE' };
}
