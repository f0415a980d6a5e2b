import { setTimeout as sleep } from 'node:timers/promises';
import { bothPools } from './both-pools.ts';
import { nextFunction } from './chain.ts';
import { readEnvironment } from './environment.ts';
import { writeLog } from './log.ts';
import type { Clock } from './migrate.ts';
import { oldPool } from './old-pool.ts';
import { oldPoolCalls } from './pool-calls.ts';
import { makeHandler } from './serve.ts';

const clock: Clock = { now: Date.now, sleep: (ms) => sleep(ms) };

/**
 * Handler of the new pool's triggers User migration, Pre sign-up, and Pre token generation, and of the work after
 * a move.
 * Creates clients and connections once and keeps them.
 */
export const handler = makeHandler({
  start: () => {
    const environment = readEnvironment(process.env);
    const call = oldPoolCalls(environment, clock);
    const { newPool, next } = environment;
    return {
      environment,
      pool: oldPool(environment, clock, call),
      ...(newPool && { both: bothPools(environment, newPool, clock, call) }),
      ...(next && { next: nextFunction(next, clock) }),
    };
  },
  clock,
  write: writeLog,
});
