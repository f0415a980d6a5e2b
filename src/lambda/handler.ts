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
    // The SDK is part of the bundle. Its warning that later versions need a later Node has no use in the
    // function's log.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const environment = readEnvironment(process.env);
    return { environment, pool: oldPool(environment, clock) };
  },
  clock,
  write: writeLog,
});
