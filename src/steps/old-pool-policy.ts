/**
 * The function's permissions in the old pool: check a password and read the user.
 * It gets more only if a rule needs it.
 */
import template from '../../templates/lambda-policy.json' with { type: 'json' };
import chainTemplate from '../../templates/lambda-policy-chain.json' with { type: 'json' };
import groupsTemplate from '../../templates/lambda-policy-groups.json' with { type: 'json' };
import moveOnceTemplate from '../../templates/lambda-policy-move-once.json' with { type: 'json' };
import searchTemplate from '../../templates/lambda-policy-with-search.json' with { type: 'json' };
import { fill } from '../aws/templates.ts';
import { isJsonObject, isList, type Json, type JsonObject } from '../core/json.ts';
import type { Vars } from '../core/variables/index.ts';
import { vouchesForUsernames } from '../lambda/vouched.ts';
import { nameIn } from './chain.ts';
import { functionArn } from './names.ts';

/** The choices that need more rights. GROUPS is enough: which groups are chosen makes no difference. */
export type SearchRules = Partial<Pick<Vars, 'MAP' | 'FIND_BY' | 'GROUPS' | 'MOVE_ONCE'>>;

/** Two rules make the function search for users with an address: `--map username=email` and `--find-by`. */
export const searchesUsers = ({ MAP = {}, FIND_BY }: Pick<SearchRules, 'MAP' | 'FIND_BY'>): boolean =>
  FIND_BY !== undefined || vouchesForUsernames({ rename: MAP });

/** Why the function searches, for the administrator of the old pool. Undefined if it doesn't. */
export function searchReason(rules: SearchRules): string | undefined {
  if (!searchesUsers(rules)) {
    const flags = [
      ...(rules.GROUPS === undefined ? [] : ['`--groups`']),
      ...(rules.MOVE_ONCE === undefined ? [] : ['`--move-once`']),
    ];
    return flags.length === 0
      ? undefined
      : `find the old user of a new one by their ID: ${flags.join(' and ')}`;
  }
  return rules.FIND_BY === undefined
    ? "see whether a username is another user's verified address: `--map username=email`"
    : `find the one user who has verified an address: \`--find-by ${rules.FIND_BY}\``;
}

export function oldPoolPolicy(vars: SearchRules & Pick<Vars, 'OLD_USER_POOL_ARN'>): JsonObject {
  const { OLD_USER_POOL_ARN } = vars;
  const document = withStatements(searchesUsers(vars) ? searchTemplate : template, [
    ...(vars.GROUPS === undefined ? [] : groupsTemplate.OldPool),
    ...(vars.MOVE_ONCE === undefined ? [] : moveOnceTemplate.OldPool[vars.MOVE_ONCE]),
  ]);
  return fill(document, { OLD_USER_POOL_ARN });
}

type Document = { readonly Version: string; readonly Statement: readonly JsonObject[] };

const withStatements = (document: Document, more: readonly JsonObject[]): Document => ({
  ...document,
  Statement: [...document.Statement, ...more],
});

/**
 * A policy of the function, with the right to ask the other functions of its chain. All of them, because teardown of
 * the next one makes this function ask the one after that, without a wait for IAM.
 */
export const withChain = (
  document: JsonObject,
  { CHAIN_LINKS }: Partial<Pick<Vars, 'CHAIN_LINKS'>>,
): JsonObject => {
  const { after = [] } = CHAIN_LINKS ?? {};
  if (after.length === 0) return document;
  const more = fill({ Statement: chainTemplate }, { FUNCTION_ARNS: [...after] });
  return { ...document, Statement: [...listOf(document.Statement), ...listOf(more.Statement)] };
};

/** The policy of another function in the chain, without the right to ask this one. */
export function withoutFunction(document: JsonObject, lambdaArn: string): JsonObject {
  const sids = chainTemplate.map(({ Sid }): Json => Sid);
  const Statement = listOf(document.Statement).flatMap((one): readonly Json[] => {
    if (!isJsonObject(one) || !sids.includes(one.Sid ?? null)) return [one];
    const Resource = (isList(one.Resource) ? one.Resource : []).filter((arn) => arn !== lambdaArn);
    return Resource.length === 0 ? [] : [{ ...one, Resource }];
  });
  return { ...document, Statement };
}

/** A policy of the function, with the rights in the new pool that the work after a move takes. */
export const withNewPool = (
  document: JsonObject,
  vars: SearchRules & Pick<Vars, 'NEW_USER_POOL_ARN' | 'NAME'>,
): JsonObject => {
  if (vars.GROUPS === undefined && vars.MOVE_ONCE === undefined) return document;
  const { Statement } = document;
  const more = fill(
    { Statement: vars.GROUPS === undefined ? moveOnceTemplate.NewPool : groupsTemplate.NewPool },
    {
      NEW_USER_POOL_ARN: vars.NEW_USER_POOL_ARN,
      LAMBDA_ARN: functionArn(vars),
    },
  );
  return { ...document, Statement: [...listOf(Statement), ...listOf(more.Statement)] };
};

const listOf = (statements: Json | undefined): readonly Json[] => (isList(statements) ? statements : []);

const closingCalls = { disable: 'AdminDisableUser', mark: 'AdminUpdateUserAttributes' } as const;

/** The policy as text in a line of the plan. */
export function oldPoolPolicyText(vars: SearchRules & Pick<Vars, 'OLD_USER_POOL_NAME'>): string {
  const { GROUPS, MOVE_ONCE, FIND_BY } = vars;
  const searches = searchesUsers(vars) || GROUPS !== undefined || MOVE_ONCE !== undefined;
  const actions = [
    'AdminGetUser',
    'AdminInitiateAuth',
    ...(searches ? ['ListUsers'] : []),
    ...(GROUPS === undefined ? [] : ['AdminListGroupsForUser']),
    ...(MOVE_ONCE === undefined ? [] : [closingCalls[MOVE_ONCE]]),
  ];
  const share = FIND_BY === undefined ? '' : ' (ListUsers: 30 a second for all pools there)';
  return `${actions.join(', ')} on ${vars.OLD_USER_POOL_NAME} only${share}`;
}

/** The right to ask other functions, as the rest of that line. Empty if there is none. */
export const chainPolicyText = ({ CHAIN_LINKS }: Partial<Pick<Vars, 'CHAIN_LINKS'>>): string =>
  CHAIN_LINKS === undefined || CHAIN_LINKS.after.length === 0
    ? ''
    : `; InvokeFunction on ${CHAIN_LINKS.after.map(nameIn).join(', ')}`;

/** The rights in the new pool, as the rest of that line. Empty if there are none. */
export function newPoolPolicyText(vars: SearchRules & Pick<Vars, 'NEW_USER_POOL_NAME'>): string {
  const { GROUPS, MOVE_ONCE, NEW_USER_POOL_NAME } = vars;
  if (GROUPS === undefined && MOVE_ONCE === undefined) return '';
  return `; AdminGetUser${GROUPS === undefined ? '' : ', AdminAddUserToGroup'} on ${NEW_USER_POOL_NAME}`;
}
