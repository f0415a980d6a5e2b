/** What is said of CloudFormation in every page. */

/**
 * Name of a migration's stack, for `--stack-name`: letters, digits and hyphens. Two migrations into one account must not have the
 * same: the second would replace what the first one has made.
 */
export const stackName = (newUserPoolId: string): string =>
  `cognito-migrate-${newUserPoolId.replaceAll('_', '-')}`;
