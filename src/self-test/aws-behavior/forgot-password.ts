/** Q3: what does ForgotPassword do with a user who arrives CONFIRMED if no password was given? */

import type { Check } from '../check.ts';
import { answerText } from '../fixtures/sign-in.ts';
import { asker, askingStage, together } from './support.ts';

export const forgotPasswordConfirmed: Check = {
  id: 'Q3',
  title: 'a CONFIRMED user out of the forgot-password migration',
  kind: 'question',
  documented:
    'not said: "CONFIRMED" keeps the password that was given, and here none was. Taken for: the user comes CONFIRMED, gets a code, and no password signs in until then. This program never answers so (it says RESET_REQUIRED)',
  async run(scene) {
    const { pool, open } = await askingStage(scene);
    const person = asker(pool, 'move-address');
    const forgot = await scene.forgotPassword(open, person.username);
    const user = await scene.userIn(pool, person.username);
    // For a user who doesn't exist, this would only call the trigger again.
    const entered = user === undefined ? undefined : await scene.signIn(open, person, 'USER_PASSWORD_AUTH');
    return together([
      { attempt: 'ForgotPassword', same: forgot.kind === 'code', seen: answerText(forgot) },
      {
        attempt: 'status',
        same: user?.status === 'CONFIRMED',
        seen: user === undefined ? 'no such user' : user.status,
      },
      ...(entered === undefined
        ? []
        : [{ attempt: 'any password', same: entered.kind === 'refused', seen: answerText(entered) }]),
    ]);
  },
};
