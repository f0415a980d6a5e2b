import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from './environment.ts';
import { writeLog } from './log.ts';
import type { Clock } from './migrate.ts';
import { oldPool } from './old-pool.ts';
import { makeHandler } from './serve.ts';

const clock: Clock = { now: Date.now, sleep: (ms) => sleep(ms) };

/**
 * Handler of the new pool's UserMigration trigger.
 * Creates clients and connections once and keeps them.
 */
export const handler = makeHandler({
  start: () => {
    const environment = readEnvironment(process.env);
    return { environment, pool: oldPool(environment, clock) };
  },
  clock,
  write: writeLog,
});
