/** The tools for every question about pools and accounts: prompts, and reads to check answers. */

import type { PoolLookup } from '../session/pool-lookup.ts';
import type { Prompts } from '../terminal/questions.ts';
import type { Busy } from '../terminal/reporter.ts';

export interface Interview {
  readonly lookup: PoolLookup;
  readonly prompts: Prompts;
  readonly busy: Busy;
}
