/**
 * The function's permissions in the old pool: check a password and read the user.
 * It gets more only if a rule needs it.
 */
import template from '../../templates/lambda-policy.json' with { type: 'json' };
import searchTemplate from '../../templates/lambda-policy-with-search.json' with { type: 'json' };
import { fill } from '../aws/templates.ts';
import type { JsonObject } from '../core/json.ts';
import type { Vars } from '../core/variables/index.ts';
import { vouchesForUsernames } from '../lambda/vouched.ts';

export type SearchRules = Partial<Pick<Vars, 'MAP' | 'FIND_BY'>>;

/** Two rules make the function search for users with an address: `--map username=email` and `--find-by`. */
export const searchesUsers = ({ MAP = {}, FIND_BY }: SearchRules): boolean =>
  FIND_BY !== undefined || vouchesForUsernames({ rename: MAP });

/** Why the function searches, for the administrator of the old pool. Undefined if it doesn't. */
export function searchReason(rules: SearchRules): string | undefined {
  if (!searchesUsers(rules)) return undefined;
  return rules.FIND_BY === undefined
    ? "see whether a username is another user's verified address: `--map username=email`"
    : `find the one user who has verified an address: \`--find-by ${rules.FIND_BY}\``;
}

export const oldPoolPolicy = (vars: SearchRules & Pick<Vars, 'OLD_USER_POOL_ARN'>): JsonObject =>
  fill(searchesUsers(vars) ? searchTemplate : template, { OLD_USER_POOL_ARN: vars.OLD_USER_POOL_ARN });

/** The policy as text in a line of the plan. */
export const oldPoolPolicyText = (vars: SearchRules & Pick<Vars, 'OLD_USER_POOL_NAME'>): string =>
  `AdminGetUser, AdminInitiateAuth${searchesUsers(vars) ? ', ListUsers' : ''} on ${vars.OLD_USER_POOL_NAME} only${vars.FIND_BY === undefined ? '' : ' (ListUsers: 30 a second for all pools there)'}`;
