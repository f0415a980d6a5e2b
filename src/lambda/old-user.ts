import { movedAtName, movedToName } from './settings.ts';

/** An attribute as AdminGetUser returns it. */
export interface OldAttribute {
  readonly name: string;
  readonly value: string;
}

/** The parts of the old user that matter for names. */
export interface NamedUser {
  readonly userName: string;
  readonly attributes: readonly OldAttribute[];
}

/** The old user, as AdminGetUser describes them. */
export interface OldUser extends NamedUser {
  readonly enabled: boolean;
  readonly status: string;
  readonly hasMfa: boolean;
}

/** The value of an old attribute. Undefined if it's empty or absent. */
export function oldValue(user: Pick<NamedUser, 'attributes'>, attribute: string): string | undefined {
  return user.attributes.find(({ name, value }) => name === attribute && value !== '')?.value;
}

/**
 * Whether a Boolean attribute is true, in any letter case.
 * Cognito keeps the letter case that an SDK, a script, or CloudFormation sent. "True" is common
 * (aws-amplify/amplify-js#8205, awsdocs/aws-cloudformation-user-guide#1104).
 */
export function isTrue(value: string | undefined): boolean {
  return value !== undefined && /^true$/i.test(value);
}

/** Whether the old pool has verified this very address. */
export function isVerified(user: Pick<NamedUser, 'attributes'>, attribute: string, value: string): boolean {
  return value === oldValue(user, attribute) && isTrue(oldValue(user, `${attribute}_verified`));
}

/** The members of AdminGetUser that say whether a user has MFA. */
export interface MfaMembers {
  readonly UserMFASettingList?: unknown;
  readonly PreferredMfaSetting?: unknown;
  readonly MFAOptions?: unknown;
}

/**
 * Whether a user has MFA. MFAOptions is how users got SMS codes before 2018. It still counts for them.
 */
export function hasSecondFactor({
  UserMFASettingList,
  PreferredMfaSetting,
  MFAOptions,
}: MfaMembers): boolean {
  return [UserMFASettingList, PreferredMfaSetting, MFAOptions].some(isFilled);
}

/** Whether a member says something, in whatever form. */
const isFilled = (value: unknown): boolean =>
  value !== undefined && value !== null && value !== '' && !(Array.isArray(value) && value.length === 0);

/**
 * Milliseconds until a mark counts.
 * Cognito repeats an event that it got no answer to, and an app may sign in twice at once.
 */
const EFFECTIVE_AFTER_MS = 10 * 60_000;

/**
 * Whether the user has moved to this pool before.
 * A mark of another pool says nothing. One without a readable time counts, because it can't be young.
 */
export function hasMovedTo(user: Pick<NamedUser, 'attributes'>, newUserPoolId: string, now: number): boolean {
  if (oldValue(user, movedToName) !== newUserPoolId) return false;
  const age = now - Date.parse(oldValue(user, movedAtName) ?? '');
  return !(Math.abs(age) < EFFECTIVE_AFTER_MS);
}
