import { type RunResult, runAfterMove } from './after-move.ts';
import type { BothPools } from './both-pools.ts';
import { deadlineIn, type NextFunction, unlessForwarded } from './chain.ts';
import type { Environment } from './environment.ts';
import { newPoolOf, type ProbeEvent, parseEvent, type TriggerEvent, withResponse } from './event.ts';
import { logLine, type RunEntry, runLine } from './log.ts';
import { type Clock, migrate, type OldPoolPort, type Outcome } from './migrate.ts';
import { withinBudget } from './pool-calls.ts';
import { guardSignUp, isGuarded, isSignUpEvent } from './pre-sign-up.ts';
import { firstTokenGroups, isTokenEvent } from './pre-token.ts';
import { probe } from './probe.ts';

/**
 * The only message that a sign-in ever throws.
 * Cognito shows it to the user after "UserMigration failed with error", and adds a period. So it has none
 * here.
 * https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-migrate-user.html
 */
export const FIXED_SENTENCE = 'We could not sign you in right now. Please try again in a moment';

/** Thrown by a run after a move, so that Lambda tries again. Only the function's own log shows it. */
export const NOT_FINISHED = 'The work after a move is not finished. Lambda tries again';

/** Thrown for the sign-up of a name that an old user has. Cognito adds a period here too. */
export const NAME_IN_USE = 'This name is already in use. Please sign in, or choose another';

/** Thrown if nobody could find out whether an old user has the name. */
export const NO_SIGN_UP = "Sign-up isn't possible right now";

/** Milliseconds in which a sign-in starts the work after the move. */
const START_MS = 300;

/** Milliseconds. Cognito waits five seconds for its trigger, including the start of the function. */
const BUDGET_MS = 4000;
/** Time of Lambda's own timeout that must remain for the answer, in milliseconds. */
const RESERVE_MS = 300;

/** The dependencies of the handler. */
export interface Service {
  readonly environment: Environment;
  readonly pool: OldPoolPort;
  /** Only if the settings ask for work after the move. */
  readonly both?: BothPools;
  /** Only in a chain. */
  readonly next?: NextFunction;
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
  readonly invokedFunctionArn?: string;
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

  const both = service?.both;
  const tokens = service && both && firstTokenGroups(both, service.environment.settings, clock);
  const writeRun = (trigger: RunEntry['trigger'], began: number, result: RunEntry['result']) =>
    write(
      runLine({
        trigger,
        newUserPoolId: service?.environment.newPool?.id ?? 'none',
        oldUserPoolId: service?.environment.oldUserPoolId,
        durationMs: Math.round(clock.now() - began),
        at: began,
        result,
      }),
    );

  const token = async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    const began = clock.now();
    const answered = await tokens?.(event, budget(context));
    if (answered?.kind === 'groups')
      writeRun('pre-token', began, { outcome: 'done', groupsAdded: answered.added });
    if (answered?.kind === 'fault')
      writeRun('pre-token', began, { outcome: 'failed', reason: 'after-move-failed', fault: answered.name });
    return answered?.kind === 'groups' ? answered.event : event;
  };

  const afterMove = async (userName: string, context?: LambdaContext): Promise<void> => {
    const began = clock.now();
    const { again, ...result } = await runWithin(service, userName, clock, timeLeft(context) ?? BUDGET_MS);
    writeRun('after-move', began, result);
    if (again) throw new Error(NOT_FINISHED);
  };

  const signUp = async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    if (!isGuarded(event)) return event;
    const began = clock.now();
    const outcome = await decideSignUp(service, event, clock, began + budget(context));
    write(
      logLine({
        trigger: 'sign-up',
        newUserPoolId: newPoolOf(event),
        oldUserPoolId: service?.environment.oldUserPoolId,
        durationMs: Math.round(clock.now() - began),
        at: began,
        outcome,
      }),
    );
    if (outcome.outcome === 'untouched') return event;
    throw new Error(outcome.outcome === 'refused' ? NAME_IN_USE : NO_SIGN_UP);
  };

  const answer = async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    const began = clock.now();
    const deadline = Math.min(began + budget(context), deadlineIn(event));
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
    if (parsed.kind === 'probe') return answerProbe(service, parsed, deadline, finish, clock, context);
    if (parsed.kind === 'after-move') return afterMove(parsed.userName, context);
    const decided = await decide(service, parsed, clock, deadline);
    const started = await withStart(both, parsed, decided, context, deadline - clock.now());
    const outcome = finish(await unlessForwarded(service?.next, parsed, event, started, clock, deadline));
    if (parsed.kind === 'rehearsal') return rehearsed(outcome);
    if (outcome.outcome === 'failed' && !outcome.quiet) throw new Error(FIXED_SENTENCE);
    return outcome.response ? withResponse(event, outcome.response) : event;
  };

  return async (event: unknown, context?: LambdaContext): Promise<unknown> => {
    if (isTokenEvent(event)) return token(event, context).catch(() => event);
    try {
      return await (isSignUpEvent(event) ? signUp : answer)(event, context);
    } catch (error) {
      const text = error instanceof Error ? error.message : '';
      if (OWN_SENTENCES.has(text)) throw new Error(text);
      // No cause and no detail, because Lambda logs the error, and Cognito shows its message.
      throw new Error(isSignUpEvent(event) ? NO_SIGN_UP : FIXED_SENTENCE);
    }
  };
}

const OWN_SENTENCES: ReadonlySet<string> = new Set([NOT_FINISHED, NAME_IN_USE, NO_SIGN_UP]);

async function decideSignUp(
  service: Service | undefined,
  event: unknown,
  clock: Clock,
  deadline: number,
): Promise<Outcome> {
  if (!service) return BAD_SETTINGS;
  try {
    return await guardSignUp(event, service.environment.settings, service.pool, clock, deadline);
  } catch {
    return { outcome: 'failed', reason: 'bug' };
  }
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
    return await migrate(
      event,
      service.environment.settings,
      service.pool,
      clock,
      deadline,
      service.environment.newPool?.id,
    );
  } catch {
    // Our own bug. The error may hold anything, so it is dropped.
    return { outcome: 'failed', reason: 'bug' };
  }
}

/**
 * Starts the work after the move if the user moves. Nothing here stops a sign-in.
 * Cognito creates the user only after the answer, so the name is all that there is.
 */
async function withStart(
  both: BothPools | undefined,
  { kind, userName }: TriggerEvent,
  outcome: Outcome,
  context: LambdaContext | undefined,
  leftMs: number,
): Promise<Outcome> {
  const { response } = outcome;
  if (both === undefined || response === undefined || kind === 'rehearsal') return outcome;
  const name = response.userAttributes.username ?? userName;
  const started = await withinBudget(Math.min(START_MS, leftMs), async (signal) => {
    await both.start(name, context?.invokedFunctionArn, signal);
    return { kind: 'started' as const };
  });
  return started.kind === 'fault' ? { ...outcome, afterMoveFault: started.name } : outcome;
}

/** @returns The end of the run. `again`: whether another attempt can end better. */
async function runWithin(
  service: Service | undefined,
  userName: string,
  clock: Clock,
  leftMs: number,
): Promise<RunEntry['result'] & { readonly again?: true }> {
  if (!service) return { outcome: 'failed', reason: 'bad-settings', again: true };
  const { both, environment } = service;
  if (!both) return { outcome: 'failed', reason: 'unknown-trigger' };
  const ended = await withinBudget(
    leftMs,
    async (signal): Promise<RunResult & { readonly kind: 'ended' }> => ({
      kind: 'ended',
      ...(await runAfterMove(userName, both, environment.settings, clock, signal)),
    }),
  );
  if (ended.kind === 'fault')
    return {
      outcome: 'failed',
      reason: 'after-move-failed',
      fault: ended.awsError ?? ended.name,
      again: true,
    };
  const { kind: _, ...result } = ended;
  return result;
}

async function answerProbe(
  service: Service | undefined,
  { searches }: ProbeEvent,
  deadline: number,
  finish: (outcome: Outcome) => unknown,
  clock: Clock,
  context: LambdaContext | undefined,
) {
  if (!service) {
    finish(BAD_SETTINGS);
    return { adminGetUser: 'SettingsError', adminInitiateAuth: 'SettingsError' };
  }
  const result = await probe(service, deadline, searches, clock, context?.invokedFunctionArn);
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

/** Milliseconds until Lambda ends the function, without the time for the answer. */
function timeLeft(context: LambdaContext | undefined): number | undefined {
  const left = context?.getRemainingTimeInMillis?.();
  return left === undefined ? undefined : left - RESERVE_MS;
}

const budget = (context: LambdaContext | undefined): number =>
  Math.min(BUDGET_MS, timeLeft(context) ?? BUDGET_MS);
