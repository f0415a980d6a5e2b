/** Decides whether policies allow a request. IAM User Guide, "Policy evaluation logic". */
import type { RequestContext } from '../operation.ts';
import { conditionHolds, readOperator } from './conditions.ts';
import { literalMark, literalStar, resourceMatch, wildcardMatch } from './match.ts';
import type { Policy, Statement } from './policy.ts';

/** The requester as the Principal element of a resource-based policy sees it. */
export interface Requester {
  readonly account?: string;
  /** ARNs that can name the requester: those of the role, the session, or the root user. */
  readonly arns: readonly string[];
  readonly service?: string;
}

export interface Request {
  readonly action: string;
  readonly resource: string;
  readonly context: RequestContext;
  readonly requester?: Requester;
}

export type Verdict = 'allow' | 'explicit-deny' | 'implicit-deny';

/** Thrown for a condition operator that IAM doesn't have. */
export class UnknownOperatorError extends Error {
  constructor(operator: string) {
    super(`Unknown condition operator ${operator}: the local AWS denies the request`);
  }
}

/** The verdict of policies of one type: explicit deny first, then allow, otherwise implicit deny. */
export function evaluate(policies: readonly Policy[], request: Request): Verdict {
  const context = new Map(
    Object.entries(request.context).map(([key, value]) => [
      key.toLowerCase(),
      typeof value === 'string' ? [value] : [...value],
    ]),
  );
  let verdict: Verdict = 'implicit-deny';
  for (const policy of policies) {
    for (const statement of policy.statements) {
      if (!applies(statement, policy.variables, request, context)) continue;
      if (statement.effect === 'Deny') return 'explicit-deny';
      verdict = 'allow';
    }
  }
  return verdict;
}

type Context = ReadonlyMap<string, readonly string[]>;

function applies(statement: Statement, variables: boolean, request: Request, context: Context): boolean {
  return (
    actionApplies(statement, request.action) &&
    resourceApplies(statement, variables, request.resource, context) &&
    principalApplies(statement, request.requester) &&
    statement.conditions.every(({ operator, key, values }) => {
      const known = readOperator(operator);
      if (!known) throw new UnknownOperatorError(operator);
      const wanted = values
        .map((value) => (variables ? substitute(value, context) : value))
        .filter((value) => value !== undefined);
      return conditionHolds(known, wanted, context.get(key.toLowerCase()));
    })
  );
}

/**
 * IAM User Guide, "IAM JSON policy elements: Action".
 * "The prefix and the action name are case insensitive."
 */
function actionApplies({ actions, notActions }: Statement, action: string): boolean {
  const matches = (pattern: string) => wildcardMatch(pattern, action, true);
  return actions ? actions.some(matches) : notActions ? !notActions.some(matches) : false;
}

/** Trust policies have no Resource element. They apply to the role they belong to. */
function resourceApplies(
  statement: Statement,
  variables: boolean,
  resource: string,
  context: Context,
): boolean {
  const { resources, notResources } = statement;
  const matches = (pattern: string) => {
    const text = variables ? substitute(pattern, context) : pattern;
    return text !== undefined && resourceMatch(text, resource);
  };
  return resources ? resources.some(matches) : notResources ? !notResources.some(matches) : true;
}

/** Identity-based policies have no Principal element. They apply to the identity they are attached to. */
function principalApplies(
  { principals, notPrincipals }: Statement,
  requester: Requester | undefined,
): boolean {
  if (!principals && !notPrincipals) return true;
  if (!requester) return false;
  if (principals) return matchesPrincipals(principals, requester);
  return notPrincipals ? !matchesPrincipals(notPrincipals, requester) : false;
}

type Named = NonNullable<Statement['principals']>;

function matchesPrincipals(principals: Named, requester: Requester): boolean {
  if (requester.service !== undefined)
    return principals.everyone || principals.services.includes(requester.service);
  if (principals.everyone) return true;
  return principals.aws.some(
    (principal) => requester.arns.includes(principal) || principalAccount(principal) === requester.account,
  );
}

/** The account that a principal represents as a whole: 12 digits or arn:…:iam::ACCOUNT:root. */
export function principalAccount(principal: string): string | undefined {
  return /^(?:arn:[\w-]+:iam::)?(\d{12})(?::root)?$/.exec(principal)?.[1];
}

/**
 * Replaces policy variables: ${key}, ${key, 'default'}, and the literals ${*} ${?} ${$}.
 * A policy value that contains a variable without a value matches nothing. IAM User Guide, "IAM policy
 * elements: Variables and tags".
 * Substituted values are compared as text. AWS doesn't document whether it reads a wildcard inside them.
 */
function substitute(text: string, context: Context): string | undefined {
  let missing = false;
  const result = text.replaceAll(/\$\{([^}]*)\}/g, (_, body: string) => {
    if (body === '*') return literalStar;
    if (body === '?') return literalMark;
    if (body === '$') return '$';
    const [, key = body, fallback] = /^\s*([^,\s]+)\s*(?:,\s*'([^']*)')?\s*$/.exec(body) ?? [];
    const values = context.get(key.toLowerCase());
    const value = values?.length === 1 ? values[0] : fallback;
    if (value === undefined) missing = true;
    return value ?? '';
  });
  return missing ? undefined : result;
}
