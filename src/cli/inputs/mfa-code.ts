/** The question for the code of an MFA device. */
import { PermissionError } from '../../core/errors.ts';
import type { Prompts } from '../terminal/questions.ts';

/** Returns the function that asks. It throws PermissionError without a terminal. */
export const mfaCodeFrom =
  (prompts: Prompts | undefined) =>
  (serial: string): Promise<string> => {
    if (prompts === undefined) {
      throw new PermissionError(`This profile needs a code of the MFA device ${serial}`, {
        code: 'MFA_CODE_NEEDED',
        hint: ['Run in a terminal, where the code can be asked for, or give credentials that need none.'],
      });
    }
    return prompts.input({
      message: `MFA code (${serial})`,
      validate: async (code) => /^\d{6}$/.test(code) || 'six digits',
    });
  };
