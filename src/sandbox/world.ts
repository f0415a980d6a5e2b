/** Everything that exists in the local AWS, with its settings, its clock, and its randomness. */

/** Delays where AWS takes time. All in milliseconds. */
export interface Delays {
  /** Time after CreateRole until Lambda accepts the role (until then: "cannot be assumed by Lambda"). */
  readonly roleToLambda: number;
  /** Time until a policy takes effect after it was attached or put. */
  readonly policyPropagation: number;
  /** Time that a new function is Pending. */
  readonly functionPending: number;
  /** Time that LastUpdateStatus stays InProgress after an update. */
  readonly functionUpdate: number;
  /** Time that a started import job is Pending. */
  readonly importStart: number;
  /** Time that an import job takes for one row. */
  readonly importRow: number;
  /** Time until a sample of a metric can be read. */
  readonly metrics: number;
  /** Time until the event history of CloudTrail shows a call. */
  readonly events: number;
  /** Time added to every answer. */
  readonly latency: number;
}

export interface InvokeSource {
  /** Service principal that invokes the function, e.g. cognito-idp.amazonaws.com. */
  readonly service: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

export type InvokeResult =
  | { readonly kind: 'ok'; readonly payload: string }
  /** The function threw an error (errorMessage), crashed, or exceeded its own Timeout. */
  | { readonly kind: 'function-error'; readonly errorType: string; readonly errorMessage: string }
  /** The function doesn't exist, doesn't allow the source, or has no concurrency left. */
  | { readonly kind: 'denied' }
  /** The caller's `timeoutMs` expired first. */
  | { readonly kind: 'timeout' };

/** A policy that limits every caller of an account, in addition to the caller's own policies. */
export interface Guardrail {
  readonly kind: 'service control policy' | 'resource control policy' | 'VPC endpoint policy';
  /**
   * JSON text of the policy.
   * Without an Allow it denies everything, as in an organization without FullAWSAccess.
   */
  readonly document: string;
  /** If given, AWS's sentence ends with this ARN. Newer messages name it, older ones don't. */
  readonly arn?: string;
}

export interface World {
  /** Milliseconds since the epoch. Injected so that tests don't have to wait. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Cryptographically secure by default. Seeded tests inject their own source. */
  randomBytes(length: number): Uint8Array;
  readonly delays: Delays;
  /** Address of the local AWS. */
  endpoint(): string;
  /** Policies that limit every caller. Empty at first. Tests and hosts add to it. */
  readonly guardrails: Guardrail[];
  /**
   * State of a service in one account and Region. The first use creates it with `create`.
   * The key is (service, account, region). The Region is '' for IAM, which is global.
   */
  state<T>(kind: StateKind<T>, account: string, region: string): T;
  /** Every (account, region) with state of this kind. Anonymous calls find the pool they name this way. */
  states<T>(
    kind: StateKind<T>,
  ): readonly { readonly account: string; readonly region: string; readonly state: T }[];
  /**
   * Invokes a function as an AWS service does.
   * Checks the resource policy, runs the code from the zip, and stops waiting after `timeoutMs`.
   */
  invokeFunction(
    functionArn: string,
    source: InvokeSource,
    payload: string,
    timeoutMs: number,
  ): Promise<InvokeResult>;
}

/** Names one kind of state and creates an empty one. */
export interface StateKind<T> {
  readonly name: string;
  create(): T;
}
