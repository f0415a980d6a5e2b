import { setTimeout as sleep } from 'node:timers/promises';
import { readEnvironment } from './environment.ts';
import { writeLog } from './log.ts';
import type { Clock } from './migrate.ts';
import { oldPool } from './old-pool.ts';
import { makeHandler } from './serve.ts';

const clock: Clock = { now: Date.now, sleep: (ms) => sleep(ms) };

/** Handler of the new pool's UserMigration trigger. Clients and connections are made once and kept. */
export const handler = makeHandler({
  start: () => {
    // The SDK is part of the bundle: that later ones will need a later Node is no news for the function's log.
    process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
    const environment = readEnvironment(process.env);
    return { environment, pool: oldPool(environment, clock) };
  },
  clock,
  write: writeLog,
});
