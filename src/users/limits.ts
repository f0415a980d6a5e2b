/**
 * The pace of requests about users.
 * Live sign-ins need the same quotas, so a run takes less than half of what AWS enforces.
 */
import { GetProvisionedLimitCommand } from '@aws-sdk/client-cognito-identity-provider';
import { parseArn } from '../aws/arn.ts';
import type { Side } from '../aws/clients.ts';
import { isThrottling, toMigrateError } from '../aws/errors.ts';
import { type Pace, sleep } from '../aws/retry.ts';
import { CancelledError } from '../core/errors.ts';
import { Pacer } from '../core/pacer.ts';
import { mostLookups } from '../lambda/find-by.ts';
import { asksForOthers } from './old-addresses.ts';

/**
 * Requests per second that AWS documents for each category (Developer Guide, "Quotas in Amazon Cognito").
 * They count for all pools of an account in a Region.
 */
const documented = { UserList: 30, UserRead: 120, UserResourceUpdate: 25, UserUpdate: 25 } as const;

export type Category = keyof typeof documented;

/** The parts of the limit at first and at most. */
const [firstShare, longestShare] = [0.4, 0.6];

/** Requests per second for lists of users by a command with other work to do. Needs no permission to read a limit. */
export const carefulRate = documented.UserList * firstShare;

/**
 * The limit that AWS enforces, in requests per second.
 * The documented one if it cannot be read: that needs another permission, and emulators lack it.
 */
export async function enforcedLimit({ idp }: Pick<Side, 'idp'>, category: Category): Promise<number> {
  const LimitDefinition = { LimitClass: 'API_CATEGORY', Attributes: { Category: category } } as const;
  try {
    const { Limit } = await idp.send(new GetProvisionedLimitCommand({ LimitDefinition }));
    const value = Limit?.ProvisionedLimitValue ?? 0;
    return value > 0 ? value : documented[category];
  } catch (error) {
    const known = toMigrateError(error);
    if (known === undefined || known instanceof CancelledError) throw error;
    return documented[category];
  }
}

/** @param rate requests per second that the operator allows, instead of a share of the limit. */
export function pacerFor(limit: number, rate: number | undefined, pace: Pace): Pacer {
  const most = rate ?? limit * longestShare;
  return new Pacer({
    perSecond: Math.min(limit * firstShare, most),
    mostPerSecond: most,
    now: pace.clock.now,
    sleep: (ms) => sleep(ms, pace),
    isThrottled: isThrottling,
  });
}

/** The old pool of a migration, and the rules by which sign-ins list its users. */
export interface LivePool {
  readonly arn: string;
  readonly settings: Parameters<typeof asksForOthers>[0];
}

/**
 * The pacers of one run. Pools of the same account and Region share one budget.
 * If the operator names a rate, AWS isn't asked for its limit.
 */
export class Budgets {
  readonly #rate: number | undefined;
  readonly #pace: Pace;
  readonly #live: LivePool | undefined;
  readonly #pacers = new Map<string, Promise<Pacer>>();

  /** @param live leaves sign-ins by another name their part of the budget. */
  constructor(rate: number | undefined, pace: Pace, live?: LivePool) {
    this.#rate = rate;
    this.#pace = pace;
    this.#live = live;
  }

  /** @param poolArn ARN of the pool that the requests are about. */
  pacerOf(side: Pick<Side, 'idp'>, poolArn: string, category: Category): Promise<Pacer> {
    const place = placeOf(poolArn);
    const key = `${place} ${category}`;
    const limit = (): Promise<number> =>
      this.#rate === undefined ? enforcedLimit(side, category) : Promise.resolve(documented[category]);
    const pacer =
      this.#pacers.get(key) ??
      limit().then((found) => pacerFor(this.#shareOf(found, place, category), this.#rate, this.#pace));
    this.#pacers.set(key, pacer);
    return pacer;
  }

  /** The limit without the requests of the function. Never less than half of it. */
  #shareOf(limit: number, place: string, category: Category): number {
    const isLive =
      category === 'UserList' &&
      this.#live !== undefined &&
      placeOf(this.#live.arn) === place &&
      asksForOthers(this.#live.settings);
    return isLive ? Math.max(limit / 2, limit - mostLookups) : limit;
  }
}

function placeOf(poolArn: string): string {
  const { account, region } = parseArn(poolArn);
  return `${account} ${region}`;
}
