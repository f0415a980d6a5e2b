/** Somebody else's init in the middle of this one, at every single call of it. */
import { describe, test } from 'vitest';
import { targetName, targetsOf } from '../cases.ts';
import { proveNested } from '../nested.ts';
import { undisturbed } from '../prove.ts';

describe('two inits', async () => {
  const reference = await undisturbed('rich', 'init', 'fake');
  // Not within the function's own calls: it gives up after seconds of real time.
  const targets = targetsOf(reference.calls).filter(({ operation }) => !/^Admin/.test(operation));
  for (const target of targets) {
    test(targetName(target), () => proveNested('rich', target, reference));
  }
});
