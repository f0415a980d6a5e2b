/** What the sign-ins through an app client say about the app: pure, from counts alone. */
import type { Attempts } from '../../../aws/sign-in-attempts.ts';
import type { Verdict } from '../../../core/sign-ins-document.ts';

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

type Flows = readonly { readonly flow: string; readonly count: number }[];

/** The counts of one app client. */
export interface Counts {
  readonly flows: Flows;
  /** Undefined if the metrics could not be read. */
  readonly attempts: Attempts | undefined;
  /** Sign-ins that reached the function through any app client. Undefined if its metrics could not be read. */
  readonly reached: number | undefined;
  /** False if CloudTrail was not read. */
  readonly hasEvents: boolean;
}

const signInsIf = (flows: Flows, isCounted: (flow: string) => boolean): number =>
  flows.reduce((sum, { flow, count }) => (isCounted(flow) ? sum + count : sum), 0);

/** Sign-ins with any flow but a forgotten password. */
export const allSignIns = (flows: Flows): number => signInsIf(flows, (flow) => flow !== 'forgot password');
export const srpSignIns = (flows: Flows): number => signInsIf(flows, (flow) => withoutPassword.has(flow));
export const passwordSignIns = (flows: Flows): number => signInsIf(flows, (flow) => withPassword.has(flow));

/** The verdict for one app client. */
export function verdictOf(counts: Counts): Verdict {
  const { flows, attempts } = counts;
  const all = allSignIns(flows);
  if (all === 0 && (attempts?.tries ?? 0) === 0) return 'no-sign-ins';
  if (all < fewestSignIns) return withoutEvents(counts);
  const [srp, password] = [srpSignIns(flows), passwordSignIns(flows)];
  if (srp > 0) return password > 0 ? 'partly-switched' : 'not-switched';
  if (password > 0) return 'switched';
  const has = (name: string): boolean => flows.some(({ flow }) => flow === name);
  if (has('managed login') || has('CognitoAuthentication')) return 'managed-login';
  return has('USER_AUTH') ? 'choice-based' : 'unknown';
}

/**
 * Failures that never reached the function are the sign of SRP, whatever CloudTrail shows.
 * A few among many are only wrong passwords of users who are in the new pool already.
 */
function withoutEvents({ attempts, reached, hasEvents }: Counts): Verdict {
  const { tries, successes } = attempts ?? { tries: 0, successes: 0 };
  if (tries < fewestSignIns) return 'too-few';
  const failures = tries - successes;
  if (reached === 0 && failures >= fewestSignIns && failures >= tries / 2) return 'suspected-srp';
  return hasEvents ? 'too-few' : 'unknown';
}
