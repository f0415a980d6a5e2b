/** The tools for every question about pools and accounts: prompts, and AWS to check answers. */

import type { Accounts } from '../session/access.ts';
import type { Prompts } from '../terminal/prompts/index.ts';
import type { Busy } from '../terminal/reporter.ts';

export interface Interview {
  readonly accounts: Accounts;
  readonly prompts: Prompts;
  readonly busy: Busy;
}
