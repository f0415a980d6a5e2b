/** Hides account numbers and people in texts that are for others, such as reports. */

/** What a text must not show, and the words in its place. An empty value hides nothing. */
export type Hidden = readonly [value: string | RegExp, words: string];

/** The text without what is hidden. */
export const masked = (text: string, hidden: readonly Hidden[]): string =>
  hidden.reduce((rest, [value, words]) => (value === '' ? rest : rest.replaceAll(value, words)), text);

/**
 * Hides who calls AWS.
 * AWS names the caller in every denial, and a session name is often a person's address.
 */
export const hiddenCallers = (arns: readonly string[]): Hidden[] => [
  ...arns.map((arn): Hidden => [arn, '<caller>']),
  ...arns.map((arn): Hidden => [wholeName(arn), '<caller>']),
];

/** Hides the accounts of both pools, which may be one. */
export const hiddenAccounts = (newAccount: string, oldAccount: string): Hidden[] => [
  [newAccount, '<account>'],
  [oldAccount, newAccount === oldAccount ? '<account>' : '<old account>'],
];

/** The name of this program's role sessions. It identifies no person. */
const ours = 'cognito-migrate';

/** The name of a user or session, not as a part of another name. */
function wholeName(arn: string): RegExp | '' {
  const name = arn.includes('/') ? (arn.split('/').at(-1) ?? '') : '';
  if (name === '' || name === ours) return '';
  const escaped = name.replaceAll(/[.+]/g, '\\$&');
  return new RegExp(`(?<![\\w+=,.@-])${escaped}(?![\\w+=@-]|[,.]\\w)`, 'g');
}
