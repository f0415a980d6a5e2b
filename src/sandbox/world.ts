/** Everything that exists in the local AWS, and the settings and sources of time and chance that it runs by. */

/** How the world behaves where AWS takes its time. All in milliseconds. */
export interface Delays {
  /** How long after CreateRole Lambda still refuses the role ("cannot be assumed by Lambda"). */
  readonly roleToLambda: number;
  /** How long after a policy was attached or put it still has no effect. */
  readonly policyPropagation: number;
  /** How long a new function is Pending. */
  readonly functionPending: number;
  /** How long LastUpdateStatus stays InProgress after an update. */
  readonly functionUpdate: number;
  /** Added to every answer. */
  readonly latency: number;
}

export interface InvokeSource {
  /** Service principal that invokes, e.g. cognito-idp.amazonaws.com. */
  readonly service: string;
  readonly sourceArn: string;
  readonly sourceAccount: string;
}

export type InvokeResult =
  | { readonly kind: 'ok'; readonly payload: string }
  /** The function threw (errorMessage), crashed or ran out of its own Timeout. */
  | { readonly kind: 'function-error'; readonly errorType: string; readonly errorMessage: string }
  /** No such function, or its resource policy does not allow the source. */
  | { readonly kind: 'denied' }
  /** `timeoutMs` of the caller ran out first. */
  | { readonly kind: 'timeout' };

/** A policy that limits every caller of an account, beside their own. */
export interface Guardrail {
  readonly kind: 'service control policy' | 'resource control policy' | 'VPC endpoint policy';
  /** JSON text of the policy. Without an Allow it denies everything, like an organization without FullAWSAccess. */
  readonly document: string;
  /** Named at the end of AWS's sentence, where it is given: newer messages have it, older ones do not. */
  readonly arn?: string;
}

export interface World {
  /** Milliseconds since the epoch; injected, so that tests need not wait. */
  now(): number;
  sleep(ms: number): Promise<void>;
  /** Cryptographically good by default, injected in seeded tests. */
  randomBytes(length: number): Uint8Array;
  readonly delays: Delays;
  /** Policies that limit every caller. Empty at first; tests and hosts add to it. */
  readonly guardrails: Guardrail[];
  /**
   * State of a service in one account and Region ('' for IAM, which is global), made by `create` at the first use.
   * Keyed by (service, account, region).
   */
  state<T>(kind: StateKind<T>, account: string, region: string): T;
  /** Every (account, region) for which that state exists: how an anonymous call finds the pool it names. */
  states<T>(
    kind: StateKind<T>,
  ): readonly { readonly account: string; readonly region: string; readonly state: T }[];
  /** Lambda's invoke as an AWS service does it: resource policy checked, run from the zip, stopped after timeoutMs. */
  invokeFunction(
    functionArn: string,
    source: InvokeSource,
    payload: string,
    timeoutMs: number,
  ): Promise<InvokeResult>;
}

/** Names one kind of state and makes an empty one. */
export interface StateKind<T> {
  readonly name: string;
  create(): T;
}
