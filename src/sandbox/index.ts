/**
 * The embedded local AWS: Cognito user pools, IAM, STS, Lambda, CloudWatch, CloudWatch Logs, and CloudTrail.
 * It listens on loopback and uses the services' real wire protocols. See `createSandbox`.
 */
import { randomBytes } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { Faults } from './faults.ts';
import { Journal } from './journal.ts';
import type { Runtime } from './runtime.ts';
import { listen } from './server.ts';
import { cloudTrailOperations } from './services/cloudtrail/index.ts';
import { cloudWatchOperations } from './services/cloudwatch/index.ts';
import { cognitoOperations } from './services/cognito/index.ts';
import { iamOperations } from './services/iam/index.ts';
import type { LambdaHost } from './services/lambda/host.ts';
import { lambdaOperations } from './services/lambda/index.ts';
import { invokeByService } from './services/lambda/invoke.ts';
import { allFunctions } from './services/lambda/state.ts';
import { logsOperations } from './services/logs/index.ts';
import { stsOperations } from './services/sts/index.ts';
import type { Delays, StateKind, World } from './world.ts';

export { keysOf } from './keys.ts';
export { deliveries } from './services/cognito/index.ts';
export { srpAttempt } from './services/cognito/srp-client.ts';
export type { Delays, World } from './world.ts';
export { type Choice, choices, choiceWords, choose } from './worlds.ts';

/** Delays close to those of AWS. */
export const awsDelays: Delays = {
  roleToLambda: 6000,
  policyPropagation: 3000,
  functionPending: 1000,
  functionUpdate: 500,
  // AWS's own solution measured 100,000 users in 56.3 minutes, all included, about 30 a second.
  importStart: 5000,
  importRow: 33,
  // AWS documents no time for metrics. CloudTrail "typically delivers events within an average of about 5
  // minutes of an API call. This time is not guaranteed."
  metrics: 60_000,
  events: 300_000,
  latency: 0,
};

/** No delays. Every change takes effect immediately. */
export const noDelays: Delays = {
  roleToLambda: 0,
  policyPropagation: 0,
  functionPending: 0,
  functionUpdate: 0,
  importStart: 0,
  importRow: 0,
  metrics: 0,
  events: 0,
  latency: 0,
};

export interface SandboxOptions {
  /** Default: 0, which picks any free port. */
  readonly port?: number;
  /** Overrides of `awsDelays`. */
  readonly delays?: Partial<Delays>;
  /** Account in the journal for calls without a key. Default: 111122223333. */
  readonly account?: string;
  readonly now?: () => number;
  readonly sleep?: (ms: number) => Promise<void>;
  readonly randomBytes?: (length: number) => Uint8Array;
  /**
   * Timer for function timeouts and for the limits of services that invoke functions.
   * Default: real time.
   */
  readonly timer?: (ms: number, callback: () => void) => () => void;
}

export interface Sandbox {
  readonly url: string;
  readonly port: number;
  readonly account: string;
  readonly world: World;
  readonly journal: Journal;
  readonly faults: Faults;
  /** Closes every connection, stops every function process, and removes their files. */
  close(): Promise<void>;
}

function realTimer(ms: number, callback: () => void): () => void {
  const timer = setTimeout(callback, ms);
  return () => {
    clearTimeout(timer);
  };
}

/** Starts a local AWS on 127.0.0.1. */
export async function createSandbox(options: SandboxOptions = {}): Promise<Sandbox> {
  const store = new StateStore();
  const now = options.now ?? Date.now;
  const journal = new Journal(now);
  const faults = new Faults();
  let url = '';
  const host: LambdaHost = {
    endpoint: () => url,
    timer: options.timer ?? realTimer,
    noteFunction: (arn) => {
      journal.noteFunction(arn);
    },
  };
  const world: World = {
    now,
    // A retry that is still to come doesn't keep the program alive.
    sleep: options.sleep ?? ((ms) => wait(ms, undefined, { ref: false })),
    randomBytes: options.randomBytes ?? ((length) => new Uint8Array(randomBytes(length))),
    delays: { ...awsDelays, ...options.delays },
    guardrails: [],
    endpoint: () => url,
    state: (kind, account, region) => store.state(kind, account, region),
    states: (kind) => store.states(kind),
    invokeFunction: (arn, source, payload, timeoutMs) =>
      invokeByService(world, host, arn, source, payload, timeoutMs),
  };
  const account = options.account ?? '111122223333';
  const runtime: Runtime = {
    world,
    journal,
    faults,
    defaultAccount: account,
    services: {
      'cognito-idp': cognitoOperations,
      iam: iamOperations,
      lambda: lambdaOperations(host),
      sts: stsOperations,
      logs: logsOperations,
      monitoring: cloudWatchOperations,
      cloudtrail: cloudTrailOperations,
    },
  };
  const { server, port } = await listen(runtime, options.port ?? 0);
  url = `http://127.0.0.1:${port}`;
  const close = async (): Promise<void> => {
    const closed = new Promise<void>((resolve) => {
      server.close(() => resolve());
    });
    server.closeAllConnections();
    await Promise.all(allFunctions(world).map((target) => target.pool.close()));
    await closed;
  };
  return { url, port, account, world, journal, faults, close };
}

interface Cell<T> {
  readonly kind: StateKind<T>;
  readonly places: Map<string, { readonly account: string; readonly region: string; readonly state: T }>;
}

/** True if the cell was created for this kind. The identity of the kind determines the type. */
function isCellOf<T>(cell: Cell<unknown>, kind: StateKind<T>): cell is Cell<T> {
  return cell.kind === kind;
}

/** Holds the state of all services. */
export class StateStore {
  readonly #cells: Cell<unknown>[] = [];

  #cell<T>(kind: StateKind<T>): Cell<T> {
    for (const cell of this.#cells) if (isCellOf(cell, kind)) return cell;
    const cell: Cell<T> = { kind, places: new Map() };
    this.#cells.push(cell);
    return cell;
  }

  /** The state of a service in an account and Region. The first use creates it. */
  state<T>(kind: StateKind<T>, account: string, region: string): T {
    const { places } = this.#cell(kind);
    const key = `${account}/${region}`;
    const known = places.get(key);
    if (known) return known.state;
    const state = kind.create();
    places.set(key, { account, region, state });
    return state;
  }

  /** All states of a kind. */
  states<T>(
    kind: StateKind<T>,
  ): readonly { readonly account: string; readonly region: string; readonly state: T }[] {
    return [...this.#cell(kind).places.values()];
  }
}
