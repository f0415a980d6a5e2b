/** The SDK clients of one side (account and Region) of a migration. */

import type { LookupEventsCommandInput, LookupEventsCommandOutput } from '@aws-sdk/client-cloudtrail';
import type { GetMetricDataCommandInput, GetMetricDataCommandOutput } from '@aws-sdk/client-cloudwatch';
import { CloudWatchLogsClient } from '@aws-sdk/client-cloudwatch-logs';
import { CognitoIdentityProviderClient } from '@aws-sdk/client-cognito-identity-provider';
import { IAMClient } from '@aws-sdk/client-iam';
import { LambdaClient } from '@aws-sdk/client-lambda';
import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import type { MiddlewareStack } from '@smithy/types';
import type { Emit } from '../core/events.ts';
import { type Access, reachOf } from './access.ts';
import type { Clock } from './clock.ts';
import type { CloudWatch } from './cloud-watch.ts';
import { type Credentials, endpointOf } from './credentials.ts';
import type { HandlerZip } from './handler-zip.ts';
import { keepPace } from './quota-pace.ts';
import { clockedRetries } from './retry-strategy.ts';

/** One account and Region, with a client for every service that the steps call there. */
export interface Side {
  readonly region: string;
  readonly idp: CognitoIdentityProviderClient;
  /**
   * Never retries.
   * For CreateUserPoolClient, because a repeated request creates a second client.
   */
  readonly idpOnce: CognitoIdentityProviderClient;
  readonly iam: IAMClient;
  readonly lambda: LambdaClient;
  readonly logs: CloudWatchLogsClient;
  readonly sts: STSClient;
  /** The calls of CloudWatch. The first use loads the client. */
  readonly cloudWatch: () => Promise<CloudWatch>;
  /** Calls GetMetricData of CloudWatch. The first call loads the client. */
  readonly getMetricData: Send<GetMetricDataCommandInput, GetMetricDataCommandOutput>;
  /** Calls LookupEvents of CloudTrail. The first call loads the client. */
  readonly lookupEvents: Send<LookupEventsCommandInput, LookupEventsCommandOutput>;
}

type Send<I, O> = (input: I) => Promise<O>;

/** Opens a client at the first use. */
function openedLate<T>(open: () => Promise<T>): () => Promise<T> {
  let opened: Promise<T> | undefined;
  return () => {
    opened ??= open();
    return opened;
  };
}

/** The AWS access of every step: both sides, the function's code, and the clock. */
export interface Aws {
  readonly new: Side;
  readonly old: Side;
  readonly handler: HandlerZip;
  readonly clock: Clock;
  readonly signal: AbortSignal;
}

/**
 * Creates the clients of each Region once, at the first request for it.
 * Shares the credentials of the first Region with all others.
 * @param credentialsIn The credentials of a run that begins in this Region.
 */
export function openAccess(
  access: Access,
  credentialsIn: (region: string) => Credentials,
  reach = reachOf(access),
): (region: string) => Side {
  let shared: Credentials | undefined;
  const sides = new Map<string, Side>();
  const { emit, clock, signal } = access;
  const make = (region: string): Side => {
    shared ??= credentialsIn(region);
    const credentials = shared;
    const config = {
      region,
      credentials,
      ...reach,
      customUserAgent: access.userAgent,
      ...(access.profile === undefined ? {} : { profile: access.profile }),
      ...endpointOf(access.endpoint),
    };
    const isFips = needsFips(region) && access.endpoint === undefined;
    const idpConfig = isFips ? { ...config, useFipsEndpoint: true } : config;
    const idp = new CognitoIdentityProviderClient(idpConfig);
    const cloudWatch = openedLate(async () => {
      const { openCloudWatch } = await import('./cloud-watch.ts');
      const calls = openCloudWatch(config);
      watchCalls(calls.middlewareStack, emit, clock);
      return calls;
    });
    const cloudTrail = openedLate(async () => {
      const { CloudTrailClient, LookupEventsCommand } = await import('./cloud-trail.ts');
      const client = new CloudTrailClient(config);
      watchCalls(client.middlewareStack, emit, clock);
      return (input: LookupEventsCommandInput) => client.send(new LookupEventsCommand(input));
    });
    const side: Side = {
      region,
      idp,
      idpOnce: new CognitoIdentityProviderClient({
        ...idpConfig,
        maxAttempts: 1,
        retryStrategy: clockedRetries(clock, signal, 1),
      }),
      iam: new IAMClient(config),
      lambda: new LambdaClient(config),
      logs: new CloudWatchLogsClient(config),
      sts: new STSClient(config),
      cloudWatch,
      getMetricData: async (input) => (await cloudWatch()).getMetricData(input),
      lookupEvents: async (input) => (await cloudTrail())(input),
    };
    keepPace(side.idp.middlewareStack, clock, signal);
    watchCalls(side.idp.middlewareStack, emit, clock);
    watchCalls(side.idpOnce.middlewareStack, emit, clock);
    watchCalls(side.iam.middlewareStack, emit, clock);
    watchCalls(side.lambda.middlewareStack, emit, clock);
    watchCalls(side.logs.middlewareStack, emit, clock);
    watchCalls(side.sts.middlewareStack, emit, clock);
    return side;
  };
  return (region) => {
    const side = sides.get(region) ?? make(region);
    sides.set(region, side);
    return side;
  };
}

/** Cognito in GovCloud has FIPS endpoints only (AWS GovCloud User Guide, "Amazon Cognito"). */
const needsFips = (region: string): boolean => region.startsWith('us-gov-');

/**
 * The Region of the environment or the profile. Undefined if neither names one.
 * An empty variable names none.
 */
export async function defaultRegion(profile: string | undefined): Promise<string | undefined> {
  const { region } = new STSClient(profile === undefined ? {} : { profile }).config;
  try {
    return await region();
  } catch (error) {
    if (error instanceof Error && /region is missing|region=""/i.test(error.message)) return undefined;
    throw error;
  }
}

export interface Caller {
  readonly account: string;
  readonly arn: string;
}

/** The identity of the credentials. The cheapest proof that any exist, because it needs no permission. */
export async function whoAmI(side: Side): Promise<Caller> {
  const { Account, Arn } = await side.sts.send(new GetCallerIdentityCommand({}));
  return { account: Account ?? '', arn: Arn ?? '' };
}

interface Names {
  readonly clientName?: string;
  readonly commandName?: string;
}

/**
 * Emits one `call` event per call. Retries are part of the call.
 * The event has names only, because inputs can hold passwords.
 */
function watchCalls<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  emit: Emit,
  clock: Clock,
): void {
  stack.add(
    (next, context) => async (args) => {
      const { clientName = '', commandName = '' }: Names = context;
      const start = clock.now();
      const said = {
        type: 'call',
        service: clientName.replace(/Client$/, ''),
        operation: commandName.replace(/Command$/, ''),
      } as const;
      try {
        const answer = await next(args);
        emit({ ...said, ms: clock.now() - start });
        return answer;
      } catch (error) {
        emit({ ...said, ms: clock.now() - start, error: error instanceof Error ? error.name : 'Error' });
        throw error;
      }
    },
    { step: 'initialize', name: 'watchCalls' },
  );
}
