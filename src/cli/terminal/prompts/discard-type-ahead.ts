/** Keys that were pressed before there was a question. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Io } from '../io.ts';

const ctrlC = 3;

/**
 * Drops them: an impatient Enter during a wait must not answer what nobody has read yet, least of all whether to apply the plan.
 * The terminal is left in raw mode, which the question needs anyway.
 */
export async function forgetTyped({ stdin, interrupt }: Pick<Io, 'stdin' | 'interrupt'>): Promise<void> {
  if (stdin.setRawMode === undefined) return;
  const drop = (keys: Buffer): void => {
    if (keys.includes(ctrlC)) interrupt.press(); // only a character now
  };
  stdin.setRawMode(true);
  stdin.on('data', drop);
  // It is read between the first turn and the second.
  await turn();
  await turn();
  stdin.removeListener('data', drop);
}
