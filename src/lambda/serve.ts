import type { Environment } from './environment.ts';
import { newPoolOf, parseEvent, type TriggerEvent, withResponse } from './event.ts';
import { logLine } from './log.ts';
import { type Clock, migrate, type OldPoolPort, type Outcome } from './migrate.ts';
import { probe } from './probe.ts';

/**
 * The one thing that is ever thrown. Cognito shows it to the person who signs in, after "UserMigration failed with error"
 * and with a full stop of its own behind it, so there is none here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
export const FIXED_SENTENCE = 'We could not sign you in right now. Please try again in a moment';

/** Cognito waits five seconds for its trigger, start-up of the function included. */
const BUDGET_MS = 4000;
/** What must be left of Lambda's own time-out, to answer in. */
const RESERVE_MS = 300;

/** What the handler stands on. */
export interface Service {
  readonly environment: Environment;
  readonly pool: OldPoolPort;
}

/** The world around the handler, replaced in tests. */
export interface Surroundings {
  /** Throws where the function's environment cannot be used: then every event fails, and says why in the log. */
  start(): Service;
  readonly clock: Clock;
  write(line: string): void;
}

/** The little of Lambda's context object that is used. */
export interface LambdaContext {
  getRemainingTimeInMillis?(): number;
}

/** Makes the function's handler. It returns the event, filled in or untouched, or throws the fixed sentence. */
export function makeHandler({ start, clock, write }: Surroundings) {
  let service: Service | undefined;
  try {
    service = start();
  } catch {
    // Told with the first event; thrown here it would only be a function that cannot start, with its stack in the log.
  }

  const answer = async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    const began = clock.now();
    const deadline = began + budget(context);
    const parsed = parseEvent(event);
    const newUserPoolId = newPoolOf(event);
    const finish = (outcome: Outcome) => {
      const durationMs = Math.round(clock.now() - began);
      write(logLine({ trigger: parsed.kind, newUserPoolId, durationMs, at: began, outcome }));
      return outcome;
    };

    if (parsed.kind === 'unusable') {
      finish({ outcome: 'untouched', reason: parsed.reason });
      return event;
    }
    if (parsed.kind === 'probe') return answerProbe(service, deadline, finish);
    const outcome = finish(await decide(service, parsed, clock, deadline));
    if (parsed.kind === 'rehearsal') return rehearsed(outcome);
    if (outcome.outcome === 'failed' && !outcome.quiet) throw new Error(FIXED_SENTENCE);
    return outcome.response ? withResponse(event, outcome.response) : event;
  };

  return async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    try {
      return await answer(event, context);
    } catch {
      // No cause and no detail: Lambda logs what is thrown, and Cognito shows its message.
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
    // Our own bug. What was thrown may hold anything, and goes nowhere.
    return { outcome: 'failed', reason: 'bug' };
  }
}

async function answerProbe(
  service: Service | undefined,
  deadline: number,
  finish: (outcome: Outcome) => unknown,
) {
  if (!service) {
    finish(BAD_SETTINGS);
    return { adminGetUser: 'SettingsError', adminInitiateAuth: 'SettingsError' };
  }
  const result = await probe(service.pool, service.environment, deadline);
  finish({ outcome: 'untouched', reason: 'probe' });
  return result;
}

/** What would have happened, for somebody who may invoke the function anyway. */
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
