/** The records of sign-ins in CloudTrail and CloudWatch. */
import type { JsonObject, Operation } from '../../operation.ts';
import { ServiceError } from '../../operation.ts';
import type { World } from '../../world.ts';
import { recordRun } from '../cloudtrail/state.ts';
import { oneSample, putSamples } from '../cloudwatch/state.ts';
import { isObject } from './input.ts';
import { type Located, locateClient } from './pool-access.ts';

const hidden = 'HIDDEN_DUE_TO_SECURITY_REASONS';
const source = 'cognito-idp.amazonaws.com';

/** Members of a request that CloudTrail shows. All others are hidden, as in public recordings. */
const shown: Readonly<Record<string, string>> = {
  AuthFlow: 'authFlow',
  ChallengeName: 'challengeName',
  ClientId: 'clientId',
  UserPoolId: 'userPoolId',
};

const textIn = (object: JsonObject, name: string): string | undefined => {
  const value = object[name];
  return typeof value === 'string' ? value : undefined;
};

function requestParameters(input: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(input).map(([name, value]) => {
      const known = shown[name];
      if (known !== undefined) return [known, value];
      return [`${name.charAt(0).toLowerCase()}${name.slice(1)}`, hidden];
    }),
  );
}

const errorDetails = (error: ServiceError | undefined): JsonObject =>
  error === undefined ? {} : { errorCode: error.code, errorMessage: error.message };

/**
 * Counts an attempt to sign in. A challenge is no result yet.
 * Developer Guide, "Metrics for Amazon Cognito user pools": SignInSuccesses has the dimensions UserPool and
 * UserPoolClient. "To count the total number of user authentication requests, use the Sample Count".
 * "Requests to refresh the Amazon Cognito token are not included in this metric."
 */
export function countAttempts(
  world: World,
  { pool, client }: Located,
  attempts: Iterable<{ readonly at: number; readonly tries: number; readonly successes: number }>,
): void {
  const metric = {
    namespace: 'AWS/Cognito',
    name: 'SignInSuccesses',
    dimensions: { UserPool: pool.id, UserPoolClient: client.id },
  };
  const samples = [...attempts].map(({ at, tries, successes }) => ({
    ...oneSample(at, successes, 'Count'),
    count: tries,
    min: successes < tries ? 0 : 1,
    max: successes > 0 ? 1 : 0,
  }));
  putSamples({ world, account: pool.account, region: pool.region }, metric, samples);
}

/** The pool and client of a request, if both exist. */
const locatedIn = (world: World, input: JsonObject): Located | undefined =>
  locateClient(world, textIn(input, 'ClientId') ?? '');

/**
 * Wraps an operation of sign-ins, so that CloudTrail records it.
 * AWS records a call without an existing app client in the caller's account. The local AWS omits it.
 */
export const recorded =
  (operation: Operation): Operation =>
  async (call) => {
    const { world, input } = call;
    const located = locatedIn(world, input);
    const at = world.now();
    const record = (error: ServiceError | undefined): void => {
      if (located === undefined) return;
      const details = {
        ...errorDetails(error),
        requestParameters: requestParameters(input),
        responseElements: null,
        readOnly: false,
        eventType: 'AwsApiCall',
      };
      const { account, region } = located.pool;
      recordRun(
        { world, account, region },
        { name: call.operation, source, from: at, step: 0, count: 1, details },
      );
    };
    try {
      const output = await operation(call);
      record(undefined);
      return output;
    } catch (error) {
      if (error instanceof ServiceError) record(error);
      throw error;
    }
  };

/** Wraps a step of a sign-in, so that CloudTrail records it and CloudWatch counts its end. */
export const observed = (operation: Operation): Operation =>
  recorded(async (call) => {
    const { world, input } = call;
    const located = locatedIn(world, input);
    const isRefresh = /^REFRESH_TOKEN/.test(textIn(input, 'AuthFlow') ?? '');
    const count = (successes: number): void => {
      if (located !== undefined && !isRefresh)
        countAttempts(world, located, [{ at: world.now(), tries: 1, successes }]);
    };
    try {
      const output = await operation(call);
      if (isObject(output.AuthenticationResult)) count(1);
      return output;
    } catch (error) {
      if (error instanceof ServiceError) count(0);
      throw error;
    }
  });

export interface PageVisit {
  readonly name: string;
  readonly status: number;
  readonly query: URLSearchParams;
  readonly fields: URLSearchParams;
}

/** Parameters of pages that CloudTrail shows. Each is a list. Developer Guide, "Example Amazon Cognito events". */
const shownOnPages: ReadonlySet<string> = new Set([
  'client_id',
  'redirect_uri',
  'response_type',
  'scope',
  'state',
]);

/** The members that the events of a page have. */
export function pageDetails({ pool }: Located, { status, query, fields }: PageVisit): JsonObject {
  const parameters = [...query, ...fields].map(([name, value]): [string, string[]] => [
    name,
    [shownOnPages.has(name) ? value : hidden],
  ]);
  return {
    userIdentity: { accountId: pool.account },
    requestParameters: null,
    responseElements: null,
    additionalEventData: {
      responseParameters: { status },
      requestParameters: Object.fromEntries(parameters),
      userPoolDomain: `${pool.domain ?? pool.customDomain ?? ''}.auth.${pool.region}.amazoncognito.com`,
      userPoolId: pool.id,
    },
    readOnly: false,
    eventType: 'AwsServiceEvent',
    serviceEventDetails: { serviceAccountId: '111122223333' },
  };
}

/** Records the visit of a page of managed login. */
export function recordVisit(world: World, located: Located, visit: PageVisit): void {
  const { account, region } = located.pool;
  recordRun(
    { world, account, region },
    { name: visit.name, source, from: world.now(), step: 0, count: 1, details: pageDetails(located, visit) },
  );
}
