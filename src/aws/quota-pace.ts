/**
 * The pace of requests about user pools, app clients, and groups.
 * An account can hold 10,000 pools, and a pool 1,000 app clients and 10,000 groups, but AWS allows only a few requests per second.
 */
import type { MiddlewareStack } from '@smithy/types';
import { Pacer } from '../core/pacer.ts';
import type { Clock } from './clock.ts';
import { isThrottling } from './errors.ts';
import { sleep } from './retry.ts';

/** Requests per second of UserPoolRead, for all pools of an account in a Region. */
const readsOfPools = { perSecond: 15, isPerPool: false } as const;

/**
 * Requests per second of one operation of UserPoolClientRead, UserPoolClientUpdate, and UserPoolResourceRead, for a
 * single pool. All pools together have at least 15, which two pools at this pace never reach.
 */
const callsOnPool = { perSecond: 5, isPerPool: true } as const;

/** Developer Guide, "Quotas in Amazon Cognito", "User pool operation categories and request rate quotas". */
const quotas: Readonly<Record<string, typeof readsOfPools | typeof callsOnPool>> = {
  DescribeUserPool: readsOfPools,
  ListUserPools: readsOfPools,
  DescribeUserPoolClient: callsOnPool,
  ListUserPoolClients: callsOnPool,
  UpdateUserPoolClient: callsOnPool,
  DeleteUserPoolClient: callsOnPool,
  ListGroups: callsOnPool,
};

/**
 * From this number on, AWS would throttle unpaced reads.
 * A setup with fewer app clients reads each of them several times at once.
 */
export const fewClients = 10;

/** Inputs of requests for single app clients that belong to a series. */
const seriesInputs = new WeakSet<object>();

/**
 * Makes the request wait for its turn if it is one of many.
 * @param series how many app clients are read.
 */
export function oneOfSeries<C extends { readonly input: object }>(command: C, series: number): C {
  if (series > fewClients) seriesInputs.add(command.input);
  return command;
}

/** The part of a quota that a long series takes. Others in the account need the same quota. */
const longestShare = 0.6;

/**
 * Makes each request wait for its turn, if its operation has such a quota.
 * Reads of a few app clients don't wait, nor do a few requests at once. Many take 60% of the quota, and less if AWS refuses any.
 */
export function keepPace<I extends object, O extends object>(
  stack: MiddlewareStack<I, O>,
  clock: Clock,
  signal: AbortSignal,
): void {
  const pacers = new Map<string, Pacer>();
  const pacerOf = (operation: string, input: object): Pacer | undefined => {
    const quota = quotas[operation];
    if (quota === undefined) return undefined;
    if (operation === 'DescribeUserPoolClient' && !seriesInputs.has(input)) return undefined;
    const pool = 'UserPoolId' in input ? String(input.UserPoolId) : '';
    const key = quota.isPerPool ? `${operation} ${pool}` : 'pools';
    const pacer = pacers.get(key) ?? pacerFor(quota.perSecond, clock, signal);
    pacers.set(key, pacer);
    return pacer;
  };
  stack.add(
    (next, { commandName = '' }: { readonly commandName?: string }) =>
      async (args) => {
        const pacer = pacerOf(commandName.replace(/Command$/, ''), args.input);
        return pacer === undefined ? next(args) : pacer.run(() => next(args));
      },
    { step: 'initialize', name: 'keepPace', priority: 'high' },
  );
}

const pacerFor = (limit: number, clock: Clock, signal: AbortSignal): Pacer =>
  new Pacer({
    perSecond: limit * longestShare,
    burst: limit,
    now: clock.now,
    sleep: (ms) => sleep(ms, { clock, signal }),
    isThrottled: isThrottling,
  });
