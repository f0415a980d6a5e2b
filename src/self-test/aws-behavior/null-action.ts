/**
 * Q10: is `messageAction: null` the same as none?
 * Real events arrive with null in every field of the response.
 */

import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { asker, askingStage } from './support.ts';

export const nullAction: Check = {
  id: 'Q10',
  title: 'messageAction null against messageAction left out',
  kind: 'question',
  documented:
    'not said ("SUPPRESS", or the welcome message is sent): taken for the same. This program always answers SUPPRESS',
  async run(scene) {
    const { pool, open } = await askingStage(scene);
    // The users have no address, so no message can reach them.
    const asNull = await scene.signIn(open, asker(pool, 'null-action'), 'USER_PASSWORD_AUTH');
    const leftOut = await scene.signIn(open, asker(pool, 'no-action'), 'USER_PASSWORD_AUTH');
    const [one, other] = [answerText(asNull), answerText(leftOut)];
    return { same: one === other, seen: `null: ${one}; left out: ${other}` };
  },
};
