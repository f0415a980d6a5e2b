/**
 * A Cognito that knows no mercy: an update resets everything that it leaves out, known to anybody or not. It speaks to
 * the real SDK below its HTTP handler, so that signing, serialising and parsing are the real ones.
 */
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';

export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** An error as AWS answers it. */
export class Refusal extends Error {
  readonly code: string;
  readonly status: number;
  constructor(code: string, message = code, status = 400) {
    super(message);
    this.code = code;
    this.status = status;
  }
}

type Operation = (input: JsonObject) => JsonObject;

export interface Stub {
  readonly idp: CognitoIdentityProviderClient;
  /** Every call: its operation, body and headers, in order. */
  readonly calls: { operation: string; body: JsonObject; headers: Record<string, string> }[];
  readonly operations: Record<string, Operation>;
  /** Called before an operation is carried out; may throw a Refusal, or change what the stub holds. */
  before: (operation: string, nth: number) => void;
  /** Called after an operation was carried out; may throw to lose its answer. */
  after: (operation: string, nth: number) => void;
  count(operation: string): number;
}

interface Request {
  readonly headers: Record<string, string>;
  readonly body: string | Uint8Array;
}

export function stub(operations: Record<string, Operation>): Stub {
  const calls: Stub['calls'] = [];
  const made: Stub = {
    calls,
    operations,
    before: () => undefined,
    after: () => undefined,
    count: (operation) => calls.filter((call) => call.operation === operation).length,
    idp: new CognitoIdentityProviderClient({
      region: 'eu-west-1',
      credentials: { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'not-a-secret' },
      retryStrategy: instantRetries,
      requestHandler: { handle: async (request: Request) => ({ response: answer(request) }) },
    }),
  };
  const answer = (request: Request) => {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const body: JsonObject = JSON.parse(bodyText(request.body));
    calls.push({ operation, body, headers: { ...request.headers } });
    const nth = made.count(operation);
    try {
      made.before(operation, nth);
      const run = made.operations[operation];
      if (run === undefined) throw new Refusal('UnknownOperationException');
      const output = run(structuredClone(body));
      made.after(operation, nth);
      return response(200, output);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return response(error.status, { __type: error.code, message: error.message });
    }
  };
  return made;
}

/** The SDK's own decisions whether to try again, without its waits. */
const instantRetries = {
  acquireInitialRetryToken: async () => token(0),
  refreshRetryTokenForRetry: async (before: { getRetryCount(): number }) => {
    if (before.getRetryCount() >= 2) throw new Error('No more attempts.');
    return token(before.getRetryCount() + 1);
  },
  recordSuccess: () => undefined,
};

function token(retries: number) {
  return { getRetryCount: () => retries, getRetryDelay: () => 0 };
}

function response(statusCode: number, body: JsonObject) {
  const bytes = Buffer.from(JSON.stringify(body));
  return {
    statusCode,
    headers: { 'content-type': 'application/x-amz-json-1.1' },
    body: bytes,
  };
}

export const poolId = 'eu-west-1_Ab12Cd34E';
export const lambdaArn = 'arn:aws:lambda:eu-west-1:123456789012:function:cognito-migrate-eu-west-1_Ab12Cd34E';

/** Names that differ between the answer and the request, and what no request can set. Written down here on its own. */
const renamed: Record<string, string> = { UserPoolId: 'Id', PoolName: 'Name' };
const fixed = [
  // Documented as kept when it is left out.
  'DcrConfiguration',
  'Arn',
  'Status',
  'CreationDate',
  'SchemaAttributes',
  'AliasAttributes',
  'UsernameAttributes',
  'UsernameConfiguration',
  'EstimatedNumberOfUsers',
  'Domain',
  'CustomDomain',
  'SmsConfigurationFailure',
  'EmailConfigurationFailure',
];

export interface PoolStub extends Stub {
  pool: JsonObject;
  mfa: JsonObject;
}

/** A stub that holds one pool. */
export function poolStub(pool: JsonObject, mfa: JsonObject = { MfaConfiguration: 'OFF' }): PoolStub {
  const operations: Record<string, Operation> = {
    DescribeUserPool: () => ({ UserPool: held.pool }),
    GetUserPoolMfaConfig: () => held.mfa,
    UpdateUserPool: (input) => {
      if (input.UserPoolId !== held.pool.Id) throw new Refusal('ResourceNotFoundException');
      refuseBothValidityDays(input);
      const given = Object.entries(input).flatMap(([key, value]) =>
        value === null ? [] : [[renamed[key] ?? key, value]],
      );
      const LastModifiedDate = Number(held.pool.LastModifiedDate ?? 0) + 1;
      const kept = Object.entries(held.pool).filter(([key]) => fixed.includes(key));
      held.pool = { ...Object.fromEntries(kept), ...Object.fromEntries(given), LastModifiedDate };
      return {};
    },
    SetUserPoolMfaConfig: (input) => {
      const { UserPoolId, ...rest } = input;
      if (UserPoolId !== held.pool.Id) throw new Refusal('ResourceNotFoundException');
      held.mfa = rest;
      return rest;
    },
  };
  const held: PoolStub = Object.assign(stub(operations), { pool, mfa });
  return held;
}

function refuseBothValidityDays(input: JsonObject) {
  const config = input.AdminCreateUserConfig;
  const policies = input.Policies;
  const policy =
    typeof policies === 'object' &&
    policies !== null &&
    'PasswordPolicy' in policies &&
    policies.PasswordPolicy;
  const older = typeof config === 'object' && config !== null && 'UnusedAccountValidityDays' in config;
  const newer = typeof policy === 'object' && policy !== null && 'TemporaryPasswordValidityDays' in policy;
  if (older && newer) {
    throw new Refusal(
      'InvalidParameterException',
      'Please use TemporaryPasswordValidityDays in PasswordPolicy instead of UnusedAccountValidityDays',
    );
  }
}

function bodyText(body: string | Uint8Array): string {
  return typeof body === 'string' ? body : new TextDecoder().decode(body);
}
