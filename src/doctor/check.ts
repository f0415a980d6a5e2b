/** One migration as the doctor sees it, and wording that several findings share. */

import type { SchemaAttributeType, UserPoolType } from '@aws-sdk/client-cognito-identity-provider';
import type { Finding, FindingId, Severity } from '../core/findings.ts';
import { number } from '../core/format-number.ts';
import { printable } from '../core/printable.ts';
import type { Inputs } from '../core/variables/index.ts';
import type { Settings } from '../lambda/settings.ts';
import type { Facts } from './facts.ts';
import type { Prediction } from './predict.ts';

export interface Case {
  readonly facts: Facts;
  readonly inputs: Inputs;
  readonly settings: Settings;
  /** Undefined if no users could be read, or if there are none. */
  readonly prediction: Prediction | undefined;
  /** Sign-ins per second at the busiest moment, if the operator gave the number. */
  readonly expected: number | undefined;
}

/** One topic of the doctor. Returns all its findings for a case. */
export type Theme = (args: Case) => readonly Finding[];

/** A list of one finding, to spread into other lists. */
export const found = (
  id: FindingId,
  severity: Severity,
  what: string,
  why: string,
  fix: string,
): readonly Finding[] => [{ id, severity, what, why, fix }];

/** For example, `312 of 1,000 sampled users`, or `3 of 3 users` if these are all. */
export const shareOf = (count: number, { users, isAll }: Pick<Prediction, 'users' | 'isAll'>): string =>
  `${number(count)} of ${number(users)} ${isAll ? '' : 'sampled '}${users === 1 ? 'user' : 'users'}`;

export const quoted = (names: readonly string[]): string => names.map(printable).join(', ');

/** A pool's schema by attribute name. */
export const schemaOf = (
  attributes: readonly SchemaAttributeType[] | undefined,
): ReadonlyMap<string, SchemaAttributeType> =>
  new Map((attributes ?? []).flatMap((one) => (one.Name === undefined ? [] : [[one.Name, one] as const])));

/** A pool without the setting is case-sensitive (API reference, UsernameConfigurationType). */
export const isCaseSensitive = ({ UsernameConfiguration }: UserPoolType): boolean =>
  UsernameConfiguration?.CaseSensitive ?? true;

/**
 * Whether anyone can sign up.
 * A pool without the setting is open (API reference, AdminCreateUserConfigType).
 */
export const isOpen = ({ AdminCreateUserConfig }: UserPoolType): boolean =>
  AdminCreateUserConfig?.AllowAdminCreateUserOnly !== true;
