/** Q1: does choice-based sign-in with a password fire the migration trigger? */

import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { asker, askingStage, wasCalled } from './support.ts';

export const userAuth: Check = {
  id: 'Q1',
  title: 'USER_AUTH with PREFERRED_CHALLENGE=PASSWORD and the migration trigger',
  kind: 'question',
  documented:
    'not called: the Developer Guide ("Migrate user Lambda trigger") names USER_PASSWORD_AUTH and ADMIN_USER_PASSWORD_AUTH only',
  async run(scene) {
    const { pool, open } = await askingStage(scene);
    const answer = await scene.signIn(open, asker(pool, 'fire'), 'USER_AUTH');
    const called = wasCalled(answer);
    return {
      same: !called,
      seen: `${called ? 'called' : 'not called'} (${answerText(answer)})`,
    };
  },
};
