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

type Rules = Partial<Pick<Vars, 'MAP'>>;

/** `--map username=email` makes the function search for other users with that address. */
export const searchesUsers = ({ MAP = {} }: Rules): boolean => vouchesForUsernames({ rename: MAP });

export const oldPoolPolicy = (vars: Rules & Pick<Vars, 'OLD_USER_POOL_ARN'>): JsonObject =>
  fill(searchesUsers(vars) ? searchTemplate : template, { OLD_USER_POOL_ARN: vars.OLD_USER_POOL_ARN });

/** The policy as text in a line of the plan. */
export const oldPoolPolicyText = (vars: Rules & Pick<Vars, 'OLD_USER_POOL_NAME'>): string =>
  `AdminGetUser, AdminInitiateAuth${searchesUsers(vars) ? ', ListUsers' : ''} on ${vars.OLD_USER_POOL_NAME} only`;
