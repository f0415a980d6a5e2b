/** Q2: does the migration trigger fire if an app client hides which users exist? */

import type { Check } from '../check.ts';
import { type Answer, answerText } from '../fixtures/sign-in.ts';
import { asker, askingStage, together, wasCalled } from './support.ts';

/** Whether this is the answer to a wrong password of a known user. */
const isWrongPassword = ({ name, message }: Answer): boolean =>
  name === 'NotAuthorizedException' && message === 'Incorrect username or password.';

export const hiddenExistence: Check = {
  id: 'Q2',
  title: 'the migration trigger with PreventUserExistenceErrors=ENABLED',
  kind: 'question',
  documented:
    'called; an empty response gets a simulated answer, as a wrong password and a known user would (Developer Guide, "Managing user existence error responses"). A pull request elsewhere says that it is not called (Collaborne/migrate-cognito-user-pool-lambda#10)',
  async run(scene) {
    const { pool, hiding } = await askingStage(scene);
    const fired = await scene.signIn(hiding, asker(pool, 'fire'), 'USER_PASSWORD_AUTH');
    const nobody = await scene.signIn(hiding, asker(pool, 'none'), 'USER_PASSWORD_AUTH');
    const forgot = await scene.forgotPassword(hiding, asker(pool, 'none').username);
    const called = wasCalled(fired);
    return together([
      {
        attempt: 'sign-in',
        same: called,
        seen: `${called ? 'called' : 'not called'} (${answerText(fired)})`,
      },
      { attempt: 'empty response at sign-in', same: isWrongPassword(nobody), seen: answerText(nobody) },
      { attempt: 'empty response at ForgotPassword', same: forgot.kind === 'code', seen: answerText(forgot) },
    ]);
  },
};
