/** Every call that reached the local AWS, in order, with what it asked, what was authorised and how it ended. */
import { AsyncLocalStorage } from 'node:async_hooks';
import type { Json, JsonObject, RequestContext } from './operation.ts';

export interface AuthorizedAction {
  readonly action: string;
  readonly resource: string;
  readonly allowed: boolean;
  readonly context: RequestContext;
}

export interface JournalEntry {
  /** 1 for the first call since the start or the last `clear()`. */
  readonly sequence: number;
  readonly time: number;
  readonly service: string;
  readonly operation: string;
  readonly account: string;
  readonly region: string;
  /** ARN of the caller, or 'anonymous', or 'unknown' when the credentials were refused. */
  readonly caller: string;
  /** Number of the connection it came over: 1 for the first since the start. */
  readonly connection: number;
  /** The input without passwords, secrets, tokens, payloads and code. */
  readonly input: JsonObject;
  readonly actions: AuthorizedAction[];
  /** ARNs of the functions that ran during the call. */
  readonly functions: string[];
  /** 'ok', the code of the error, or what a fault did; 'open' while the call is under way. */
  result: string;
  /** Kind of the injected fault, if one struck. */
  fault?: string;
}

const secretName =
  /password|secret|token|^session$|zipfile|payload|proposed|confirmationcode|usercode|srp_a|claim_signature/i;
const harmlessValue = /^(seconds|minutes|hours|days)$/;

/** A copy of an input with everything secret replaced. */
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
  // Sign-ins make no lasting change by themselves; what a migration writes is seen in the pool.
  'InitiateAuth',
  'AdminInitiateAuth',
  'RespondToAuthChallenge',
  'AdminRespondToAuthChallenge',
]);

/** True for an operation that changes something that exists. */
export function isWrite(operation: string): boolean {
  return !readingVerb.test(operation) && !readingNames.has(operation);
}

/** What begins an entry. */
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
 * The call under way. One for all journals: Node visits every storage that was ever used at each new promise, so one a
 * sandbox made the process slower with each sandbox.
 */
const underWay = new AsyncLocalStorage<JournalEntry>();

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

  /** The calls whose operation changes something, refused ones included. */
  writes(): readonly JournalEntry[] {
    return this.#calls.filter((call) => isWrite(call.operation));
  }

  /** Forgets all calls; the next one has sequence number 1. */
  clear(): void {
    this.#calls = [];
    this.#sequence = 0;
  }

  /** Counts a call. */
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

  /** Runs `work` as part of a call, so that functions it invokes are noted in the call's entry. */
  during<T>(entry: JournalEntry, work: () => T): T {
    return underWay.run(entry, work);
  }

  /** Notes in the call under way that a function ran. */
  noteFunction(functionArn: string): void {
    underWay.getStore()?.functions.push(functionArn);
  }
}
