/** Removes details from a report that others need not know. */
import type { Places } from './fixtures/resources.ts';

/**
 * Always masks secrets and the caller. Masks account numbers unless they are wanted.
 * AWS names the caller in every denial, and a session name is often a person's address.
 */
export function maskerOf(
  { new: newPlace, old }: Places,
  secrets: readonly string[],
  withAccount: boolean,
): (text: string) => string {
  const callers = [newPlace.caller, old.caller];
  const hidden = [
    ...secrets.map((secret) => [secret, '<secret>'] as const),
    ...callers.map((arn) => [arn, '<caller>'] as const),
    ...callers.map((arn) => [wholeName(arn), '<caller>'] as const),
    ...(withAccount
      ? []
      : [
          [newPlace.account, '<account>'] as const,
          [old.account, newPlace.account === old.account ? '<account>' : '<old account>'] as const,
        ]),
  ];
  return (text) =>
    hidden.reduce((rest, [value, name]) => (value === '' ? rest : rest.replaceAll(value, name)), text);
}

/** The name of this program's role sessions. It identifies nobody. */
const ours = 'cognito-migrate';

/** The name of a user or session by itself, not as a part of another name. */
function wholeName(arn: string): RegExp | '' {
  const name = arn.includes('/') ? (arn.split('/').at(-1) ?? '') : '';
  if (name === '' || name === ours) return '';
  const escaped = name.replaceAll(/[.+]/g, '\\$&');
  return new RegExp(`(?<![\\w+=,.@-])${escaped}(?![\\w+=@-]|[,.]\\w)`, 'g');
}
