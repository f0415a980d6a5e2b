/** What the sign-ins through an app client say about the app: pure, from counts alone. */
import type { Attempts } from '../../../aws/sign-in-attempts.ts';
import type { FlowCount } from '../../../aws/sign-in-events.ts';

/** What the app does. `unknown` stands for sign-ins whose flow nobody recorded. */
export const verdicts = [
  'not-switched',
  'partly-switched',
  'switched',
  'managed-login',
  'choice-based',
  'suspected-srp',
  'too-few',
  'unknown',
  'no-sign-ins',
] as const;
export type Verdict = (typeof verdicts)[number];

/** Fewer sign-ins of an app client could be one tester, or one old device. */
export const fewestSignIns = 20;

/** Flows that send the password, which the trigger needs. */
const withPassword: ReadonlySet<string> = new Set([
  'USER_PASSWORD_AUTH',
  'ADMIN_USER_PASSWORD_AUTH',
  'ADMIN_NO_SRP_AUTH',
]);
/** Flows that prove a password without sending it. */
const withoutPassword: ReadonlySet<string> = new Set(['USER_SRP_AUTH', 'CUSTOM_AUTH']);

export interface Evidence {
  readonly flows: ReadonlyMap<string, FlowCount>;
  /** Undefined if the metrics could not be read. */
  readonly attempts: Attempts | undefined;
  /** Sign-ins that reached the function through any app client. Undefined if its metrics could not be read. */
  readonly reached: number | undefined;
  /** False if CloudTrail could not be read. */
  readonly hasEvents: boolean;
}

/** Sign-ins with any of these flows. Undefined: with any flow but a forgotten password. */
export function signInsWith(flows: Evidence['flows'], names?: ReadonlySet<string>): number {
  let count = 0;
  for (const [flow, one] of flows)
    if (names === undefined ? flow !== 'forgot password' : names.has(flow)) count += one.count;
  return count;
}

export const srpSignIns = (flows: Evidence['flows']): number => signInsWith(flows, withoutPassword);
export const passwordSignIns = (flows: Evidence['flows']): number => signInsWith(flows, withPassword);

/** The verdict for one app client. */
export function verdictOf({ flows, attempts, reached, hasEvents }: Evidence): Verdict {
  const all = signInsWith(flows);
  const tries = attempts?.tries ?? 0;
  if (all === 0 && tries === 0) return 'no-sign-ins';
  if (all < fewestSignIns) return withoutEvents(tries, attempts, reached, hasEvents);
  const [srp, password] = [srpSignIns(flows), passwordSignIns(flows)];
  if (srp > 0) return password > 0 ? 'partly-switched' : 'not-switched';
  if (password > 0) return 'switched';
  if (flows.has('managed login') || flows.has('CognitoAuthentication')) return 'managed-login';
  return flows.has('USER_AUTH') ? 'choice-based' : 'unknown';
}

/** Failures that never reached the function are the sign of SRP, whatever CloudTrail shows. */
function withoutEvents(
  tries: number,
  attempts: Attempts | undefined,
  reached: number | undefined,
  hasEvents: boolean,
): Verdict {
  if (tries < fewestSignIns) return 'too-few';
  if (reached === 0 && attempts !== undefined && attempts.successes < tries) return 'suspected-srp';
  return hasEvents ? 'too-few' : 'unknown';
}
