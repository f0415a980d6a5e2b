/** Faults that tests inject before or after a call, and listeners that run at the same points. */
import type { JournalEntry } from './journal.ts';
import { ServiceError, type ServiceName } from './operation.ts';

export const faultKinds = [
  'throttle',
  'internal-error',
  'connection-reset',
  'time-out',
  'access-denied',
  'lost-response',
] as const;
export type FaultKind = (typeof faultKinds)[number];
export type Position = 'before' | 'after';

export interface Fault {
  readonly kind: FaultKind;
  /**
   * Whether the fault strikes before the call or after it. Default: before.
   * With "before", the call has no effect. With "after", the call takes effect and then fails.
   * 'lost-response' is always after.
   */
  readonly position?: Position;
  /** Filters for calls. All given filters must match. */
  readonly sequence?: number;
  readonly service?: string;
  readonly operation?: string;
  readonly predicate?: (call: JournalEntry) => boolean;
  /** Number of matching calls that pass first. Default: 0. */
  readonly skip?: number;
  /** Number of matching calls that fail. Default: 1. */
  readonly times?: number;
  /** Retry-After header of a throttling error, in seconds. */
  readonly retryAfter?: number;
}

interface Armed {
  readonly id: number;
  readonly fault: Fault;
  skip: number;
  left: number;
}

export type CallListener = (call: JournalEntry) => void | Promise<void>;

const throttles = {
  'cognito-idp': ['TooManyRequestsException', 400],
  iam: ['Throttling', 400],
  sts: ['Throttling', 400],
  lambda: ['TooManyRequestsException', 429],
  logs: ['ThrottlingException', 400],
  monitoring: ['ThrottlingException', 400],
  cloudtrail: ['ThrottlingException', 400],
} as const satisfies Record<ServiceName, readonly [string, number]>;

const internals = {
  'cognito-idp': ['InternalErrorException', 500],
  iam: ['ServiceFailure', 500],
  sts: ['InternalFailure', 500],
  lambda: ['ServiceException', 500],
  logs: ['InternalFailure', 500],
  monitoring: ['InternalFailure', 500],
  cloudtrail: ['InternalFailure', 500],
} as const satisfies Record<ServiceName, readonly [string, number]>;

/** Error code and HTTP status of each service for a missing permission. */
export const denials = {
  'cognito-idp': ['AccessDeniedException', 400],
  iam: ['AccessDenied', 403],
  sts: ['AccessDenied', 403],
  lambda: ['AccessDeniedException', 403],
  logs: ['AccessDeniedException', 400],
  monitoring: ['AccessDeniedException', 403],
  cloudtrail: ['AccessDeniedException', 400],
} as const satisfies Record<ServiceName, readonly [string, number]>;

/** The error that a fault returns. Undefined for faults of the connection. */
export function faultError(fault: Fault, service: ServiceName, call: JournalEntry): ServiceError | undefined {
  if (fault.kind === 'throttle') {
    const [code, status] = throttles[service];
    return new ServiceError(code, 'Rate exceeded', status);
  }
  if (fault.kind === 'internal-error') {
    const [code, status] = internals[service];
    return new ServiceError(code, 'Internal error (injected).', status);
  }
  if (fault.kind === 'access-denied') {
    const [code, status] = denials[service];
    const prefix = service === 'monitoring' ? 'cloudwatch' : service;
    const action = `${prefix}:${service === 'lambda' && call.operation === 'Invoke' ? 'InvokeFunction' : call.operation}`;
    const text = `User: ${call.caller} is not authorized to perform: ${action} because no identity-based policy allows the ${action} action`;
    return new ServiceError(code, text, status);
  }
  return undefined;
}

/** The faults of a sandbox. */
export class Faults {
  #armed: Armed[] = [];
  #nextId = 1;
  readonly #listeners: { readonly before: Set<CallListener>; readonly after: Set<CallListener> } = {
    before: new Set(),
    after: new Set(),
  };

  /** Adds a fault. Returns a function that removes it. */
  inject(fault: Fault): () => void {
    const id = this.add(fault);
    return () => {
      this.remove(id);
    };
  }

  /** Adds a fault. Returns its ID. */
  add(fault: Fault): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#armed.push({ id, fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
    return id;
  }

  /** Removes one fault. */
  remove(id: number): void {
    this.#armed = this.#armed.filter((armed) => armed.id !== id);
  }

  /** Removes all faults. */
  clear(): void {
    this.#armed = [];
  }

  /** The active faults, and the number of calls that each still affects. */
  list(): readonly { readonly id: number; readonly fault: Fault; readonly left: number }[] {
    return this.#armed.map(({ id, fault, left }) => ({ id, fault, left }));
  }

  /** Runs a listener before or after every call. Returns a function that removes the listener. */
  onCall(position: Position, listener: CallListener): () => void {
    const listeners = this.#listeners[position];
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** Runs the listeners of a position one after another. */
  async notify(position: Position, call: JournalEntry): Promise<void> {
    for (const listener of [...this.#listeners[position]]) await listener(call);
  }

  /** Finds the fault for this call and counts its use. Call this once per call. */
  take(call: JournalEntry): Fault | undefined {
    for (const armed of this.#armed) {
      if (!matches(armed.fault, call)) continue;
      if (armed.skip > 0) {
        armed.skip -= 1;
        continue;
      }
      armed.left -= 1;
      if (armed.left <= 0) this.remove(armed.id);
      return armed.fault;
    }
    return undefined;
  }
}

function matches(fault: Fault, call: JournalEntry): boolean {
  if (fault.sequence !== undefined && fault.sequence !== call.sequence) return false;
  if (fault.service !== undefined && fault.service !== call.service) return false;
  if (fault.operation !== undefined && fault.operation !== call.operation) return false;
  return fault.predicate?.(call) ?? true;
}
