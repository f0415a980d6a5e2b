/** Names shared by all pages that mention CloudFormation. */

/**
 * The stack name of a migration, for `--stack-name`: letters, digits, and hyphens.
 * Two migrations in one account must not share a name.
 * The second one would replace the resources of the first.
 */
export const stackName = (newUserPoolId: string): string =>
  `cognito-migrate-${newUserPoolId.replaceAll('_', '-')}`;
