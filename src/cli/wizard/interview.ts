/** What every question about pools and accounts takes: someone to ask, and AWS to hold the answers against. */

import type { Accounts } from '../session/access.ts';
import type { Prompts } from '../terminal/prompts/index.ts';
import type { Busy } from '../terminal/reporter.ts';

export interface Interview {
  readonly accounts: Accounts;
  readonly prompts: Prompts;
  readonly busy: Busy;
}
