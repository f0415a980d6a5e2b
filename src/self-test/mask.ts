/** Takes out of a report what others need not know. */
import type { Places } from './fixtures/resources.ts';

/**
 * Secrets and who has run it, always: AWS names the caller in every denial, and a session often has a person's address for its
 * name. Account numbers, unless they are wanted.
 */
export function maskerOf(
  { new: fresh, old }: Places,
  secrets: readonly string[],
  withAccount: boolean,
): (text: string) => string {
  const callers = [fresh.caller, old.caller];
  const hidden = [
    ...secrets.map((secret) => [secret, '<secret>'] as const),
    ...callers.map((arn) => [arn, '<caller>'] as const),
    ...callers.map((arn) => [wholeName(arn), '<caller>'] as const),
    ...(withAccount
      ? []
      : [
          [fresh.account, '<account>'] as const,
          [old.account, fresh.account === old.account ? '<account>' : '<old account>'] as const,
        ]),
  ];
  return (text) =>
    hidden.reduce((rest, [value, name]) => (value === '' ? rest : rest.replaceAll(value, name)), text);
}

/** What role sessions of this program are called: it names nobody. */
const ours = 'cognito-migrate';

/** Name of a user or session by itself, and not as a part of another name. */
function wholeName(arn: string): RegExp | '' {
  const name = arn.includes('/') ? (arn.split('/').at(-1) ?? '') : '';
  if (name === '' || name === ours) return '';
  const escaped = name.replaceAll(/[.+]/g, '\\$&');
  return new RegExp(`(?<![\\w+=,.@-])${escaped}(?![\\w+=@-]|[,.]\\w)`, 'g');
}
