/** What every format is printed from. */
import type { Inputs } from '../../../core/variables/index.ts';
import type { LiveSettings } from './live.ts';

export interface Export {
  readonly inputs: Inputs;
  readonly live: LiveSettings;
  /** The command that sets the trigger when all of it is made. */
  readonly init: readonly string[];
}
