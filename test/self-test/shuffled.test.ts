/** AWS promises no order for tags and most lists: no promise of the self-test depends on one. */
import { test } from 'vitest';
import { expectToHold } from './holds.ts';

test('the self-test holds where maps and lists come in any order', async () => {
  await expectToHold({ answerOrder: 'shuffled' });
}, 120_000);
