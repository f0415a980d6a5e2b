/**
 * Policies of the organization or a VPC endpoint that limit every caller of an account.
 * They apply in addition to the caller's own policies. IAM User Guide, "Policy evaluation logic": each of
 * them must allow an action, and none may deny it.
 */

import { evaluate, type Request, type Verdict } from '../policy/evaluate.ts';
import { readPolicy } from '../policy/policy.ts';
import type { Guardrail } from '../world.ts';

export interface GuardrailVerdict {
  readonly kind: string;
  readonly article: string;
  readonly verdict: Verdict;
  readonly arn: string | undefined;
}

/** The verdict of each guardrail, in order. */
export const guardrailVerdicts = (
  guardrails: readonly Guardrail[],
  request: Request,
): readonly GuardrailVerdict[] =>
  guardrails.map(({ kind, document, arn }) => {
    const policy = readPolicy(document);
    return { kind, article: 'a', arn, verdict: evaluate(policy === undefined ? [] : [policy], request) };
  });
