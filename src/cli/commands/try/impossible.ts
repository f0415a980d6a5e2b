/**
 * Names and passwords that no user can have.
 * The function rejects them unread, so this command makes no request for them.
 */

import { quoted } from '../../../core/shell.ts';
import { parseEvent, type Unusable } from '../../../lambda/event.ts';
import type { Explanation } from '../../terminal/reasons.ts';

/** The maximum lengths of UsernameType and PasswordType in the Cognito API. */
const [longestName, longestPassword] = [128, 256];

/** The reasons for an impossible name or password. This file explains them in more detail. */
type ImpossibleReason = Extract<Unusable['reason'], 'impossible-name' | 'impossible-password'>;

export const isImpossible = (reason: string): reason is ImpossibleReason => Object.hasOwn(impossible, reason);

const impossible: Readonly<Record<ImpossibleReason, true>> = {
  'impossible-name': true,
  'impossible-password': true,
};

/** The function's own verdict. Undefined for a name and a password that a user can have. */
export function impossibleReason(username: string, password = 'any'): Unusable['reason'] | undefined {
  const event = { triggerSource: 'CognitoMigrate_Rehearsal', userName: username, request: { password } };
  const parsed = parseEvent(event);
  return parsed.kind === 'unusable' ? parsed.reason : undefined;
}

/** Explains the flaw in a name, and shows its position. */
export function explainImpossible(username: string, reason: ImpossibleReason): Explanation {
  if (reason !== 'impossible-name') {
    const means = `no user can have that password: it is longer than ${longestPassword} characters`;
    return { means, next: [] };
  }
  const trimmed = username.trim();
  const isMended = trimmed !== username && impossibleReason(trimmed) === undefined;
  return {
    means: `no user can have that name: it ${flawOf(username)}`,
    next: isMended ? [`cognito-migrate try --username ${quoted(trimmed)}`] : [],
  };
}

function flawOf(name: string): string {
  const { length } = [...name];
  if (length > longestName) return `has ${length} characters, and a name has at most ${longestName}`;
  if (/\s$/u.test(name)) return `ends with a space: ${shown(name)}`;
  if (/^\s/u.test(name)) return `begins with a space: ${shown(name)}`;
  return /\s/u.test(name)
    ? `has a space in it: ${shown(name)}`
    : `has a character in it that names cannot have: ${shown(name)}`;
}

/** Shows spaces as ␣, and all other impossible characters as Unicode code points. */
const shown = (name: string): string =>
  [...name.replaceAll(' ', '␣')]
    .map((sign) => (impossibleReason(sign) === undefined ? sign : `<U+${hex(sign)}>`))
    .join('');

const hex = (sign: string): string => (sign.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
