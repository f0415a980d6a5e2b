/** The source of every format. */
import type { Inputs } from '../../../core/variables/index.ts';
import type { LiveSettings } from './live.ts';

export interface Export {
  readonly inputs: Inputs;
  readonly live: LiveSettings;
  /** The command that sets the trigger after everything else exists. */
  readonly init: readonly string[];
}
