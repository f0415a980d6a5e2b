/**
 * The function of an earlier migration into the same new pool (`--chain`).
 * It decides about the users whom this function's own old pool doesn't know.
 */
import { isObject, restCalls } from './aws/json.ts';
import { signedCaller } from './aws/sign.ts';
import { decideUserFault, type Fault } from './decide.ts';
import type { NextFunctionAccess } from './environment.ts';
import { asRecord, type MigrationResponse, own, type TriggerEvent } from './event.ts';
import { type Clock, type Outcome, persist } from './migrate.ts';
import { ownCredentials, withinBudget } from './pool-calls.ts';

/** The next function's decision about one user. */
export type Forwarded =
  /** The user moves. The response is the next function's own. */
  | { readonly kind: 'moves'; readonly response: MigrationResponse }
  /** The next function leaves the user alone. */
  | { readonly kind: 'stays' }
  | Fault;

export interface NextFunction {
  /**
   * Hands the whole event over, and reads nothing but the decision.
   * @param deadline Milliseconds since 1970. The next function answers before it.
   */
  forward(event: unknown, deadline: number): Promise<Forwarded>;
  /** Whether this function may call it. Lambda only checks the right. */
  check(deadline: number): Promise<Fault | { readonly kind: 'allowed' }>;
}

/** The member of a forwarded event. Cognito never sends it. */
const CHAIN = 'cognitoMigrateChain';

/** Three old pools at most, because each adds its time to a sign-in. */
const MOST_HOPS = 2;

/** Milliseconds for the answer's way back. */
const RETURN_MS = 100;

/** Milliseconds for one call. The deadline of the event is earlier. */
const TIMEOUT_MS = 4000;

/** The deadline that the calling function set. Infinity for an event of Cognito's own. */
export function deadlineIn(event: unknown): number {
  const deadline = own(own(event, CHAIN), 'deadline');
  return typeof deadline === 'number' ? deadline : Number.POSITIVE_INFINITY;
}

export function nextFunction({ arn, lambda }: NextFunctionAccess, clock: Clock): NextFunction {
  const call = restCalls(
    signedCaller('lambda', lambda, ownCredentials, () => clock.now(), TIMEOUT_MS),
    process.env,
  );
  const invoke = (type: 'RequestResponse' | 'DryRun', input: object, signal: AbortSignal) =>
    call(
      {
        path: ['2015-03-31', 'functions', arn, 'invocations'],
        headers: { 'x-amz-invocation-type': type },
        input,
      },
      signal,
    );
  return {
    async forward(event, deadline) {
      const hops = hopsOf(event) + 1;
      // A circle, or a longer chain than init allows. Its users must not look unknown. NaN fails too.
      if (!(hops <= MOST_HOPS)) return { kind: 'fault', name: 'ChainTooLong', message: '' };
      const chain = { hops, deadline: deadline - RETURN_MS };
      return withinBudget(deadline - clock.now(), async (signal) =>
        decisionIn(await invoke('RequestResponse', { ...asRecord(event), [CHAIN]: chain }, signal)),
      );
    },
    check: (deadline) =>
      withinBudget(deadline - clock.now(), async (signal) => {
        await invoke('DryRun', {}, signal);
        return { kind: 'allowed' };
      }),
  };
}

/**
 * Leaves a user whom the old pool doesn't know to the next function, if there is one. A rehearsal stays here.
 * Asks once more after a passing fault, because a kept connection can be lost while the function is frozen.
 */
export async function unlessForwarded(
  next: NextFunction | undefined,
  { kind }: TriggerEvent,
  event: unknown,
  outcome: Outcome,
  clock: Clock,
  deadline: number,
): Promise<Outcome> {
  if (next === undefined || outcome.reason !== 'unknown-user' || kind === 'rehearsal') return outcome;
  const { answer = OUT_OF_TIME } = await persist(
    () => next.forward(event, deadline),
    (one) => (one.kind === 'fault' ? decideUserFault(one) : { act: 'go-on' }),
    clock,
    deadline,
  );
  switch (answer.kind) {
    case 'moves':
      // Nobody typed a password here, so nothing can have proven one.
      if (kind === 'forgot-password' && answer.response.finalUserStatus === 'CONFIRMED')
        return chainFailed(UNKNOWN_ANSWER);
      return { outcome: 'untouched', reason: 'forwarded', response: answer.response };
    case 'stays':
      return { outcome: 'untouched', reason: 'forwarded' };
    case 'fault':
      return chainFailed(answer);
  }
}

const chainFailed = ({ name }: Fault): Outcome => ({
  outcome: 'failed',
  reason: 'chain-failed',
  fault: name,
});

const UNKNOWN_ANSWER: Fault = { kind: 'fault', name: 'ChainAnswerUnknown', message: '' };
const OUT_OF_TIME: Fault = { kind: 'fault', name: 'BudgetExhausted', message: '' };

/** The number of functions before this one. NaN if the event's own number can't be used. */
function hopsOf(event: unknown): number {
  const chain = own(event, CHAIN);
  if (chain === undefined) return 0;
  const hops = own(chain, 'hops');
  return typeof hops === 'number' && hops >= 1 ? hops : Number.NaN;
}

/** Anything but a known decision is a fault, and never counts as proof. */
function decisionIn(answer: unknown): Forwarded {
  const response = own(answer, 'response');
  const status = own(response, 'finalUserStatus');
  if (isObject(response) && (status === undefined || status === null)) return { kind: 'stays' };
  const userAttributes = textsIn(own(response, 'userAttributes'));
  if ((status !== 'CONFIRMED' && status !== 'RESET_REQUIRED') || userAttributes === undefined)
    return UNKNOWN_ANSWER;
  return { kind: 'moves', response: { userAttributes, finalUserStatus: status, messageAction: 'SUPPRESS' } };
}

/** The attributes as they came. Undefined if there are none, or if one isn't a text. */
function textsIn(value: unknown): Readonly<Record<string, string>> | undefined {
  const entries = Object.entries(asRecord(value));
  const texts = entries.flatMap(([name, text]) => (typeof text === 'string' ? [[name, text] as const] : []));
  return texts.length === 0 || texts.length < entries.length ? undefined : Object.fromEntries(texts);
}
