import { readEnvironment } from './environment.ts';
import { writeLog } from './log.ts';
import { oldPool } from './old-pool.ts';
import { makeHandler } from './serve.ts';

/** Handler of the new pool's UserMigration trigger. Clients and connections are made once and kept. */
export const handler = makeHandler({
  start: () => {
    const environment = readEnvironment(process.env);
    return { environment, pool: oldPool(environment, Date.now) };
  },
  clock: Date.now,
  write: writeLog,
});
