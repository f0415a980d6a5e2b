/** What every question about pools and accounts takes: someone to ask, and AWS to hold the answers against. */
import type { Prompts } from '../prompts/prompts.ts';
import type { Busy } from '../render/reporter.ts';
import type { Accounts } from '../session/access.ts';

export interface Interview {
  readonly accounts: Accounts;
  readonly prompts: Prompts;
  readonly busy: Busy;
}
