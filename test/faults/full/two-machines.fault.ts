/** Somebody else's init in the middle of this one, at every single call of it. */
import { describe, test } from 'vitest';
import { targetName, targetsOf } from '../cases.ts';
import { proveNested } from '../nested.ts';
import { undisturbed } from '../prove.ts';

describe.each(['rich', 'replaced'] as const)('%s: two inits', async (configuration) => {
  const reference = await undisturbed(configuration, 'init', 'fake');
  for (const target of targetsOf(reference.calls)) {
    test(targetName(target), () => proveNested(configuration, target, reference));
  }
});
