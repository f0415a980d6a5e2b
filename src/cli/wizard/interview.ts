/** The tools for every question about pools and accounts: prompts, and reads to check answers. */

import type { PoolLookup } from '../session/pool-lookup.ts';
import type { Busy } from '../terminal/reporter.ts';
import type { Conversation } from './conversation.ts';

export interface Interview {
  readonly lookup: PoolLookup;
  readonly conversation: Conversation;
  readonly busy: Busy;
}
