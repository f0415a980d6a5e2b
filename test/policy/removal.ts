/** What of a policy is needed: every request of a journey is put to the policy with one piece of it left out. */

import type { AuthorizedAction, JournalEntry } from '../../src/sandbox/journal.ts';
import { evaluate } from '../../src/sandbox/policy/evaluate.ts';
import { readPolicy } from '../../src/sandbox/policy/policy.ts';
import { given } from '../support/errors.ts';

export interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: string | readonly string[];
  readonly Resource: string | readonly string[];
  readonly Condition?: unknown;
}

export interface Policy {
  readonly Version: string;
  readonly Statement: readonly Statement[];
}

export interface Proof {
  /** Calls of the operator, and the actions that were authorised for them. */
  readonly calls: number;
  readonly actions: number;
  /** `action on resource` of what was denied. */
  readonly denied: readonly string[];
  readonly statements: number;
  /** Sids without which every request would still be allowed. */
  readonly removableStatements: readonly string[];
  /** `Sid: action`, the same for single actions. */
  readonly removableActions: readonly string[];
}

const list = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value;

/** Whether the policy allows all of these. Its condition keys are all of the request itself. */
function allowsAll(policy: Policy, requests: readonly AuthorizedAction[]): boolean {
  const read = given(readPolicy(JSON.stringify(policy)), 'policy');
  return requests.every(
    ({ action, resource, context }) => evaluate([read], { action, resource, context }) === 'allow',
  );
}

/** Whether the policy alone allows all that these callers did. */
export const allows = (
  policy: Policy,
  journal: readonly JournalEntry[],
  callers: readonly string[],
): boolean =>
  allowsAll(
    policy,
    journal
      .filter(({ caller }) => callers.some((arn) => caller.startsWith(arn)))
      .flatMap(({ actions }) => actions),
  );

/** @param callers beginnings of the ARNs of the operator's sessions that have this policy. */
export function prove(policy: Policy, journal: readonly JournalEntry[], callers: readonly string[]): Proof {
  const calls = journal.filter(({ caller }) => callers.some((arn) => caller.startsWith(arn)));
  const requests = calls.flatMap(({ actions }) => actions);
  const without = (Statement: readonly Statement[]): boolean => allowsAll({ ...policy, Statement }, requests);
  const others = (left: Statement): Statement[] => policy.Statement.filter((one) => one !== left);
  return {
    calls: calls.length,
    actions: requests.length,
    denied: requests
      .filter(({ allowed }) => !allowed)
      .map(({ action, resource }) => `${action} on ${resource}`),
    statements: policy.Statement.length,
    removableStatements: policy.Statement.filter((one) => without(others(one))).map(({ Sid }) => Sid),
    removableActions: policy.Statement.flatMap((one) =>
      list(one.Action)
        .filter((action) => {
          const Action = list(one.Action).filter((other) => other !== action);
          return without(Action.length === 0 ? others(one) : [...others(one), { ...one, Action }]);
        })
        .map((action) => `${one.Sid}: ${action}`),
    ),
  };
}
