/** Cases that the full run has found to fail, and that no other test would: they are run every time. */
import { describe, test } from 'vitest';
import { caseName, faultsOf } from './choice.ts';
import { prove } from './prove.ts';

describe('throttling by STS, which has a word of its own for it, does not fail the probe', async () => {
  const all = await faultsOf('accounts', 'init');
  const those = all.filter(
    ({ one: { kind, target } }) => kind === 'throttle' && target.operation === 'AssumeRole',
  );
  for (const held of those) test(caseName(held), () => prove(held.one, held.reference));
});
