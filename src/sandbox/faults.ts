/** Faults that tests inject before or after any call, and hooks that run there. */
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
  /** Before: the call has no effect. After: it has, and then fails. 'lost-response' is always after. Default before. */
  readonly position?: Position;
  /** Which calls: all given conditions must hold. */
  readonly sequence?: number;
  readonly service?: string;
  readonly operation?: string;
  readonly predicate?: (call: JournalEntry) => boolean;
  /** How many matching calls it lets pass first. Default 0. */
  readonly skip?: number;
  /** How many matching calls it strikes. Default 1. */
  readonly times?: number;
  /** Retry-After header of a throttle, in seconds. */
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
} as const satisfies Record<ServiceName, readonly [string, number]>;

const internals = {
  'cognito-idp': ['InternalErrorException', 500],
  iam: ['ServiceFailure', 500],
  sts: ['InternalFailure', 500],
  lambda: ['ServiceException', 500],
  logs: ['InternalFailure', 500],
} as const satisfies Record<ServiceName, readonly [string, number]>;

/** Code and status with which a service refuses for lack of permission. */
export const denials = {
  'cognito-idp': ['AccessDeniedException', 400],
  iam: ['AccessDenied', 403],
  sts: ['AccessDenied', 403],
  lambda: ['AccessDeniedException', 403],
  logs: ['AccessDeniedException', 400],
} as const satisfies Record<ServiceName, readonly [string, number]>;

/** The error a fault answers with; undefined for faults of the connection. */
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
    const action = `${service}:${service === 'lambda' && call.operation === 'Invoke' ? 'InvokeFunction' : call.operation}`;
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

  /** Arms a fault; the function given back disarms it. */
  inject(fault: Fault): () => void {
    const id = this.add(fault);
    return () => {
      this.remove(id);
    };
  }

  /** Arms a fault and gives its number. */
  add(fault: Fault): number {
    const id = this.#nextId;
    this.#nextId += 1;
    this.#armed.push({ id, fault, skip: fault.skip ?? 0, left: fault.times ?? 1 });
    return id;
  }

  /** Disarms one fault. */
  remove(id: number): void {
    this.#armed = this.#armed.filter((armed) => armed.id !== id);
  }

  /** Disarms all faults. */
  clear(): void {
    this.#armed = [];
  }

  /** The armed faults and how many calls each will still strike. */
  list(): readonly { readonly id: number; readonly fault: Fault; readonly left: number }[] {
    return this.#armed.map(({ id, fault, left }) => ({ id, fault, left }));
  }

  /** Runs a listener before or after every call; the function given back ends that. */
  onCall(position: Position, listener: CallListener): () => void {
    const listeners = this.#listeners[position];
    listeners.add(listener);
    return () => {
      listeners.delete(listener);
    };
  }

  /** Runs the listeners of a position. */
  async notify(position: Position, call: JournalEntry): Promise<void> {
    for (const listener of [...this.#listeners[position]]) await listener(call);
  }

  /** The fault that strikes this call, used up by it. Asked once a call. */
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
