/** Authorizes one action of a call, in AWS's own words. */

import { parseArn } from '../arn.ts';
import { denials } from '../faults.ts';
import type { JournalEntry } from '../journal.ts';
import { type Principal, type RequestContext, ServiceError, type ServiceName } from '../operation.ts';
import { evaluate, type Request, UnknownOperatorError, type Verdict } from '../policy/evaluate.ts';
import { type Policy, readPolicy } from '../policy/policy.ts';
import { inEffect } from '../propagating.ts';
import { defaultDocument, findPolicy, type Role, roleByArn } from '../services/iam/state.ts';
import type { Guardrail, World } from '../world.ts';
import { refuseUnsigned } from './caller.ts';

/** The identity-based policies of a role that are in effect now. */
export function identityPolicies(world: World, role: Role): readonly Policy[] {
  const now = world.now();
  const account = parseArn(role.arn)?.account ?? '';
  const inline = [...role.inline.values()].map((policy) => inEffect(policy, now));
  const attached = [...role.attached]
    .filter(([, effectiveAt]) => now >= effectiveAt)
    .map(([arn]) => managedDocument(world, account, arn));
  return readPolicies([...inline, ...attached]);
}

function managedDocument(world: World, account: string, arn: string): string | undefined {
  const policy = findPolicy(world, account, arn);
  return policy && defaultDocument(policy, inEffect(policy.defaultVersion, world.now()));
}

function readPolicies(documents: readonly (string | undefined)[]): readonly Policy[] {
  return documents
    .map((document) => (document === undefined ? undefined : readPolicy(document)))
    .filter((policy) => policy !== undefined);
}

/** Condition keys of every request. IAM User Guide, "AWS global condition context keys". */
export function globalContext(world: World, caller: Principal, region: string): RequestContext {
  const time = world.now();
  const base = {
    'aws:CurrentTime': new Date(time).toISOString(),
    'aws:EpochTime': String(Math.floor(time / 1000)),
    'aws:RequestedRegion': region,
    'aws:SourceIp': '127.0.0.1',
    // The local AWS represents HTTPS endpoints, although clients reach it over plain loopback.
    'aws:SecureTransport': 'true',
    'aws:ViaAWSService': 'false',
  };
  if (caller.kind === 'anonymous') return base;
  const role = caller.kind === 'session' ? roleByArn(world, caller.roleArn) : undefined;
  const tags = [...(role?.tags ?? [])].map(([key, value]) => [`aws:PrincipalTag/${key}`, value]);
  const session =
    caller.kind === 'session' ? { 'aws:userid': `${role?.id}:${caller.arn.split('/').at(-1)}` } : {};
  return {
    ...base,
    ...Object.fromEntries(tags),
    ...session,
    'aws:PrincipalAccount': caller.account,
    // "For IAM roles, the request context returns the ARN of the role, not the ARN of the user that assumed
    // the role."
    'aws:PrincipalArn': caller.kind === 'session' ? caller.roleArn : caller.arn,
    'aws:PrincipalType': caller.kind === 'session' ? 'AssumedRole' : 'Account',
  };
}

interface Outcome {
  readonly allowed: boolean;
  /** The end of AWS's sentence: the reason. IAM User Guide, "Troubleshoot access denied error messages". */
  readonly because: string;
}

const denied = (
  verdict: Verdict,
  kind: string,
  article: string,
  action: string,
  arn?: string | undefined,
): Outcome => ({
  allowed: false,
  because:
    verdict === 'explicit-deny'
      ? `with an explicit deny in ${article} ${kind}${arn === undefined ? '' : `: ${arn}`}`
      : `because no ${kind} allows the ${action} action`,
});

const allowed: Outcome = { allowed: true, because: '' };

interface Layer {
  readonly kind: string;
  readonly article: string;
  readonly verdict: Verdict;
}

/**
 * The verdict of each policy type that applies to a role session.
 * Types: identity-based policies, permissions boundary, session policies.
 */
function layersOf(world: World, caller: Principal, request: Request): readonly Layer[] | undefined {
  const role = caller.kind === 'session' ? roleByArn(world, caller.roleArn) : undefined;
  if (caller.kind !== 'session' || !role) return undefined;
  const boundary = boundaryPolicies(world, role, caller.account);
  return [
    {
      kind: 'identity-based policy',
      article: 'an',
      verdict: evaluate(identityPolicies(world, role), request),
    },
    ...(boundary
      ? [{ kind: 'permissions boundary', article: 'a', verdict: evaluate(boundary, request) }]
      : []),
    ...((caller.sessionPolicies ?? []).length > 0
      ? [
          {
            kind: 'session policy',
            article: 'a',
            verdict: evaluate(readPolicies(caller.sessionPolicies ?? []), request),
          },
        ]
      : []),
  ];
}

/**
 * Evaluates the caller's own policies and the policies that limit everyone.
 * The latter also limit the root user of a member account. Each type must allow the action, and none may deny
 * it.
 */
export function decideIdentity(world: World, caller: Principal, request: Request): Outcome {
  const guardrails = guardrailVerdicts(world.guardrails, request);
  const callerLayers = caller.kind === 'root' ? [] : layersOf(world, caller, request);
  if (!callerLayers) return denied('implicit-deny', 'identity-based policy', 'an', request.action);
  const layers = [...guardrails, ...callerLayers.map((layer) => ({ ...layer, arn: undefined }))];
  const refused =
    layers.find(({ verdict }) => verdict === 'explicit-deny') ??
    layers.find(({ verdict }) => verdict !== 'allow');
  return refused
    ? denied(refused.verdict, refused.kind, refused.article, request.action, refused.arn)
    : allowed;
}

/**
 * True if a resource-based policy of the same account is enough because it names the caller.
 * For a session, "an implicit deny in an identity-based policy, a permissions boundary, or a session policy
 * does not impact the final decision". Policies "that grant permissions to an IAM role ARN are limited by an
 * implicit deny in a permissions boundary or session policy". An explicit deny always counts. IAM User Guide,
 * "Policy evaluation logic".
 */
export function namedIsEnough(
  world: World,
  caller: Principal,
  request: Request,
  named: 'session' | 'role',
): boolean {
  if (caller.kind === 'root') return true;
  const layers = layersOf(world, caller, request) ?? [];
  if (layers.some(({ verdict }) => verdict === 'explicit-deny')) return false;
  const limits = layers.filter(({ kind }) => kind !== 'identity-based policy');
  return named === 'session' || limits.every(({ verdict }) => verdict === 'allow');
}

function boundaryPolicies(world: World, role: Role, account: string): readonly Policy[] | undefined {
  return role.boundary === undefined
    ? undefined
    : readPolicies([managedDocument(world, account, role.boundary)]);
}

export interface Authorization {
  readonly world: World;
  readonly service: ServiceName;
  readonly region: string;
  readonly caller: Principal;
  readonly entry: JournalEntry;
}

/**
 * Decides an action of a call and records it in the journal.
 * Returns the decision, and the reason if it is a denial.
 */
export function decide(
  { world, region, caller, entry }: Authorization,
  action: string,
  resource: string,
  extra: RequestContext,
): Outcome {
  const account = parseArn(resource)?.account ?? '';
  const context = {
    ...globalContext(world, caller, region),
    ...(/^\d{12}$/.test(account) ? { 'aws:ResourceAccount': account } : {}),
    ...extra,
  };
  let outcome: Outcome;
  try {
    outcome = decideIdentity(world, caller, { action, resource, context });
  } catch (error) {
    if (!(error instanceof UnknownOperatorError)) throw error;
    outcome = {
      allowed: false,
      because: `because of a policy the local AWS cannot evaluate. ${error.message}`,
    };
  }
  // A resource of another account requires a resource-based policy there. Of the operations here, only
  // sts:AssumeRole has one (the trust policy), and it makes its own decision.
  const foreign = caller.kind !== 'anonymous' && /^\d{12}$/.test(account) && account !== caller.account;
  if (outcome.allowed && foreign && action !== 'sts:AssumeRole') {
    outcome = denied('implicit-deny', 'resource-based policy', 'a', action);
  }
  entry.actions.push({ action, resource, allowed: outcome.allowed, context: extra });
  return outcome;
}

/** Throws the service's AccessDenied unless the action is allowed. */
export function authorize(
  authorization: Authorization,
  action: string,
  resource: string,
  extra: RequestContext = {},
): void {
  const { caller, service } = authorization;
  if (caller.kind === 'anonymous') refuseUnsigned(service);
  const outcome = decide(authorization, action, resource, extra);
  if (outcome.allowed) return;
  const [code, status] = denials[service];
  throw new ServiceError(
    code,
    `User: ${caller.arn} is not authorized to perform: ${action} on resource: ${resource} ${outcome.because}`,
    status,
  );
}

/**
 * Policies of the organization or a VPC endpoint that limit every caller of an account.
 * They apply in addition to the caller's own policies. IAM User Guide, "Policy evaluation logic": each of
 * them must allow an action, and none may deny it.
 */
interface GuardrailVerdict {
  readonly kind: string;
  readonly article: string;
  readonly verdict: Verdict;
  readonly arn: string | undefined;
}

/** The verdict of each guardrail, in order. */
const guardrailVerdicts = (guardrails: readonly Guardrail[], request: Request): readonly GuardrailVerdict[] =>
  guardrails.map(({ kind, document, arn }) => {
    const policy = readPolicy(document);
    return { kind, article: 'a', arn, verdict: evaluate(policy === undefined ? [] : [policy], request) };
  });
