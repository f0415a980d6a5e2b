/**
 * One operation of the local AWS: a function of a call.
 * The server has already parsed the wire protocol, identified the caller, and recorded the call in the
 * journal. It writes the answer, or a thrown {@link ServiceError}, in the service's own protocol.
 */
import type { World } from './world.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The caller as IAM sees it. */
export type Principal =
  | { readonly kind: 'anonymous' }
  /** Long-term key of an account. Has full access to that account. */
  | { readonly kind: 'root'; readonly account: string; readonly arn: string }
  /**
   * Session of a role. `arn` is arn:…:sts::…:assumed-role/ROLE/SESSION.
   * `roleArn` is the role whose policies are evaluated.
   */
  | {
      readonly kind: 'session';
      readonly account: string;
      readonly arn: string;
      readonly roleArn: string;
      readonly sessionPolicies?: readonly string[];
    };

/** Condition keys of a request and their values. Multivalued keys such as aws:TagKeys have several. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface Call {
  readonly world: World;
  readonly service: ServiceName;
  readonly operation: string;
  /**
   * Account and Region of the call.
   * An anonymous call has the sandbox's own account and the Region of the pool that it names.
   */
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly caller: Principal;
  readonly input: JsonObject;
  /**
   * Throws AccessDenied in AWS's own words unless the caller may perform `action` on `resource`.
   * The journal records the decision.
   */
  authorize(action: string, resource: string, context?: RequestContext): void;
  /**
   * Like `authorize`, but returns the decision instead of throwing.
   * For answers that omit something. The journal records the decision.
   */
  allowed(action: string, resource: string, context?: RequestContext): boolean;
}

export type Operation = (call: Call) => JsonObject | Promise<JsonObject>;
export type Operations = Readonly<Record<string, Operation>>;

/** The names in signatures. `monitoring` is CloudWatch. */
export const serviceNames = [
  'cognito-idp',
  'iam',
  'lambda',
  'sts',
  'logs',
  'monitoring',
  'cloudtrail',
] as const;
export type ServiceName = (typeof serviceNames)[number];

/**
 * An error as AWS returns it.
 * `code` is the exception name on the wire, and `status` is the HTTP status.
 * `reason` is the Reason of Lambda's TooManyRequestsException.
 */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  readonly reason: string | undefined;
  constructor(code: string, message: string, status = 400, reason?: string) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
    this.reason = reason;
  }
}
