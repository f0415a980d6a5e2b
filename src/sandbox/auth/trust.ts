/**
 * Decides who may assume a role.
 * The trust policy decides. Across accounts, the caller's own policies count as well.
 */
import { parseArn } from '../arn.ts';
import type { Principal, RequestContext } from '../operation.ts';
import { evaluate, type Requester, type Verdict } from '../policy/evaluate.ts';
import { type Policy, readPolicy } from '../policy/policy.ts';
import { inEffect } from '../propagating.ts';
import { type Role, roleByArn, type Trust } from '../services/iam/state.ts';
import type { World } from '../world.ts';

/**
 * Reads a trust policy.
 * Drops each role principal that is no longer the same role as when the policy was saved.
 */
function trustPolicy(world: World, trust: Trust): Policy | undefined {
  const policy = readPolicy(trust.document);
  if (!policy) return undefined;
  const isSame = (arn: string) => {
    const id = trust.principalIds.get(arn);
    return id === undefined || roleByArn(world, arn)?.id === id;
  };
  const statements = policy.statements.map((statement) => ({
    ...statement,
    principals: statement.principals && {
      ...statement.principals,
      aws: statement.principals.aws.filter(isSame),
    },
  }));
  return { ...policy, statements };
}

function verdict(
  world: World,
  role: Role,
  requester: Requester,
  action: string,
  context: RequestContext,
): Verdict {
  const trust = inEffect(role.trust, world.now());
  const policy = trust && trustPolicy(world, trust);
  return policy ? evaluate([policy], { action, resource: role.arn, context, requester }) : 'implicit-deny';
}

/** True if a service may assume a role now. */
export function serviceMayAssume(
  world: World,
  role: Role,
  service: string,
  context: RequestContext,
): boolean {
  return verdict(world, role, { service, arns: [] }, 'sts:AssumeRole', context) === 'allow';
}

/**
 * The verdict of a trust policy for a caller.
 * `named` says whether the policy names the caller's session or role, not just its account.
 */
export function trustVerdict(
  world: World,
  role: Role,
  caller: Principal,
  action: string,
  context: RequestContext,
): { readonly verdict: Verdict; readonly named: 'session' | 'role' | undefined } {
  if (caller.kind === 'anonymous') return { verdict: 'implicit-deny', named: undefined };
  const allowed = (requester: Requester) => verdict(world, role, requester, action, context) === 'allow';
  const arns = caller.kind === 'session' ? [caller.arn, caller.roleArn] : [caller.arn];
  const overallVerdict = verdict(world, role, { account: caller.account, arns }, action, context);
  if (overallVerdict !== 'allow') return { verdict: overallVerdict, named: undefined };
  if (caller.kind === 'session' && namesSession(world, role, caller.arn))
    return { verdict: overallVerdict, named: 'session' };
  return { verdict: overallVerdict, named: allowed({ arns }) ? 'role' : undefined };
}

function namesSession(world: World, role: Role, sessionArn: string): boolean {
  const trust = inEffect(role.trust, world.now());
  const statements = (trust && trustPolicy(world, trust)?.statements) ?? [];
  return statements.some(
    ({ effect, principals }) => effect === 'Allow' && principals?.aws.includes(sessionArn),
  );
}

/** True if the role and the caller are in the same account. */
export function sameAccount(role: Role, caller: Principal): boolean {
  return caller.kind !== 'anonymous' && parseArn(role.arn)?.account === caller.account;
}
