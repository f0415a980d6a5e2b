/**
 * What one operation of the local AWS is: a function of a call.
 * The server has already parsed the wire protocol, found out who calls, and counted the call in the journal;
 * it writes the answer, or a thrown {@link ServiceError}, back in the service's own protocol.
 */
import type { World } from './world.ts';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** Who makes a call, as IAM sees it. */
export type Principal =
  | { readonly kind: 'anonymous' }
  /** Long-term key of an account: may do everything in that account. */
  | { readonly kind: 'root'; readonly account: string; readonly arn: string }
  /** Session of a role: `arn` is arn:…:sts::…:assumed-role/ROLE/SESSION, `roleArn` the role whose policies are evaluated. */
  | {
      readonly kind: 'session';
      readonly account: string;
      readonly arn: string;
      readonly roleArn: string;
      readonly sessionPolicies?: readonly string[];
    };

/** Condition keys of a request and their values; several values for multivalued keys such as aws:TagKeys. */
export type RequestContext = Readonly<Record<string, string | readonly string[]>>;

export interface Call {
  readonly world: World;
  readonly service: ServiceName;
  readonly operation: string;
  /** Account and Region the call is made in (for anonymous calls the account and Region of what it names). */
  readonly account: string;
  readonly region: string;
  readonly partition: string;
  readonly caller: Principal;
  readonly input: JsonObject;
  /** Throws AccessDenied, in AWS's own words, unless the caller may do `action` on `resource`. Journalled. */
  authorize(action: string, resource: string, context?: RequestContext): void;
  /** As authorize, but says whether instead of throwing: for answers that leave something out. Journalled. */
  allowed(action: string, resource: string, context?: RequestContext): boolean;
}

export type Operation = (call: Call) => JsonObject | Promise<JsonObject>;
export type Operations = Readonly<Record<string, Operation>>;

export const serviceNames = ['cognito-idp', 'iam', 'lambda', 'sts', 'logs'] as const;
export type ServiceName = (typeof serviceNames)[number];

/** An error as AWS answers it: `code` is the exception's name on the wire, `status` the HTTP status. */
export class ServiceError extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message: string, status = 400) {
    super(message);
    this.name = code;
    this.code = code;
    this.status = status;
  }
}
