/** Somebody else's init in the middle of this one, at every single call of it. */
import { describe, test } from 'vitest';
import { targetName, targetsOf } from '../cases.ts';
import { inThisPart } from '../choice.ts';
import { proveNested } from '../nested.ts';
import { undisturbed } from '../prove.ts';

describe.each(['rich', 'accounts'] as const)('two inits, %s', async (configuration) => {
  const reference = await undisturbed(configuration, 'init', 'fake');
  // Not within the function's own calls: it gives up after seconds of real time.
  const targets = targetsOf(reference.calls).filter(
    ({ operation }) => !/^(Admin|AssumeRole$)/.test(operation),
  );
  for (const target of targets.filter((one) => inThisPart(`two inits ${configuration} ${targetName(one)}`))) {
    test(targetName(target), () => proveNested(configuration, target, reference));
  }
});
