/** Records every call to the local AWS in order: its input, its authorized actions, and its result. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Json, JsonObject, RequestContext } from './operation.ts';

export interface AuthorizedAction {
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  readonly context: RequestContext;
}

export interface JournalEntry {
  /** 1 for the first call after the start or after the last `clear()`. */
  readonly sequence: number;
  readonly time: number;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the caller, 'anonymous', or 'unknown' if the service rejected the credentials. */
  readonly caller: string;
  /** Number of the call's connection. The first connection since the start has number 1. */
  readonly connection: number;
  /** The input without passwords, secrets, tokens, payloads, and code. */
  readonly input: JsonObject;
  readonly actions: AuthorizedAction[];
  /** ARNs of the functions that ran during the call. */
  readonly functions: string[];
  /** 'ok', the error code, or the effect of a fault. 'open' while the call is running. */
  result: string;
  /** Kind of the injected fault, if a fault affected the call. */
  fault?: string;
}

const secretName =
  /password|secret|token|^session$|zipfile|payload|proposed|confirmationcode|usercode|srp_a|claim_signature/i;
const harmlessValue = /^(seconds|minutes|hours|days)$/;

/** Copies an input and replaces every secret. */
export function redact(value: Json, name = ''): Json {
  if (typeof value === 'string') return secretName.test(name) && !harmlessValue.test(value) ? '***' : value;
  if (Array.isArray(value)) return value.map((item) => redact(item, name));
  if (typeof value === 'object' && value !== null) return redactObject(value);
  return value;
}

function redactObject(object: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(object).map(([name, item]) => [name, redact(item, name)]));
}

const readingVerb = /^(Admin)?(Get|List|Describe|Filter|Lookup|Batch(Get|Describe))/;
const readingNames: ReadonlySet<string> = new Set([
  'Invoke',
  'AssumeRole',
  // Sign-ins make no lasting change by themselves. The pool shows what a migration writes.
  'InitiateAuth',
  'AdminInitiateAuth',
  'RespondToAuthChallenge',
  'AdminRespondToAuthChallenge',
]);

/** True for an operation that changes existing state. */
export function isWrite(operation: string): boolean {
  return !readingVerb.test(operation) && !readingNames.has(operation);
}

/** The data that starts an entry. */
export interface JournalStart {
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  readonly caller: string;
  readonly connection: number;
  readonly input: JsonObject;
}

/**
 * The running call. All journals share one storage.
 * At each new promise, Node visits every storage that was ever used. With one storage per sandbox, each
 * sandbox slowed down the process.
 */
const runningCall = new AsyncLocalStorage<JournalEntry>();

/** The journal of a sandbox. */
export class Journal {
  readonly #now: () => number;
  #calls: JournalEntry[] = [];
  #sequence = 0;

  constructor(now: () => number) {
    this.#now = now;
  }

  /** All calls since the start or the last `clear()`, oldest first. */
  get calls(): readonly JournalEntry[] {
    return this.#calls;
  }

  /** `service:Operation` of every call. */
  names(): readonly string[] {
    return this.#calls.map((call) => `${call.service}:${call.operation}`);
  }

  /** The calls to operations that change state, including refused calls. */
  writes(): readonly JournalEntry[] {
    return this.#calls.filter((call) => isWrite(call.operation));
  }

  /** Deletes all calls. The next call has sequence number 1. */
  clear(): void {
    this.#calls = [];
    this.#sequence = 0;
  }

  /** Adds a call to the journal. */
  begin(start: JournalStart): JournalEntry {
    this.#sequence += 1;
    const entry: JournalEntry = {
      sequence: this.#sequence,
      time: this.#now(),
      service: start.service,
      operation: start.operation,
      account: start.account,
      region: start.region,
      caller: start.caller,
      connection: start.connection,
      input: redactObject(start.input),
      actions: [],
      functions: [],
      result: 'open',
    };
    this.#calls.push(entry);
    return entry;
  }

  /** Runs `work` as part of a call, so that the call's entry lists the functions that it invokes. */
  during<T>(entry: JournalEntry, work: () => T): T {
    return runningCall.run(entry, work);
  }

  /** Records in the running call that a function ran. */
  noteFunction(functionArn: string): void {
    runningCall.getStore()?.functions.push(functionArn);
  }
}
