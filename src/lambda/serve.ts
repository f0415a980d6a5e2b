import type { Environment } from './environment.ts';
import { newPoolOf, type ProbeEvent, parseEvent, type TriggerEvent, withResponse } from './event.ts';
import { logLine } from './log.ts';
import { type Clock, migrate, type OldPoolPort, type Outcome } from './migrate.ts';
import { probe } from './probe.ts';

/**
 * The only message that is ever thrown.
 * Cognito shows it to the user after "UserMigration failed with error", and adds a period. So it has none
 * here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
export const FIXED_SENTENCE = 'We could not sign you in right now. Please try again in a moment';

/** Milliseconds. Cognito waits five seconds for its trigger, including the start of the function. */
const BUDGET_MS = 4000;
/** Time of Lambda's own timeout that must remain for the answer, in milliseconds. */
const RESERVE_MS = 300;

/** The dependencies of the handler. */
export interface Service {
  readonly environment: Environment;
  readonly pool: OldPoolPort;
}

/** The surroundings of the handler, replaced in tests. */
export interface Surroundings {
  /** Throws if the function's variables cannot be used. Then every event fails, and the log says why. */
  start(): Service;
  readonly clock: Clock;
  write(line: string): void;
}

/** The part of Lambda's context object that is used. */
export interface LambdaContext {
  getRemainingTimeInMillis?(): number;
}

/**
 * Creates the function's handler.
 * It returns the event, filled in or unchanged, or throws the fixed sentence.
 */
export function makeHandler({ start, clock, write }: Surroundings) {
  let service: Service | undefined;
  try {
    service = start();
  } catch {
    // Reported with the first event. If thrown here, the function could not start, and the log would hold
    // only a stack.
  }

  const answer = async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    const began = clock.now();
    const deadline = began + budget(context);
    const parsed = parseEvent(event);
    const newUserPoolId = newPoolOf(event);
    const finish = (outcome: Outcome) => {
      const durationMs = Math.round(clock.now() - began);
      const oldUserPoolId = service?.environment.oldUserPoolId;
      write(logLine({ trigger: parsed.kind, newUserPoolId, oldUserPoolId, durationMs, at: began, outcome }));
      return outcome;
    };

    if (parsed.kind === 'unusable') {
      finish({ outcome: 'untouched', reason: parsed.reason });
      return event;
    }
    if (parsed.kind === 'probe') return answerProbe(service, parsed, deadline, finish);
    const outcome = finish(await decide(service, parsed, clock, deadline));
    if (parsed.kind === 'rehearsal') return rehearsed(outcome);
    if (outcome.outcome === 'failed' && !outcome.quiet) throw new Error(FIXED_SENTENCE);
    return outcome.response ? withResponse(event, outcome.response) : event;
  };

  return async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    try {
      return await answer(event, context);
    } catch {
      // No cause and no detail, because Lambda logs the error, and Cognito shows its message.
      throw new Error(FIXED_SENTENCE);
    }
  };
}

const BAD_SETTINGS: Outcome = { outcome: 'failed', reason: 'bad-settings' };

async function decide(
  service: Service | undefined,
  event: TriggerEvent,
  clock: Clock,
  deadline: number,
): Promise<Outcome> {
  if (!service) return BAD_SETTINGS;
  try {
    return await migrate(event, service.environment.settings, service.pool, clock, deadline);
  } catch {
    // Our own bug. The error may hold anything, so it is dropped.
    return { outcome: 'failed', reason: 'bug' };
  }
}

async function answerProbe(
  service: Service | undefined,
  { searches }: ProbeEvent,
  deadline: number,
  finish: (outcome: Outcome) => unknown,
) {
  if (!service) {
    finish(BAD_SETTINGS);
    return { adminGetUser: 'SettingsError', adminInitiateAuth: 'SettingsError' };
  }
  const result = await probe(service.pool, service.environment, deadline, searches);
  finish({ outcome: 'untouched', reason: 'probe' });
  return result;
}

/** The decision for a real sign-in, shown to someone who can invoke the function anyway. */
function rehearsed({ outcome, reason, fault, bad, missing, response }: Outcome) {
  return {
    outcome,
    reason,
    ...(fault !== undefined && { fault }),
    ...(bad && { badAttributes: bad }),
    ...(missing && { missingAttributes: missing }),
    ...(response && { finalUserStatus: response.finalUserStatus, userAttributes: response.userAttributes }),
  };
}

function budget(context: LambdaContext | undefined): number {
  const left = context?.getRemainingTimeInMillis?.();
  return left === undefined ? BUDGET_MS : Math.min(BUDGET_MS, left - RESERVE_MS);
}
