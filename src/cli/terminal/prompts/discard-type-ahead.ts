/** Discards keys that people press before the question shows. */
import { setImmediate as turn } from 'node:timers/promises';
import type { Io } from '../io.ts';

const ctrlC = 3;

/**
 * An impatient Enter during a wait must not answer a question that no one has read yet.
 * This matters most for the question whether to apply the plan.
 * Keeps the terminal in raw mode, which the question needs anyway.
 */
export async function discardTypeAhead({ stdin, interrupt }: Pick<Io, 'stdin' | 'interrupt'>): Promise<void> {
  if (stdin.setRawMode === undefined) return;
  const drop = (keys: Buffer): void => {
    if (keys.includes(ctrlC)) interrupt.press(); // only a character in raw mode
  };
  stdin.setRawMode(true);
  stdin.on('data', drop);
  // The event loop reads the input between the first and the second turn.
  await turn();
  await turn();
  stdin.removeListener('data', drop);
}
