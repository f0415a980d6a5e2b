/** AWS's verdict on a request, for questions about whether AWS accepts it. */
import { errorName } from '../../aws/errors.ts';
import { isJudgement } from '../fixtures/error-class.ts';
import { onceNotBusy, type Waiting } from '../fixtures/retry.ts';

export type Verdict<T> =
  | { readonly accepted: true; readonly text: string; readonly answer: T }
  /** `text`: refused with NAME: MESSAGE. */
  | { readonly accepted: false; readonly text: string };

/**
 * Sends the request, and repeats it while AWS is busy.
 * @throws Errors that are no answer: no network, a denied permission, a failure of AWS.
 */
export async function verdictOn<T>(waiting: Waiting, request: () => Promise<T>): Promise<Verdict<T>> {
  try {
    return { accepted: true, text: 'accepted', answer: await onceNotBusy(request, waiting) };
  } catch (error) {
    if (!isJudgement(error)) throw error;
    return { accepted: false, text: `refused with ${errorName(error)}: ${error.message}` };
  }
}
