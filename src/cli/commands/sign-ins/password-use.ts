/**
 * Whether an app still signs in with USER_PASSWORD_AUTH, before that flow is turned off.
 * Only seven whole days without such a sign-in prove that it doesn't. A part of them proves nothing.
 */
import type { Side } from '../../../aws/clients.ts';
import { readOptional } from '../../../aws/optional-read.ts';
import type { Pace } from '../../../aws/retry.ts';
import { readAttempts, readReached } from '../../../aws/sign-in-attempts.ts';
import { type EventLimits, readSignInEvents, type SignInEvents } from '../../../aws/sign-in-events.ts';
import type { MigrateError } from '../../../core/errors.ts';

const flow = 'USER_PASSWORD_AUTH';
const provingMs = 7 * 86_400_000;

/** The only event with this flow. At the rate that CloudTrail allows, its pages take half a minute. */
const limits: EventLimits = { names: ['InitiateAuth'], maxPages: 60 };

/** Why the evidence proves nothing. */
export type Doubt =
  /** The flow was turned on less than seven days ago. */
  | 'recent'
  /** There are more events than one run reads. */
  | 'truncated'
  /** Neither the events nor the metrics could be read. */
  | 'unreadable'
  /** Some sign-ins name no flow that this program knows. */
  | 'other-flows';

/** What is known about one app client. */
export interface PasswordUse {
  readonly verdict: 'unused' | 'in-use' | 'unknown';
  readonly doubt?: Doubt;
  /** The period that the verdict rests on, in milliseconds since the epoch. */
  readonly from: number;
  readonly to: number;
  /** Sign-ins with the flow. The newest ones, if there are too many to read. */
  readonly signIns: number;
  /** The last one of them, in milliseconds since the epoch. */
  readonly last?: number;
}

export interface PasswordUses {
  readonly uses: ReadonlyMap<string, PasswordUse>;
  /** Why a source could not be read. */
  readonly failures: readonly MigrateError[];
}

/** An app client, and when its flow was turned on, if that is known. */
export interface AskedClient {
  readonly id: string;
  readonly since: number | undefined;
}

/**
 * Reads the last seven days of these app clients.
 * CloudTrail is read only if Cognito's own metric shows attempts, or cannot be read.
 */
export async function readPasswordUse(
  side: Pick<Side, 'getMetricData' | 'lookupEvents'>,
  userPoolId: string,
  clients: readonly AskedClient[],
  pace: Pace,
): Promise<PasswordUses> {
  const now = pace.clock.now();
  const times = { since: now - provingMs, now };
  const ids = clients.map(({ id }) => id);
  const failures: MigrateError[] = [];
  const optional = <T>(work: Promise<T>): Promise<T | undefined> =>
    readOptional(work, (failure) => failures.push(failure));
  if (ids.length === 0) return { uses: new Map(), failures };
  const [attempts, reached] = await Promise.all([
    optional(readAttempts(side, userPoolId, ids, times)),
    optional(readReached(side, userPoolId, times)),
  ]);
  // Whether the metric counts a sign-in that moves a user is undocumented. The function counts those.
  const idle = new Set(reached === 0 ? ids.filter((id) => attempts?.get(id)?.tries === 0) : []);
  const events =
    idle.size === ids.length ? undefined : await optional(readSignInEvents(side, ids, times, pace, limits));
  const useOf = (client: AskedClient): PasswordUse => judge(client, times, idle.has(client.id), events);
  return {
    uses: new Map(clients.map((client) => [client.id, useOf(client)])),
    failures: [...new Map(failures.map((failure) => [failure.message, failure])).values()],
  };
}

function judge(
  { id, since: turnedOn = 0 }: AskedClient,
  { since, now }: { readonly since: number; readonly now: number },
  isIdle: boolean,
  events: SignInEvents | undefined,
): PasswordUse {
  const [covered] = events?.covered ?? [];
  const from = covered?.from ?? since;
  const found = events?.clients.get(id);
  const used = found?.get(flow);
  if (used !== undefined) return { verdict: 'in-use', from, to: now, signIns: used.count, last: used.last };
  const doubt = (why: Doubt, start = from): PasswordUse => ({
    verdict: 'unknown',
    doubt: why,
    from: start,
    to: now,
    signIns: 0,
  });
  if (turnedOn > since) return doubt('recent', turnedOn);
  if (isIdle) return { verdict: 'unused', from: since, to: now, signIns: 0 };
  if (covered === undefined) return doubt('unreadable');
  if (!covered.isComplete) return doubt('truncated');
  return found?.has('other') ? doubt('other-flows') : { verdict: 'unused', from, to: now, signIns: 0 };
}
